"""Stopped recordings whose parts the recorder's own code has made."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from media.models import Capture
from recordings.models import Recording
from tests.media.engines.recorder.test_production import BEGAN
from tests.media.processing.captures import Captured

START = datetime.fromtimestamp(BEGAN, UTC)


def stopped_recording(session, *spans, seconds=5.0, **fields):
    """A recording of ``seconds`` that was stopped, its capture over; with others (mark, seconds) as ``spans``."""
    capture = Capture.objects.create(
        room=session.media_room, wanted=False, state=Capture.State.ENDED, started_at=START, ended_at=timezone.now()
    )
    recording = Recording.objects.create(
        session=session,
        capture=capture,
        **{
            "name": "Launch",
            "phase": Recording.Phase.PROCESSING,
            "started_at": START,
            "stopped_at": START + timedelta(seconds=seconds),
            **fields,
        },
    )
    spans = spans or ((recording.start_mark, seconds), (recording.stop_mark, 1))
    Captured(capture.folder).run(*spans)
    return recording


def files_below(folder):
    """Names of all files below a folder, locks aside."""
    found = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return sorted(str(path.relative_to(folder)) for path in found)
