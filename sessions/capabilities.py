"""What a person may do in a session: one frozen answer that API, pages, LiveKit grants and socket topics all ask.

Nothing else reads a preset flag. A capability is a right; whether the session's present state allows the action is the
life cycle's answer (409).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from accounts.models import APIKey
from accounts.person import ANONYMOUS, Person
from base.errors import NotAllowed
from rooms.permissions import Standing
from sessions.models import Attendance, Session


class Role(StrEnum):
    """Who a person is in a session."""

    HOST = "host"
    CO_HOST = "co_host"
    MODERATOR = "moderator"
    SPEAKER = "speaker"
    AUDIENCE = "audience"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """The rights of one person in one session. ``publish_sources`` are LiveKit's names of track sources."""

    role: Role
    is_crew: bool
    in_session: bool
    may_see: bool
    may_join: bool
    may_join_backstage: bool
    may_start: bool
    may_go_live: bool
    may_end: bool
    may_reschedule: bool
    may_change_settings: bool
    may_delete: bool
    may_monitor: bool
    may_set_host_media: bool
    may_see_stream_key: bool
    may_see_viewer_count: bool
    may_see_people_details: bool
    may_publish: bool
    publish_sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """A person's standing and the sessions they joined: asked once for a whole list."""

    standing: Standing
    joined: frozenset[UUID]

    @classmethod
    def of(cls, person: Person, sessions: Iterable[Session]) -> "Viewpoint":
        """Two queries for a known person, none for an anonymous one."""
        if person.user is None:
            return cls(Standing.of(person), frozenset())
        joined = Attendance.objects.filter(user=person.user, session__in=[session.pk for session in sessions])
        return cls(Standing.of(person), frozenset(joined.values_list("session_id", flat=True)))


def capabilities(person: Person, session: Session, viewpoint: Viewpoint | None = None) -> Capabilities:
    """The rights of ``person`` in ``session``; ``session.room.library`` and ``session.preset`` should be loaded.

    A person limited to another session counts as anonymous here.
    """
    if person.session_id is not None and person.session_id != session.pk:
        person, viewpoint = ANONYMOUS, None
    seen_from = viewpoint or Viewpoint.of(person, [session])
    standing = seen_from.standing
    is_host = standing.hosts(session.room, APIKey.Scope.SESSIONS)
    may_see = standing.sees(session.room)
    return Capabilities(
        role=Role.HOST if is_host else Role.AUDIENCE,
        is_crew=is_host,
        in_session=is_host or (may_see and session.pk in seen_from.joined),
        may_see=may_see,
        may_join=may_see and person.is_known and (is_host or person.api_key is None),
        may_join_backstage=is_host,
        may_start=is_host,
        may_go_live=is_host,
        may_end=is_host,
        may_reschedule=is_host,
        may_change_settings=is_host,
        may_delete=is_host,
        may_monitor=is_host,
        may_set_host_media=is_host,
        may_see_stream_key=is_host,
        may_see_viewer_count=is_host or session.flag("viewer_count_visible"),
        may_see_people_details=is_host,
        may_publish=is_host,
        publish_sources=_sources(session, camera="host_camera_enabled", screen="host_screen_share") if is_host else (),
    )


def outsider(session: Session) -> Capabilities:
    """What somebody without any right sees: the shape of events that everyone gets."""
    return capabilities(ANONYMOUS, session)


def require(allowed: bool) -> None:
    """Raises NotAllowed unless ``allowed``."""
    if not allowed:
        raise NotAllowed


def _sources(session: Session, *, camera: str, screen: str) -> tuple[str, ...]:
    """The track sources that two preset flags leave; a microphone is always allowed to who may publish."""
    return (
        *(("camera",) if session.flag(camera) else ()),
        "microphone",
        *(("screen_share", "screen_share_audio") if session.flag(screen) else ()),
    )
