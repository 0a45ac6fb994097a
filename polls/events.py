"""Events of polls. ``data`` is the Poll of the API; while results are hidden, the audience's has no counts.

While they are hidden, the crew receives both versions, on different topics and so in any order: null counts carry no
information and must be ignored.
"""

from typing import Any, Self
from uuid import UUID

from django.db.models import QuerySet

from core.prepared import prepared
from polls import shapes
from polls.models import Poll
from polls.queries import options_of
from realtime.events import Event, EventData, PersonalEvent, crew, polls
from realtime.outbox import emit
from sessions.models import Session


class PollEvent(Event, topic=polls):
    """Something about one poll, published to whoever sees polls, or to the crew only."""

    crew_only: bool = False

    @property
    def topic_name(self) -> str:
        return crew(self.session_id) if self.crew_only else polls(self.session_id)


class _PollChanged(PollEvent):
    """Base of events that carry the poll."""

    data: shapes.Poll

    @classmethod
    def of(cls, poll: Poll, *, crew_only: bool = False) -> Self:
        """The poll as stored now, in the crew's version or in the audience's."""
        fresh = Poll.objects.select_related("created_by").prefetch_related("options").get(pk=poll.pk)
        data = shapes.Poll.of(fresh, with_counts=crew_only or not fresh.results_hidden)
        return cls(session_id=poll.session_id, crew_only=crew_only, data=data)


class PollCreated(_PollChanged, type="poll.created", topic=polls):
    """A poll was launched; for the crew also: prepared."""


class PollUpdated(_PollChanged, type="poll.updated", topic=polls):
    """A prepared poll was edited, or hidden results were shown."""


class PollResults(_PollChanged, type="poll.results", topic=polls, volatile=True):
    """Votes came in. Only the counts of ``data`` are current: the rest may be older than what the page has."""


class PollClosed(_PollChanged, type="poll.closed", topic=polls):
    """The poll accepts no more votes; the counts are final."""


class PollIdData(EventData):
    """Which poll."""

    id: UUID


class PollDeleted(PollEvent, type="poll.deleted", topic=polls):
    """The poll was deleted with its votes."""

    data: PollIdData

    @classmethod
    def of(cls, poll: Poll, *, crew_only: bool) -> Self:
        return cls(session_id=poll.session_id, crew_only=crew_only, data=PollIdData(id=poll.pk))


class PollVotedData(EventData):
    """All options of the poll that this person has chosen so far."""

    poll_id: UUID
    option_ids: list[UUID]


class PollVoted(PersonalEvent, type="poll.voted"):
    """This person voted, possibly in another tab."""

    data: PollVotedData

    @classmethod
    def of(cls, poll: Poll, user_id: UUID, option_ids: list[UUID]) -> Self:
        data = PollVotedData(poll_id=poll.pk, option_ids=option_ids)
        return cls(session_id=poll.session_id, user_id=user_id, data=data)


def emit_to_all(event: type[_PollChanged], session: Session, poll: Poll) -> None:
    """Publish to everybody who sees the poll, each in the version that they may see."""
    events: list[Event] = []
    if poll.is_launched:
        events.append(event.of(poll))
    if (poll.results_hidden or not poll.is_launched) and crew_sees_polls(session):
        events.append(event.of(poll, crew_only=True))
    emit(*events)


def emit_deletion(session: Session, poll: Poll) -> None:
    """Publish the deletion on each topic that may have carried the poll."""
    if poll.is_launched:
        emit(PollDeleted.of(poll, crew_only=False))
    if crew_sees_polls(session):
        emit(PollDeleted.of(poll, crew_only=True))


def crew_sees_polls(session: Session) -> bool:
    """The crew's topic reaches the whole crew: nothing about polls goes there if the preset denies them polls."""
    sees: Any = session.effective_poll_enabled and session.flag("host_poll_view")
    return bool(sees)


def results_now(poll_id: UUID) -> PollResults | None:
    """The event with the present counts of an open poll; None if it is gone or its subscribers may not see polls."""
    poll = _launched.first(poll_id=poll_id)
    if poll is None or (poll.results_hidden and not crew_sees_polls(poll.session)):
        return None
    poll.read_options = options_of.all(poll_id=poll_id)
    data = shapes.Poll.of(poll, with_counts=True)
    return PollResults(session_id=poll.session_id, crew_only=poll.results_hidden, data=data)


@prepared
def _launched(poll_id: UUID) -> QuerySet[Poll]:
    rows = Poll.objects.filter(pk=poll_id, launched_at__isnull=False).order_by()
    return rows.select_related("created_by", "session__preset")
