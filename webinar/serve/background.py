"""Celery's worker inside the process, with threads and without signal handlers."""

import threading
from typing import Any

from celery import signals
from celery.worker import WorkController
from celery.worker import state as worker_state
from django.conf import settings
from django.db import close_old_connections

from mails.places import ACCOUNT_MAILS, INVITATION_MAILS
from webinar.celery import app
from webinar.task_queue import bell

#: Threads for short tasks. Long ones have their own limits.
WORKER_THREADS = 4
STOP_SECONDS = 10.0


class Worker:
    """The worker of this process. Made before other threads run: that imports half of Celery."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._worker: Any = WorkController(
            app=app,
            pool_cls="threads",
            concurrency=WORKER_THREADS + settings.PROCESSING_LIMIT + ACCOUNT_MAILS + INVITATION_MAILS,
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
        )

    def start(self) -> None:
        """Begin to take tasks."""
        signals.task_prerun.connect(_fresh_connections, weak=False)
        signals.task_postrun.connect(_fresh_connections, weak=False)
        signals.task_prerun.connect(_ring, weak=False)
        worker_state.should_stop = None
        self._thread = threading.Thread(target=self._worker.start, name="celery-worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what runs, take nothing new; returns when the thread is gone."""
        worker_state.should_stop = 0  # type: ignore[assignment]  # an exit status: the worker's loop ends with it
        bell.ring()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)
        worker_state.should_stop = None


def _fresh_connections(**_context: object) -> None:
    """As Django does around a request: close connections that broke or are too old."""
    close_old_connections()


def _ring(**_context: object) -> None:
    """A task that has begun is acknowledged by the worker's loop, which may take one more for it."""
    bell.ring()
