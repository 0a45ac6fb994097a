"""Reads of polls; every queryset starts at what the caller may see."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import OuterRef, QuerySet

from accounts.person import Person
from core.errors import NotFound
from core.ids import parse_uuid
from core.prepared import prepared
from core.rows import chunks
from polls.models import Poll, PollOption, Vote
from sessions.models import Session
from sessions.queries import find_with_rights
from sessions.rights.capabilities import Capabilities, Role


def polls_seen(session: Session, allowed: Capabilities) -> QuerySet[Poll]:
    """The session's polls in the order they were made, with authors and options: two queries whatever their number.

    Prepared ones only for the crew.
    """
    if not allowed.may_see_polls:
        return Poll.objects.none()
    return (_of_session if allowed.is_crew else _launched)(session.pk).prefetch_related("options")


def read_polls(session: Session, allowed: Capabilities) -> list[Poll]:
    """What :func:`polls_seen` gives, by statements made once."""
    if not allowed.may_see_polls:
        return []
    polls = (_all_polls if allowed.is_crew else _launched_polls).all(session_id=session.pk)
    options: dict[UUID, list[PollOption]] = {poll.pk: [] for poll in polls}
    for some in chunks(options):
        for option in _options_of.all(poll_ids=some):
            options[option.poll_id].append(option)
    for poll in polls:
        poll.read_options = options[poll.pk]
    return polls


def _of_session(session_id: UUID) -> QuerySet[Poll]:
    return Poll.objects.filter(session=session_id).select_related("created_by")


def _launched(session_id: UUID) -> QuerySet[Poll]:
    return _of_session(session_id).filter(launched_at__isnull=False)


@prepared
def _all_polls(session_id: UUID) -> QuerySet[Poll]:
    return _of_session(session_id)


@prepared
def _launched_polls(session_id: UUID) -> QuerySet[Poll]:
    return _launched(session_id)


@prepared
def _options_of(poll_ids: list[UUID]) -> QuerySet[PollOption]:
    return PollOption.objects.filter(poll__in=poll_ids).order_by("poll", "position")


def find_poll(person: Person, poll_id: object) -> tuple[Poll, Session, Capabilities]:
    """The poll, its session, and the caller's capabilities there. Raises NotFound unless the caller may see the poll.

    People who may vote, make or manage polls but not see results find it too.
    """
    known = parse_uuid(poll_id)
    poll = _by_id.first(poll_id=known) if known else None
    if poll is None:
        raise NotFound
    session, allowed = find_with_rights(person, poll.session_id)
    finds = allowed.may_see_polls or allowed.may_vote or allowed.may_manage_polls
    if not finds or not (poll.is_launched or allowed.is_crew):
        raise NotFound
    return poll, session, allowed


@prepared
def _by_id(poll_id: UUID) -> QuerySet[Poll]:
    return Poll.objects.select_related("created_by").filter(pk=poll_id)


@prepared
def options_of(poll_id: UUID) -> QuerySet[PollOption]:
    """The poll's options in their order."""
    return PollOption.objects.filter(poll=poll_id).order_by("position")


def votes_of(session: Session, user_ids: Collection[UUID]) -> dict[UUID, dict[str, list[str]]]:
    """Person → poll → chosen options, in the poll's order; one query for each 500 people."""
    votes: dict[UUID, dict[str, list[str]]] = {user_id: {} for user_id in user_ids}
    for some in chunks(user_ids):
        for user_id, poll_id, option_id in _votes.all(session_id=session.pk, user_ids=some):
            chosen = votes[user_id].setdefault(str(poll_id), [])
            chosen += [str(option_id)] if option_id else []  # in an anonymous poll only that they voted is known
    return votes


def votes_by(session_id: UUID, person: OuterRef) -> QuerySet[Vote]:
    """This person's votes in the session."""
    return Vote.objects.filter(poll__session=session_id, user=person)


@prepared
def _votes(session_id: UUID, user_ids: list[UUID]) -> QuerySet[Vote, tuple[UUID, UUID, UUID | None]]:
    rows = Vote.objects.filter(poll__session=session_id, user__in=user_ids).order_by("poll", "option__position")
    return rows.values_list("user_id", "poll_id", "option_id")


def choices_of(user_id: UUID, poll_id: UUID) -> list[UUID | None]:
    """The options of the poll that this person chose, in the poll's order; [None] for a vote in an anonymous poll."""
    return _choices.all(user_id=user_id, poll_id=poll_id)


@prepared
def _choices(user_id: UUID, poll_id: UUID) -> QuerySet[Vote, UUID | None]:
    votes = Vote.objects.filter(poll=poll_id, user=user_id).order_by("option__position")
    return votes.values_list("option_id", flat=True)


def polls_to_copy(session: Session) -> QuerySet[Poll]:
    """The crew's polls, which a duplicate of the session gets as prepared ones."""
    return Poll.objects.filter(session=session).exclude(role=Role.AUDIENCE)


def results_table(session: Session) -> QuerySet[PollOption]:
    """The options of all launched polls with their polls, for the export."""
    options = PollOption.objects.filter(poll__session=session, poll__launched_at__isnull=False)
    return options.select_related("poll").order_by("poll", "position")


def votes_table(session: Session) -> QuerySet[Vote]:
    """Every vote of the session with its poll, option and person, for the export; anonymous polls are left out."""
    votes = Vote.objects.filter(poll__session=session, poll__is_anonymous=False).select_related(
        "poll", "option", "user"
    )
    return votes.order_by("poll", "created_at", "id")
