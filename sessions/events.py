"""Events of a session: closed models; ``data`` of session.* is the REST Session as an outsider sees it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from accounts.person import ANONYMOUS
from core.published import Moment
from realtime.events import Event, EventData, PersonalEvent, control, crew, everyone_in, lobby, people
from sessions import shapes
from sessions.models import Attendance, Ban, Session, SessionRole
from sessions.moderation.shapes import Rules
from sessions.people import shapes as people_shapes
from sessions.queries import completed


class SessionEvent(Event):
    """Something about the session as a whole: data is the REST Session as an outsider sees it."""

    data: shapes.Session

    @classmethod
    def of(cls, session: Session) -> Self:
        """``session`` is read again: the caller may hold a bare row."""
        fresh = completed(Session.objects.alive()).get(pk=session.pk)  # a withdrawn one ends, too
        return cls(session_id=session.pk, data=shapes.seen_from_outside(fresh))


class SessionLive(SessionEvent, type="session.live", topic=lobby):
    """The session is on air: the audience may join."""


class SessionEnded(SessionEvent, type="session.ended", topic=lobby):
    """The session is over for everyone."""


class SessionRescheduled(SessionEvent, type="session.rescheduled", topic=lobby):
    """The session has another time."""


class SessionExpired(SessionEvent, type="session.expired", topic=lobby):
    """The session's time has long passed and nobody started it: only another time brings it back."""


class SessionSettings(SessionEvent, type="session.settings", topic=lobby):
    """Chat, stage or the stage's limit were switched."""


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
    """The host's camera was switched."""

    data: EnabledData

    @classmethod
    def of(cls, session: Session) -> "HostVideo":
        return cls(session_id=session.pk, data=EnabledData(enabled=session.host_video_enabled))


class HostAudio(Event, type="host.audio", topic=everyone_in):
    """The host's microphone was switched."""

    data: EnabledData

    @classmethod
    def of(cls, session: Session) -> "HostAudio":
        return cls(session_id=session.pk, data=EnabledData(enabled=session.host_audio_enabled))


class PresenceCountData(EventData):
    """How many people of the audience are there."""

    viewer_count: int


class PresenceCount(Event, type="presence.count", topic=lobby, volatile=True):
    """The number of viewers changed; told to the crew alone when the preset hides it."""

    crew_only: bool = False
    data: PresenceCountData

    @property
    def topic_name(self) -> str:
        return crew(self.session_id) if self.crew_only else lobby(self.session_id)

    @classmethod
    def of(cls, session: Session, viewer_count: int) -> "PresenceCount":
        return cls(
            session_id=session.pk,
            crew_only=not session.flag("viewer_count_visible"),
            data=PresenceCountData(viewer_count=viewer_count),
        )


class _PersonSeen(Event):
    """Somebody who joined came or went. In a crowd only ``presence.count`` is told: ask for the viewers then."""

    data: people_shapes.ActiveViewer

    @classmethod
    def of(cls, session: Session, row: Attendance, role: str) -> Self:
        """``row.user`` is loaded."""
        return cls(session_id=session.pk, data=people_shapes.ActiveViewer.of(row, role))


class PresenceJoined(_PersonSeen, type="presence.joined", topic=people):
    """Somebody is there: data is the ActiveViewer."""


class PresenceLeft(_PersonSeen, type="presence.left", topic=people):
    """Somebody is gone: data is the ActiveViewer."""


class RightsChangedData(EventData):
    """Whose; null: everybody's."""

    user_ids: list[UUID] | None


class RightsChanged(Event, type="rights.changed", topic=control):
    """Rights of people changed without an event that says so to all: their sockets are judged anew."""

    data: RightsChangedData

    @classmethod
    def of(cls, session: Session, *user_ids: UUID) -> "RightsChanged":
        """Of these people; of everybody when none is named."""
        return cls(session_id=session.pk, data=RightsChangedData(user_ids=list(user_ids) or None))


class ModerationChanged(Event, type="session.moderation", topic=everyone_in):
    """The crew changed the rules of the conversation."""

    data: Rules

    @classmethod
    def of(cls, session: Session) -> "ModerationChanged":
        return cls(session_id=session.pk, data=Rules.of(session))


class BannedData(EventData):
    """Why, in the crew's words; may be empty."""

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
    """The crew closes the connections of people, who may come back."""

    data: PeopleKickedData

    @classmethod
    def of(cls, session: Session, *user_ids: UUID) -> "PeopleKicked":
        return cls(session_id=session.pk, data=PeopleKickedData(user_ids=list(user_ids)))


class RoleEvent(Event):
    """Something about a person's role: data is the REST SessionParticipant."""

    data: people_shapes.SessionParticipant

    @classmethod
    def of(cls, row: SessionRole) -> Self:
        """``row.user`` and ``row.assigned_by`` should be loaded; both are told as an outsider sees them."""
        return cls(session_id=row.session_id, data=people_shapes.SessionParticipant.of(row, ANONYMOUS))


class RoleAdded(RoleEvent, type="role.added", topic=everyone_in):
    """Somebody became co-host, moderator or speaker; told again when they come in and when they leave."""


class RoleRemoved(RoleEvent, type="role.removed", topic=everyone_in):
    """Somebody is no longer co-host, moderator or speaker."""
