"""Reads of recordings; every queryset starts at what the caller may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.person import Person
from core.prepared import prepared
from media.models import Capture
from recordings.models import Recording, RecordingQuerySet
from rooms.models import Room
from sessions.models import Session
from sessions.queries import managed_sessions, my_sessions


class ReplayStatus(StrEnum):
    """Where a replay stands: there is none, it is being made, the host has not published it yet, it can be watched."""

    NONE = "none"
    PROCESSING = "processing"
    REVIEW = "review"
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What the address of a session shows after its end. ``progress``: percent of the processing, of all recordings."""

    session: Session
    status: ReplayStatus
    progress: int
    recordings: list[Recording]


def recordings_of(session: Session) -> RecordingQuerySet:
    """All recordings of the session, newest first."""
    return Recording.objects.alive().filter(session=session)


@prepared
def newest_recordings(session_id: UUID) -> RecordingQuerySet:
    """As :func:`recordings_of`, for the state of pages."""
    return Recording.objects.alive().filter(session=session_id)


@prepared
def running_recording(session_id: UUID) -> RecordingQuerySet:
    """As :func:`active_recording`, for the state of pages."""
    return Recording.objects.active().filter(session=session_id)


def active_recording(session: Session) -> Recording | None:
    """The running recording."""
    return recordings_of(session).active().first()


def my_recordings(person: Person) -> RecordingQuerySet:
    """The recordings of sessions of rooms whose host the caller is, newest first."""
    return Recording.objects.alive().filter(session__in=my_sessions(person).order_by().values("pk"))


def managed_recordings(person: Person) -> RecordingQuerySet:
    """The recordings of all sessions that the caller manages, for the page of them."""
    return Recording.objects.alive().filter(session__in=managed_sessions(person).order_by().values("pk"))


def marks_of(captures: Iterable[Capture]) -> dict[UUID, tuple[str, ...]]:
    """The marks that begin new parts of each of these captures, oldest first."""
    cuts: dict[UUID, list[tuple[datetime, int, str]]] = {}
    rows = Recording.objects.filter(capture__in=list(captures))
    for recording in rows.only("capture_id", "started_at", "stopped_at"):
        found = cuts.setdefault(recording.capture_id, [])
        found.append((recording.started_at, 1, recording.start_mark))
        if recording.stopped_at is not None:
            found.append((recording.stopped_at, 0, recording.stop_mark))
    return {capture: tuple(mark for _at, _order, mark in sorted(found)) for capture, found in cuts.items()}


def recordings_of_session(session: Session) -> RecordingQuerySet:
    """What was recorded in ``session`` and not deleted, in the order of the recordings."""
    return recordings_of(session).order_by("started_at", "id")


def published(session: Session) -> QuerySet[Recording]:
    """What people may watch of ``session``, in the order of the recordings; nothing before its end."""
    ready = recordings_of_session(session).filter(status=Recording.Status.COMPLETED, published_at__isnull=False)
    return ready if session.status == Session.Status.ENDED else ready.none()


def replay_of(session: Session) -> Replay:
    """The replay as the audience sees it; two queries."""
    rows = list(recordings_of_session(session).prefetch_related("tracks"))
    status = _status(session, rows)
    if status == ReplayStatus.NONE:
        return Replay(session=session, status=status, progress=0, recordings=[])
    known = [row for row in rows if row.status != Recording.Status.FAILED]
    done = [100 if row.status == Recording.Status.COMPLETED else row.progress for row in known]
    shown = [row for row in known if _is_shown(row)] if status == ReplayStatus.READY else []
    return Replay(session=session, status=status, progress=sum(done) // len(done), recordings=shown)


def _is_shown(row: Recording) -> bool:
    return _is_published(row) and bool(row.shown_path)


def _is_published(row: Recording) -> bool:
    return row.status == Recording.Status.COMPLETED and row.published_at is not None


def _status(session: Session, rows: Sequence[Recording]) -> ReplayStatus:
    if session.status != Session.Status.ENDED:
        return ReplayStatus.NONE
    if any(_is_shown(row) for row in rows):
        return ReplayStatus.READY
    states = {row.status for row in rows}
    if Recording.Status.RECORDING in states or any(_is_published(row) for row in rows):  # a trimmed file is being made
        return ReplayStatus.PROCESSING
    return ReplayStatus.REVIEW if Recording.Status.COMPLETED in states else ReplayStatus.NONE


def replay_status(session: Session) -> ReplayStatus:
    """Where the replay stands; one query."""
    return _status(session, list(recordings_of_session(session)))


def sessions_with_replay(room: Room) -> QuerySet[Session]:
    """The room's ended sessions that can be watched again."""
    shown = Recording.objects.alive().filter(
        session=OuterRef("pk"), status=Recording.Status.COMPLETED, published_at__isnull=False
    )
    ended = Session.objects.alive().filter(room=room, status=Session.Status.ENDED)
    return ended.filter(Exists(shown))


def began_at(recording: Recording) -> datetime:
    """The time of day of its file's first picture; from there on its clock runs on, through gaps too."""
    return recording.first_picture_at or recording.started_at
