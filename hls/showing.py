"""What the HLS of a session contains: its captures while live, its published recordings afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from core.ids import parse_uuid
from media.hls.journal import CaptureLog, log_of
from media.hls.playlists import SegmentRange, Timeline
from media.models import Capture
from recordings.models import Recording
from recordings.queries import published
from sessions.models import Session

#: Seconds after the end during which players still get the ended live playlist rather than the replay.
LINGERS = timedelta(minutes=2)
#: Seconds that the recorder may take for the last segments.
LAST_SEGMENTS = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Showing:
    """The present timeline of a session. ``is_over``: nothing will be added. ``is_replay``: made of recordings."""

    session: Session
    timeline: Timeline
    is_over: bool
    is_replay: bool = False


def find(session_id: UUID) -> Session | None:
    """The session, with the rows that judging capabilities needs."""
    rows = Session.objects.available().select_related("preset__library", "room__library__organization", "room__host")
    return rows.filter(pk=session_id).first()


def is_capture_shown(capture_id: UUID) -> bool:
    """Whether the capture's session is visible; captures that belong to no session always are."""
    room = Capture.objects.filter(pk=capture_id).values_list("room", flat=True).first()
    session_id = parse_uuid(room)
    if session_id is None or not Session.objects.filter(pk=session_id).exists():
        return room is not None
    return Session.objects.available().filter(pk=session_id).exists()


def showing(session_id: UUID) -> Showing | None:
    """The timeline of a session; None if the session is gone. Reads database and journals."""
    session = find(session_id)
    if session is None:
        return None
    now = timezone.now()
    if session.is_live:
        return Showing(session, Timeline(_captured(session)), is_over=False)
    if session.ended_at is None:
        return Showing(session, Timeline([]), is_over=False)
    if now < session.ended_at + LINGERS:
        closing = Capture.objects.filter(room=session.media_room, state=Capture.State.RUNNING).exists()
        is_over = not closing or now > session.ended_at + LAST_SEGMENTS
        return Showing(session, Timeline(_captured(session)), is_over=is_over)
    return Showing(session, Timeline(_recorded(session)), is_over=True, is_replay=True)


def _captured(session: Session) -> Iterator[SegmentRange]:
    """From going live to the end, without the rehearsal."""
    captures = Capture.objects.filter(room=session.media_room, first_segment_at__isnull=False, files_deleted_at=None)
    until = session.ended_at
    for capture in captures.order_by("created_at", "id"):
        yield SegmentRange.between(log_of(capture.folder), _seconds(session.started_at), _seconds(until))


def _recorded(session: Session) -> Iterator[SegmentRange]:
    """The published recordings, as trimmed."""
    for recording in published(session).select_related("capture").order_by("started_at", "id"):
        if recording.capture.files_deleted_at is None:
            yield _span_of(recording, log_of(recording.capture.folder))


def _span_of(recording: Recording, log: CaptureLog) -> SegmentRange:
    begins = log.marks.get(recording.start_mark, recording.started_at.timestamp())
    ends = log.marks.get(recording.stop_mark, _seconds(recording.stopped_at))
    if recording.trim_end is not None:
        ends = begins + recording.trim_end
    return SegmentRange.between(log, begins + (recording.trim_start or 0), ends)


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
