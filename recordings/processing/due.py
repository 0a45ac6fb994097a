"""Which stopped recordings can be processed now."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from core.round_robin import round_robin
from media.captures.port import read_journal
from media.models import Capture
from media.processing.choosing import Chosen, choose
from recordings.models import Recording, RecordingQuerySet

#: Seconds for an engine to set the stop mark; after that the recording is cut by time instead.
MARK_WITHIN = timedelta(seconds=60)


def waiting() -> RecordingQuerySet:
    """Recordings to process, the longest waiting first, whether or not their parts are closed."""
    is_due = Q(retry_at=None) | Q(retry_at__lte=timezone.now())
    rows = Recording.objects.alive().filter(is_due, phase=Recording.Phase.PROCESSING)
    return rows.select_related("capture", "session__room__library").order_by("stopped_at", "id")


def in_turn(recordings: Iterable[Recording]) -> list[Recording]:
    """Order recordings fairly: organizations take turns, and so do the hosts of each; one host's keep their order."""
    by_host = round_robin(recordings, lambda recording: recording.session.room.host_id)
    return round_robin(by_host, lambda recording: recording.session.room.library.organization_id)


def chosen_parts(recording: Recording) -> Chosen:
    """The parts of the capture that belong to it, according to the present journal."""
    stopped_at = recording.stopped_at
    return choose(
        read_journal(recording.capture.folder),
        start_mark=recording.start_mark,
        stop_mark=recording.stop_mark,
        started_at=recording.started_at.timestamp(),
        stopped_at=stopped_at.timestamp() if stopped_at else None,
    )


def is_ready(recording: Recording, now: datetime | None = None) -> bool:
    """Whether its parts, or those of the capture that belong to it, are no longer being written."""
    if recording.capture.state in (Capture.State.ENDED, Capture.State.FAILED):
        return True
    stopped_at = recording.stopped_at
    is_late = stopped_at is not None and stopped_at + MARK_WITHIN < (now or timezone.now())
    return is_late or chosen_parts(recording).is_complete
