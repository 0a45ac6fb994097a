"""Manual retry of failed processing."""

import contextlib

from django.db import transaction

from core.errors import NotFound
from realtime.outbox import emit
from recordings.errors import RecordingNotFailed
from recordings.events import RecordingProgress
from recordings.models import Recording
from recordings.nudges import processing_due
from sessions.lifecycle import lock_session


def retry(recording: Recording) -> Recording:
    """Process it again from the beginning, now; also ends the wait for an automatic retry.

    Raises RecordingNotFailed unless it failed or waits for a retry, NotFound if it is in the bin or gone.
    """
    with transaction.atomic():
        with contextlib.suppress(NotFound):
            lock_session(recording.session_id)
        locked = Recording.objects.alive().select_for_update(no_key=True, of=("self",)).filter(pk=recording.pk).first()
        if locked is None:
            raise NotFound
        if locked.status != Recording.Status.FAILED and locked.retry_at is None:
            raise RecordingNotFailed
        if locked.status == Recording.Status.FAILED:
            locked.steps, locked.progress = {}, 0
        locked.status, locked.phase = Recording.Status.RECORDING, Recording.Phase.PROCESSING
        locked.retry_count, locked.retry_at, locked.error_message = 0, None, ""
        locked.save()
        emit(RecordingProgress.of(locked))
        processing_due.on_commit(str(locked.pk))
    return locked
