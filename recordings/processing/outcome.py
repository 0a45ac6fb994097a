"""Results of the processing: progress, completed, retry later, failed. No other code sets these."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from media.processing import errors
from realtime.outbox import emit
from recordings import replay
from recordings.events import RecordingCompleted, RecordingFailed, RecordingProgress
from recordings.models import Recording
from sessions.lifecycle import lock_session

logger = structlog.get_logger(__name__)

FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=1)
#: Errors for which retrying does not help.
FINAL = frozenset({errors.NOTHING_RECORDED})

STORING = "storing"
DIFFERENT = "different"
SENTENCES: dict[str, str | Promise] = {
    errors.DISK_FULL: _("The disk is full. Everything that was recorded is kept; free some space, then try again."),
    errors.NOTHING_RECORDED: _("Nothing was recorded that could be played."),
    errors.UNREADABLE: _("The recording could not be assembled. Everything that was recorded is kept."),
    errors.MISSING: _("A file of the recording is missing. What is left of it is kept."),
    errors.TIMED_OUT: _("The processing took too long and was stopped. Everything that was recorded is kept."),
    errors.CRASHED: _("The processing was interrupted. Everything that was recorded is kept."),
    STORING: _("The file could not be moved to the storage. Everything that was recorded is kept."),
    DIFFERENT: _("The storage returned a different file than was stored. Everything that was recorded is kept."),
}


class Superseded(Exception):
    """The recording must no longer be processed: it was deleted, or somebody else has finished it."""


@contextlib.contextmanager
def _locked(recording_id: UUID) -> Iterator[Recording]:
    """Lock the row, its session first, as everywhere. Raises Superseded."""
    with transaction.atomic():
        rows = Recording.objects.alive().filter(pk=recording_id, phase=Recording.Phase.PROCESSING)
        session_id = rows.values_list("session_id", flat=True).first()
        if session_id is None:
            raise Superseded
        with contextlib.suppress(NotFound):  # its session was deleted just now: then the row is not found below either
            lock_session(session_id)
        recording = rows.select_for_update(no_key=True, of=("self",)).first()
        if recording is None:
            raise Superseded
        yield recording


def advance(recording_id: UUID, *, percent: int, steps: dict[str, Any]) -> None:
    """Store the progress and publish it. Raises Superseded."""
    with _locked(recording_id) as recording:
        recording.steps = steps
        recording.progress = max(0, min(99, percent))
        recording.save(update_fields=["steps", "progress", "updated_at"])
        emit(RecordingProgress.of(recording))


def complete(recording_id: UUID, made: dict[str, Any], steps: dict[str, Any]) -> Recording:
    """Complete it: ``made`` holds the fields that describe its file, verified in the storage. Raises Superseded."""
    with _locked(recording_id) as recording:
        for name, value in made.items():
            setattr(recording, name, value)
        recording.steps, recording.progress = steps, 100
        recording.status, recording.phase = Recording.Status.COMPLETED, Recording.Phase.DONE
        recording.error_message = _what_is_missing(recording)
        recording.retry_at = None
        recording.save()
        emit(RecordingCompleted.of(recording))
        replay.completed(recording)
        recording.refresh_from_db()
    logger.info("A recording is ready", recording=str(recording.pk), duration=recording.duration)
    return recording


def _what_is_missing(recording: Recording) -> str:
    """A sentence about an incomplete file; replaces the errors of earlier tries."""
    if any(not part["is_readable"] for part in recording.steps["probe"]["parts"]):
        return str(_("A part of the recording could not be read; the rest is here."))
    return "" if recording.retry_count else recording.error_message


def fail(recording_id: UUID, code: str, detail: str = "") -> Recording:
    """A step failed: retry later, each time after a longer wait, and finally give up.

    Every file that was recorded is kept. Raises Superseded.
    """
    with _locked(recording_id) as recording:
        recording.error_message = str(SENTENCES.get(code, SENTENCES[errors.CRASHED]))
        is_over = code in FINAL or recording.retry_count >= settings.RECORDING_RETRIES
        if is_over:
            recording.status, recording.phase = Recording.Status.FAILED, Recording.Phase.DONE
            recording.retry_at = None
        else:
            wait = min(FIRST_RETRY * 2 ** min(recording.retry_count, 12), LONGEST_RETRY)
            recording.retry_at = timezone.now() + wait
            recording.retry_count += 1
        recording.save(update_fields=["error_message", "status", "phase", "retry_at", "retry_count", "updated_at"])
        emit(RecordingFailed.of(recording) if is_over else RecordingProgress.of(recording))
    logger.warning(
        "A recording could not be processed",
        recording=str(recording.pk),
        code=code,
        detail=detail,
        tried=recording.retry_count,
        is_over=is_over,
    )
    return recording
