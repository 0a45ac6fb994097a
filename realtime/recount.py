"""Counters that many people change at once, published as volatile events: at most one for each subject and turn,
however many vote.

A change marks its subject; soon after the commit the numbers are read from the database and published. Several
processes may publish the same subject: each reads again after publishing and repeats if the numbers have changed, so
the last one published is right.
"""

import logging
import threading
from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.db import close_old_connections, transaction

from core.background import BackgroundThread
from realtime.events import Event
from realtime.outbox import emit

logger = logging.getLogger(__name__)

EVERY = 0.2  # seconds between two events of one subject

#: The volatile event with a subject's present numbers; None if there is nothing to publish.
Read = Callable[[UUID], Event | None]


class Recounter:
    """The thread that publishes. A process without it (a command, a test) publishes in the thread of the change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._marked: dict[tuple[Read, UUID], None] = {}
        self._thread = BackgroundThread("recount", self._run)

    def mark(self, read: Read, subject: UUID) -> None:
        """Mark ``subject`` as changed; returns at once where the thread runs."""
        if not self._thread.is_running:
            while _publish(read, subject):
                pass
            return
        with self._lock:
            self._marked[read, subject] = None
        self._thread.nudge()

    def start(self) -> None:
        """Start; harmless if it already runs."""
        self._thread.start()

    def stop(self) -> None:
        """Publish what is marked and stop."""
        self._thread.stop()

    def _run(self) -> None:
        while not self._thread.is_stopping():
            self._thread.wait()
            self._turn()
            self._thread.pause(EVERY)
        self._turn()

    def _turn(self) -> None:
        with self._lock:
            marked, self._marked = self._marked, {}
        close_old_connections()
        for read, subject in marked:
            try:
                moved = _publish(read, subject)
            except Exception:
                logger.exception("Counts could not be published; trying again")
                moved = True
            if moved and not self._thread.is_stopping():
                self.mark(read, subject)
        close_old_connections()


def _publish(read: Read, subject: UUID) -> bool:
    """Whether the numbers moved while they were told."""
    event = read(subject)
    if event is None:
        return False
    emit(event)
    after = read(subject)
    return after is not None and after != event


_recounter = Recounter()


def recount(read: Read, subject: UUID) -> None:
    """After the present transaction commits, publish the numbers of ``subject``. ``read`` is a module's function."""
    transaction.on_commit(partial(_recounter.mark, read, subject), robust=True)


def start_recounts() -> None:
    """Publish numbers in a thread of this process."""
    _recounter.start()


def stop_recounts() -> None:
    """Stop that thread."""
    _recounter.stop()
