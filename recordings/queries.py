"""Reads of recordings; every queryset starts at what the caller may see."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from accounts.person import Person
from media.models import Capture
from recordings.models import Recording, RecordingQuerySet
from sessions.models import Session
from sessions.queries import my_sessions


def recordings_of(session: Session) -> RecordingQuerySet:
    """All of the session, newest first."""
    return Recording.objects.alive().filter(session=session)


def active_recording(session: Session) -> Recording | None:
    """The one that is being recorded now."""
    return recordings_of(session).active().first()


def my_recordings(person: Person) -> RecordingQuerySet:
    """Those of sessions of rooms whose host the caller is, newest first."""
    return Recording.objects.alive().filter(session__in=my_sessions(person).order_by().values("pk"))


def marks_of(captures: Iterable[Capture]) -> dict[UUID, tuple[str, ...]]:
    """The marks that cut the parts of each of these captures, oldest first."""
    cuts: dict[UUID, list[tuple[datetime, int, str]]] = {}
    rows = Recording.objects.filter(capture__in=list(captures))
    for recording in rows.only("capture_id", "started_at", "stopped_at"):
        found = cuts.setdefault(recording.capture_id, [])
        found.append((recording.started_at, 1, recording.start_mark))
        if recording.stopped_at is not None:
            found.append((recording.stopped_at, 0, recording.stop_mark))
    return {capture: tuple(mark for _at, _order, mark in sorted(found)) for capture, found in cuts.items()}
