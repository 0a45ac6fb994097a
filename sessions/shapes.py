"""What sessions publish, in replies, events and the state of pages.

A reader sees a session according to their capabilities in it; events contain what somebody without rights sees.
"""

from collections.abc import Iterable, Sequence
from typing import Self
from uuid import UUID

from pydantic import Field

from accounts.person import ANONYMOUS, Person
from core.published import Moment, Published
from rooms import shapes as rooms
from rooms.models import Room
from sessions import models
from sessions.people.viewers import viewer_count, viewer_counts
from sessions.rights import playback
from sessions.rights.capabilities import Capabilities, Viewpoint, capabilities, outsider


class Session(Published, name="SessionResponse"):
    """A session, with its room and preset (the copy frozen at go-live once there is one)."""

    id: UUID
    room_id: UUID
    room: rooms.Room
    preset: rooms.Preset
    title: str
    description: str
    status: models.Session.Status
    mode: models.Session.Mode
    scheduled_start_time: Moment | None
    planned_duration: int = Field(description="Minutes.")
    backstage_open: bool | None = Field(description="Null for callers without rights.")
    idle_ends_at: Moment | None = Field(
        description="When the session ends because nobody is there; for the crew, after the warning."
    )
    started_at: Moment | None
    ended_at: Moment | None
    duration: int | None = Field(description="Seconds on air so far.")
    viewer_count: int | None = Field(description="Null if the preset hides it from the caller.")
    max_viewers: int | None = Field(description="The peak; null as viewer_count.")
    recording_enabled: bool
    hls_url: rooms.Address | None = Field(description="For people in the session; null while no HLS runs.")
    chat_enabled_override: bool | None
    stage_enabled_override: bool | None
    poll_enabled_override: bool | None
    max_join_limit_override: int | None
    effective_chat_enabled: bool
    effective_stage_enabled: bool
    effective_poll_enabled: bool
    effective_max_join_limit: int
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(
        cls,
        session: models.Session,
        reader: Person,
        allowed: Capabilities,
        *,
        present: int,
        hls_url: str | None = None,
        parts: "Parts | None" = None,
    ) -> Self:
        """``session``, from ``sessions.queries.completed``, as ``reader`` sees it, who has the rights ``allowed``.

        ``present``: how many people of the audience are there (``sessions.people.viewers``). ``hls_url`` is an address
        of their own: replies alone have one. ``parts``: what this and other sessions have in common.
        """
        parts = parts or Parts(reader)
        sees_count = allowed.may_see_viewer_count
        return cls(
            id=session.pk,
            room_id=session.room_id,
            room=parts.room(session.room),
            preset=parts.preset(session, is_named=allowed.is_crew),  # the form says so
            title=session.title,
            description=session.description,
            status=models.Session.Status(session.status),
            mode=models.Session.Mode(session.mode),
            scheduled_start_time=session.scheduled_start_time,
            planned_duration=session.planned_duration,
            backstage_open=session.is_backstage if allowed.is_crew else None,
            idle_ends_at=session.idle_ends_at if allowed.is_crew else None,
            started_at=session.started_at,
            ended_at=session.ended_at,
            duration=session.duration,
            viewer_count=(present if session.is_live else 0) if sees_count else None,
            max_viewers=session.max_viewers if sees_count else None,
            recording_enabled=session.flag("recording_enabled"),
            hls_url=hls_url,
            chat_enabled_override=session.chat_enabled_override,
            stage_enabled_override=session.stage_enabled_override,
            poll_enabled_override=session.poll_enabled_override,
            max_join_limit_override=session.max_join_limit_override,
            effective_chat_enabled=session.effective_chat_enabled,
            effective_stage_enabled=session.effective_stage_enabled,
            effective_poll_enabled=session.effective_poll_enabled,
            effective_max_join_limit=session.effective_max_join_limit,
            created_at=session.created_at,
            updated_at=session.updated_at,
        )


class Parts:
    """Rooms and presets as one reader sees them: many sessions of a list have the same."""

    def __init__(self, reader: Person) -> None:
        self._reader = reader
        self._rooms: dict[UUID, rooms.Room] = {}
        self._presets: dict[tuple[UUID, bool], rooms.Preset] = {}

    def room(self, room: Room) -> rooms.Room:
        """``room`` as published."""
        if room.pk not in self._rooms:
            self._rooms[room.pk] = rooms.Room.of(room, self._reader)
        return self._rooms[room.pk]

    def preset(self, session: models.Session, *, is_named: bool) -> rooms.Preset:
        """The preset of ``session`` as published: its own copy once it went live."""
        if session.preset_copy is not None:
            return rooms.Preset.of(session.preset, session.preset_copy, is_named=is_named)
        key = (session.preset_id, is_named)
        if key not in self._presets:
            self._presets[key] = rooms.Preset.of(session.preset, is_named=is_named)
        return self._presets[key]


def seen_from_outside(session: models.Session) -> Session:
    """The session as somebody without rights sees it."""
    present = viewer_count(session) if session.is_live else 0
    return Session.of(session, ANONYMOUS, outsider(session), present=present)


def seen_by(reader: Person, session: models.Session, allowed: Capabilities | None = None) -> Session:
    """The session as a reply to ``reader`` has it, whose rights in it are ``allowed`` where they were judged before."""
    return _seen(reader, [(session, allowed or capabilities(reader, session))])[0]


def all_seen_by(reader: Person, sessions: Iterable[models.Session]) -> list[Session]:
    """The sessions for a reply to ``reader``: rights, and whether HLS can be played, are queried once for all."""
    sessions = list(sessions)
    viewpoint = Viewpoint.of(reader, sessions)
    return _seen(reader, [(session, capabilities(reader, session, viewpoint)) for session in sessions])


def _seen(reader: Person, judged: Sequence[tuple[models.Session, Capabilities]]) -> list[Session]:
    playable = playback.playable(session for session, allowed in judged if playback.may_watch(session, allowed))
    parts = Parts(reader)
    counts = viewer_counts(session for session, _allowed in judged if session.is_live)
    return [
        Session.of(
            session,
            reader,
            allowed,
            present=counts.get(session.pk, 0),
            parts=parts,
            hls_url=playback.hls_url(reader, session) if session.pk in playable else None,
        )
        for session, allowed in judged
    ]


_SHARED = {"room", "preset"}


class Sessions(Published, name="SessionListResponse"):
    """One page of sessions."""

    sessions: list[Session]
    total: int
    page: int
    limit: int

    def as_bytes(self, without: set[str] | None = None) -> bytes:
        """As any other's; but a room or a preset that several sessions have is written once, and copied."""
        if without:
            return super().as_bytes(without)
        written: dict[int, bytes] = {}
        rows = []
        for session in self.sessions:
            for part in (session.room, session.preset):
                if id(part) not in written:
                    written[id(part)] = part.as_bytes()
            own, room, preset = session.as_bytes(_SHARED), written[id(session.room)], written[id(session.preset)]
            rows.append(b'%b,"room":%b,"preset":%b}' % (own[:-1], room, preset))
        return b'{"sessions":[%b],%b' % (b",".join(rows), super().as_bytes({"sessions"})[1:])


class CreatedSession(Published, name="CreateSessionResponse"):
    """The new session; address and key for an encoder only in mode rtmp."""

    session: Session
    rtmp_url: str | None = Field(description="Null while no RTMP ingest runs.")
    stream_key: str | None


class Series(Published, name="SeriesResponse"):
    """The sessions that were made, in the order of their times."""

    sessions: list[Session]
    total: int


class SessionStats(Published, name="DashboardStatsResponse"):
    """How many sessions the caller has."""

    total_sessions: int
    live_now: int
    scheduled: int
    ended: int
    people_reached_30_days: int = Field(description="Different people of the audience who came in the last 30 days.")
    seconds_on_air_30_days: int = Field(description="Of sessions that went live in the last 30 days.")
