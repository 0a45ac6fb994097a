"""What a session tells: closed models; ``data`` of session.* is the REST Session as an outsider sees it."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, create_model

from accounts.person import ANONYMOUS
from core.published import Moment
from realtime.events import Event, EventData, PersonalEvent, control, crew, everyone_in, lobby, people
from rooms.models import PRESET_FLAGS
from sessions.models import Attendance, Ban, Session, SessionRole


class UserData(EventData):
    """The published User; private fields are null."""

    id: UUID
    external_user_id: str | None
    organization_id: UUID | None
    email: str | None
    username: str
    role: str
    is_active: bool
    created_at: Moment


class TagManagerData(EventData):
    """The room's analytics container."""

    container_id: str
    enabled: bool


class AnalyticsData(EventData):
    """The room's analytics."""

    google_tag_manager: TagManagerData


class RoomData(EventData):
    """The published Room."""

    id: UUID
    slug: str
    host_id: UUID
    host: UserData
    library_id: UUID
    title: str
    description: str
    access: str
    visibility: str
    analytics: AnalyticsData
    active_session_id: UUID | None
    created_at: Moment
    updated_at: Moment


class _PresetBase(EventData):
    """The published Preset but for its flags."""

    id: UUID
    user_id: UUID
    library_id: UUID
    name: str | None
    type: str
    max_join_limit: int
    primary_color: str
    logo: str | None
    logo_destination_url: str | None
    is_default: bool
    created_at: Moment
    updated_at: Moment


_flags: dict[str, Any] = dict.fromkeys(PRESET_FLAGS, (bool, ...))
PresetData: type[BaseModel] = create_model("PresetData", __base__=_PresetBase, **_flags)


class SessionData(EventData):
    """The published Session."""

    id: UUID
    room_id: UUID
    room: RoomData
    preset: PresetData  # type: ignore[valid-type]
    title: str
    description: str
    status: str
    mode: str
    scheduled_start_time: Moment | None
    planned_duration: int
    backstage_open: bool | None
    idle_ends_at: Moment | None
    started_at: Moment | None
    ended_at: Moment | None
    duration: int | None
    viewer_count: int | None
    max_viewers: int | None
    recording_enabled: bool
    hls_url: str | None
    chat_enabled_override: bool | None
    stage_enabled_override: bool | None
    max_join_limit_override: int | None
    effective_chat_enabled: bool
    effective_stage_enabled: bool
    effective_max_join_limit: int
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, session: Session) -> "SessionData":
        """``session`` as somebody without rights sees it now (read again: the caller may hold a bare row)."""
        from sessions.api.serializers import SessionResponse
        from sessions.queries import completed

        fresh = completed(Session.objects.alive()).get(pk=session.pk)  # a withdrawn one ends, too
        return cls.model_validate(SessionResponse(fresh, context={"person": ANONYMOUS}).data)


class SessionEvent(Event):
    """Something about the session as a whole: data is the REST Session as an outsider sees it."""

    data: SessionData

    @classmethod
    def of(cls, session: Session) -> Self:
        return cls(session_id=session.pk, data=SessionData.of(session))


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


class ActiveViewerData(EventData):
    """The published ActiveViewer."""

    id: UUID
    user_id: UUID
    username: str
    joined_at: Moment
    role: str


class _PersonSeen(Event):
    """Somebody who joined came or went. In a crowd only ``presence.count`` is told: ask for the viewers then."""

    data: ActiveViewerData

    @classmethod
    def of(cls, session: Session, row: Attendance, role: str) -> Self:
        """``row.user`` is loaded."""
        seen = ActiveViewerData(
            id=row.pk, user_id=row.user_id, username=row.user.username, joined_at=row.joined_at, role=role
        )
        return cls(session_id=session.pk, data=seen)


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


class ModerationData(EventData):
    """The crew's rules that everyone may know; blocked words are read over REST by the crew alone."""

    slow_mode: int
    chat_from: str
    direct_to_crew_only: bool
    hold_messages: bool
    block_links: bool
    is_door_closed: bool

    @classmethod
    def of(cls, session: Session) -> "ModerationData":
        return cls.model_validate({name: getattr(session, name) for name in cls.model_fields})


class ModerationChanged(Event, type="session.moderation", topic=everyone_in):
    """The crew changed the rules of the conversation."""

    data: ModerationData

    @classmethod
    def of(cls, session: Session) -> "ModerationChanged":
        return cls(session_id=session.pk, data=ModerationData.of(session))


class BannedData(EventData):
    """Why, in the crew's words; may be empty."""

    reason: str


class YouBanned(PersonalEvent, type="you.banned"):
    """The crew banned the person; their connections are closed."""

    data: BannedData

    @classmethod
    def of(cls, ban: Ban) -> "YouBanned":
        return cls(session_id=ban.session_id, user_id=ban.user_id, data=BannedData(reason=ban.reason))


class PutOutData(EventData):
    """Whose connections are closed."""

    user_ids: list[UUID]


class PutOut(Event, type="people.put_out", topic=control):
    """The crew closes the connections of people, who may come back."""

    data: PutOutData

    @classmethod
    def of(cls, session: Session, *user_ids: UUID) -> "PutOut":
        return cls(session_id=session.pk, data=PutOutData(user_ids=list(user_ids)))


class ParticipantData(EventData):
    """The published SessionParticipant, as an outsider sees its people."""

    id: UUID
    session_id: UUID
    user_id: UUID
    username: str
    user: UserData
    role: str
    is_active: bool
    assigned_at: Moment
    joined_at: Moment | None
    assigned_by: UUID
    assigned_by_user: UserData
    removed_at: Moment | None
    left_at: Moment | None

    @classmethod
    def of(cls, row: SessionRole) -> "ParticipantData":
        from sessions.people.api.serializers import SessionParticipantResponse

        return cls.model_validate(SessionParticipantResponse(row, context={"person": ANONYMOUS}).data)


class RoleEvent(Event):
    """Something about a person's role: data is the REST SessionParticipant."""

    data: ParticipantData

    @classmethod
    def of(cls, row: SessionRole) -> Self:
        return cls(session_id=row.session_id, data=ParticipantData.of(row))


class RoleAdded(RoleEvent, type="role.added", topic=everyone_in):
    """Somebody became co-host, moderator or speaker; told again when they come in and when they leave."""


class RoleRemoved(RoleEvent, type="role.removed", topic=everyone_in):
    """Somebody is no longer co-host, moderator or speaker."""
