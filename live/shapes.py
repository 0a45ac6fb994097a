"""What the operations that run a session, presence and the bin publish, in replies."""

from typing import Any, Literal, Self
from uuid import UUID

from pydantic import Field

from accounts.person import Person
from core.published import Moment, Published
from encoders.shapes import RTMPIngress, RTMPSetup
from live import services
from live.services import bin as everything
from rooms.models import Preset, Room
from rooms.shapes import Address
from sessions import shapes as sessions
from sessions.bin import restorable_until
from sessions.models import Session
from sessions.rights.capabilities import Role
from sockets.shapes import Realtime


class JoinedSession(Published, name="JoinSessionResponse"):
    """A token for LiveKit, and how to follow the session."""

    livekit_token: str
    room_name: str
    livekit_url: str
    role: Role
    username: str = Field(description="Your name in the session: with a number if the name was taken.")
    mode: Literal["webrtc", "hls"] = Field(description="hls: there are too many viewers for WebRTC.")
    hls_url: Address | None = Field(description="Yours alone; null while no HLS runs.")
    realtime: Realtime
    connected_elsewhere: bool = Field(description="A studio connection of this person is there already.")

    @classmethod
    def of(cls, joined: services.Joined) -> Self:
        return cls.model_validate({name: getattr(joined, name) for name in cls.model_fields})


class OpenedSession(Published, name="StartSessionResponse"):
    """The open backstage or live session, with all that the studio or an encoder needs."""

    session: sessions.Session
    livekit_token: str
    rtmp: RTMPIngress | None = Field(
        description="Null for webcam sessions, for all but the host, and while RTMP is off."
    )
    rtmp_setup: RTMPSetup | None
    whip_url: str
    whip_token: str | None = Field(
        description="The bearer token for whip_url; null where rtmp is, but not while RTMP is off."
    )
    livekit_url: str
    room_name: str
    realtime: Realtime
    connected_elsewhere: bool = Field(description="A studio connection of this person is there already.")

    @classmethod
    def of(cls, opened: services.Opened, reader: Person) -> Self:
        """The session as ``reader`` sees it."""
        encoder = opened.encoder
        return cls(
            session=sessions.seen_by(reader, opened.session),
            livekit_token=opened.livekit_token,
            rtmp=RTMPIngress.of(encoder),
            rtmp_setup=RTMPSetup.of(encoder),
            whip_url=opened.whip_url,
            whip_token=encoder.whip_token if encoder else None,
            livekit_url=opened.livekit_url,
            room_name=opened.room_name,
            realtime=Realtime(**opened.realtime),
            connected_elsewhere=opened.connected_elsewhere,
        )


class HostMedia(Published, name="HostMediaResponse"):
    """The present state."""

    enabled: bool

    @classmethod
    def of(cls, state: services.HostMedia) -> Self:
        return cls(enabled=state.enabled)


class Monitoring(Published, name="MonitorResponse"):
    """A token to watch unseen."""

    livekit_token: str
    room_name: str
    livekit_url: str

    @classmethod
    def of(cls, found: services.Monitoring) -> Self:
        return cls(livekit_token=found.livekit_token, room_name=found.room_name, livekit_url=found.livekit_url)


class Heartbeat(Published, name="HeartbeatResponse"):
    """When to send the next heartbeat."""

    heartbeat: int = Field(description="Seconds until the next one.")


class Contents(Published, name="ContentsResponse"):
    """What belongs to a session, or to all sessions that went with a room."""

    recordings: int = Field(description="Those that were deleted with it.")
    bytes: int = Field(description="Of their files.")
    people: int = Field(description="In the report.")
    messages: int
    polls: int
    questions: int
    captions: int = Field(description="Lines.")

    @classmethod
    def of(cls, contents: everything.Contents) -> Self:
        return cls(**{name: getattr(contents, name) for name in cls.model_fields})


class _Binned(Published):
    id: UUID
    deleted_at: Moment
    restorable_until: Moment = Field(description="When it is deleted for good.")


def _binned(row: Session | Room | Preset) -> dict[str, Any]:
    """The fields that everything in the bin has."""
    assert row.deleted_at is not None
    return {"id": row.pk, "deleted_at": row.deleted_at, "restorable_until": restorable_until(row.deleted_at)}


class BinnedSession(_Binned, name="BinnedSessionResponse"):
    """A session in the bin, with all that belongs to it."""

    room_id: UUID
    title: str
    status: Session.Status
    scheduled_start_time: Moment | None
    started_at: Moment | None
    ended_at: Moment | None
    contents: Contents

    @classmethod
    def of(cls, session: Session, contents: everything.Contents) -> Self:
        return cls(
            **_binned(session),
            room_id=session.room_id,
            title=session.title,
            status=Session.Status(session.status),
            scheduled_start_time=session.scheduled_start_time,
            started_at=session.started_at,
            ended_at=session.ended_at,
            contents=Contents.of(contents),
        )


class BinnedRoom(_Binned, name="BinnedRoomResponse"):
    """A room in the bin, with the sessions that were deleted with it."""

    title: str
    slug: str
    sessions: int
    contents: Contents

    @classmethod
    def of(cls, room: Room, found: everything.RoomContents) -> Self:
        return cls(
            **_binned(room),
            title=room.title,
            slug=room.slug,
            sessions=found.sessions,
            contents=Contents.of(found.contents),
        )


class BinnedPreset(_Binned, name="BinnedPresetResponse"):
    """A preset in the bin."""

    name: str

    @classmethod
    def of(cls, preset: Preset) -> Self:
        return cls(**_binned(preset), name=preset.name)


class _Page(Published):
    total: int
    page: int
    limit: int


class BinnedSessions(_Page, name="BinnedSessionListResponse"):
    """One page of them, the last deleted first."""

    sessions: list[BinnedSession]


class BinnedRooms(_Page, name="BinnedRoomListResponse"):
    """One page of them, the last deleted first."""

    rooms: list[BinnedRoom]


class BinnedPresets(_Page, name="BinnedPresetListResponse"):
    """One page of them, the last deleted first."""

    presets: list[BinnedPreset]
