"""Celery inside the process: a worker with threads, and beat, both without signal handlers."""

import threading
from typing import Any

from celery import signals
from celery.beat import EmbeddedService
from celery.worker import WorkController
from celery.worker import state as worker_state
from django.conf import settings
from django.db import close_old_connections

from mails.places import ACCOUNT_MAILS, INVITATION_MAILS
from webinar.celery import app

#: Threads for short tasks. Long ones have their own limits.
WORKER_THREADS = 4
BEAT_LONGEST_SLEEP = 1.0  # seconds: beat checks for a stop only between sleeps
STOP_SECONDS = 10.0


class BackgroundWork:
    """The worker and beat of this process."""

    def __init__(self) -> None:
        self._worker: Any = None
        self._worker_thread: threading.Thread | None = None
        self._beat: Any = None

    def start(self) -> None:
        """Start taking tasks, then sending due ones."""
        signals.task_prerun.connect(_fresh_connections, weak=False)
        signals.task_postrun.connect(_fresh_connections, weak=False)
        worker_state.should_stop = None
        self._worker = WorkController(
            app=app,
            pool_cls="threads",
            concurrency=WORKER_THREADS + settings.PROCESSING_LIMIT + ACCOUNT_MAILS + INVITATION_MAILS,
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
        )
        self._worker_thread = threading.Thread(target=self._worker.start, name="celery-worker", daemon=True)
        self._worker_thread.start()
        self._beat = EmbeddedService(app, max_interval=BEAT_LONGEST_SLEEP, thread=True)
        self._beat.name = "celery-beat"
        self._beat.start()

    def stop(self) -> None:
        """Finish running tasks, take no new ones; returns when both threads have ended."""
        if self._beat is not None:
            self._beat.service.stop(wait=False)
        worker_state.should_stop = 0  # type: ignore[assignment]  # an exit status: the worker's loop ends with it
        if self._beat is not None:
            self._beat.join(STOP_SECONDS)
        if self._worker_thread is not None:
            self._worker_thread.join(STOP_SECONDS)
        worker_state.should_stop = None


def _fresh_connections(**_context: object) -> None:
    """As Django does around a request: close connections that broke or are too old."""
    close_old_connections()
