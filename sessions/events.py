"""Events of a session: closed models; ``data`` of session.* is the REST Session as an outsider sees it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from accounts.models import User
from accounts.person import ANONYMOUS
from core.published import Moment
from realtime.events import Event, EventData, PersonalEvent, control, crew, everyone_in, lobby, people, personal
from sessions import shapes
from sessions.models import Attendance, Ban, Session, SessionRole
from sessions.moderation.shapes import Rules
from sessions.people import shapes as people_shapes
from sessions.queries import completed


class SessionEvent(Event):
    """Something about the session as a whole: ``data`` is the REST Session as an outsider sees it."""

    data: shapes.Session

    @classmethod
    def of(cls, session: Session) -> Self:
        """``session`` is read again, because the caller may have an incomplete row."""
        fresh = completed(Session.objects.alive()).get(pk=session.pk)  # sessions of closed organizations end too
        return cls(session_id=session.pk, data=shapes.seen_from_outside(fresh))


class SessionLive(SessionEvent, type="session.live", topic=lobby):
    """The session is live: the audience may join."""


class SessionEnded(SessionEvent, type="session.ended", topic=lobby):
    """The session is over for everyone."""


class SessionRescheduled(SessionEvent, type="session.rescheduled", topic=lobby):
    """The session was moved to another time."""


class SessionExpired(SessionEvent, type="session.expired", topic=lobby):
    """The session's time passed long ago without a start: it must be rescheduled."""


class SessionSettings(SessionEvent, type="session.settings", topic=lobby):
    """Chat, stage, polls or the stage's limit was changed."""


class CancelledData(EventData):
    """Which session was cancelled."""

    id: UUID


class SessionCancelled(Event, type="session.cancelled", topic=lobby):
    """The session was deleted before it went live."""

    data: CancelledData

    @classmethod
    def of(cls, session: Session) -> "SessionCancelled":
        return cls(session_id=session.pk, data=CancelledData(id=session.pk))


class IdleData(EventData):
    """When the session ends by itself; null when somebody came back."""

    ends_at: Moment | None


class SessionIdle(Event, type="session.idle", topic=crew):
    """Nobody of the crew is there and nobody publishes: the session ends at ``ends_at`` unless somebody comes back."""

    data: IdleData

    @classmethod
    def of(cls, session: Session, ends_at: datetime | None) -> "SessionIdle":
        return cls(session_id=session.pk, data=IdleData(ends_at=ends_at))


class EnabledData(EventData):
    """On or off."""

    enabled: bool


class HostVideo(Event, type="host.video", topic=everyone_in):
    """The host's camera was switched on or off."""

    data: EnabledData

    @classmethod
    def of(cls, session: Session) -> "HostVideo":
        return cls(session_id=session.pk, data=EnabledData(enabled=session.host_video_enabled))


class HostAudio(Event, type="host.audio", topic=everyone_in):
    """The host's microphone was switched on or off."""

    data: EnabledData

    @classmethod
    def of(cls, session: Session) -> "HostAudio":
        return cls(session_id=session.pk, data=EnabledData(enabled=session.host_audio_enabled))


class PresenceCountData(EventData):
    """How many members of the audience are there."""

    viewer_count: int


class PresenceCount(Event, type="presence.count", topic=lobby, volatile=True):
    """The number of viewers changed. If the preset hides it, it is published to the crew, and to each person on stage
    who may see it.
    """

    crew_only: bool = False
    user_id: UUID | None = None
    data: PresenceCountData

    @property
    def topic_name(self) -> str:
        if self.user_id is not None:
            return personal(self.user_id, self.session_id)
        return crew(self.session_id) if self.crew_only else lobby(self.session_id)

    @classmethod
    def all_of(cls, session: Session, viewer_count: int) -> "list[PresenceCount]":
        """One for everybody, or one for the crew and one for each person on stage who may see the number."""
        data = PresenceCountData(viewer_count=viewer_count)
        if session.flag("viewer_count_visible"):
            return [cls(session_id=session.pk, data=data)]
        told = [cls(session_id=session.pk, crew_only=True, data=data)]
        if session.flag("onstage_viewer_view"):
            on_stage = session.stage_members.filter(left_stage_at=None).values_list("user", flat=True)
            told += [cls(session_id=session.pk, user_id=user_id, data=data) for user_id in on_stage]
        return told


class _PersonSeen(Event):
    """Somebody came or left. In a crowd only ``presence.count`` is published: read the list of viewers then."""

    data: people_shapes.ActiveViewer

    @classmethod
    def of(cls, session: Session, row: Attendance, role: str) -> Self:
        """``row.user`` must be loaded."""
        return cls(session_id=session.pk, data=people_shapes.ActiveViewer.of(row, role))


class PresenceJoined(_PersonSeen, type="presence.joined", topic=people):
    """Somebody is there: ``data`` is the ActiveViewer."""


class PresenceLeft(_PersonSeen, type="presence.left", topic=people):
    """Somebody left: ``data`` is the ActiveViewer."""


class PersonRenamedData(EventData):
    """Who is called what from now on. Written messages keep the name that their author had."""

    user_id: UUID
    username: str
    former_username: str


class PersonRenamed(Event, type="person.renamed", topic=everyone_in):
    """Somebody changed their name, or got a number because the name is taken."""

    data: PersonRenamedData

    @classmethod
    def of(cls, session: Session, user: User, *, former: str) -> "PersonRenamed":
        data = PersonRenamedData(user_id=user.pk, username=user.username, former_username=former)
        return cls(session_id=session.pk, data=data)


class RightsChangedData(EventData):
    """Whose rights changed; null: everybody's."""

    user_ids: list[UUID] | None


class RightsChanged(Event, type="rights.changed", topic=control):
    """Rights changed without a public event about it: the people's sockets are judged again."""

    data: RightsChangedData

    @classmethod
    def of(cls, session: Session, *user_ids: UUID) -> "RightsChanged":
        """For these people; for everybody if none is named."""
        return cls(session_id=session.pk, data=RightsChangedData(user_ids=list(user_ids) or None))


class ModerationChanged(Event, type="session.moderation", topic=everyone_in):
    """The crew changed the chat rules."""

    data: Rules

    @classmethod
    def of(cls, session: Session) -> "ModerationChanged":
        return cls(session_id=session.pk, data=Rules.of(session))


class BannedData(EventData):
    """The crew's reason; may be empty."""

    reason: str


class YouBanned(PersonalEvent, type="you.banned"):
    """The crew banned the person; their connections are closed."""

    data: BannedData

    @classmethod
    def of(cls, ban: Ban) -> "YouBanned":
        return cls(session_id=ban.session_id, user_id=ban.user_id, data=BannedData(reason=ban.reason))


class PeopleKickedData(EventData):
    """Whose connections are closed."""

    user_ids: list[UUID]


class PeopleKicked(Event, type="people.kicked", topic=control):
    """The crew closes the connections of people, who may join again."""

    data: PeopleKickedData

    @classmethod
    def of(cls, session: Session, *user_ids: UUID) -> "PeopleKicked":
        return cls(session_id=session.pk, data=PeopleKickedData(user_ids=list(user_ids)))


class RoleEvent(Event):
    """Something about a person's role: ``data`` is the REST SessionParticipant."""

    data: people_shapes.SessionParticipant

    @classmethod
    def of(cls, row: SessionRole) -> Self:
        """``row.user`` and ``row.assigned_by`` should be loaded; both are published as an outsider sees them."""
        return cls(session_id=row.session_id, data=people_shapes.SessionParticipant.of(row, ANONYMOUS))


class RoleAdded(RoleEvent, type="role.added", topic=everyone_in):
    """Somebody became co-host, moderator or speaker; published again when they join and when they leave."""


class RoleRemoved(RoleEvent, type="role.removed", topic=everyone_in):
    """Somebody is no longer co-host, moderator or speaker."""
