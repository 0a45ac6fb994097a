"""Numbers that many people change at once, told as volatile events: at most one a subject and turn, however many vote.

A change marks its subject; soon after its commit the numbers are read from the database and told. No process has to
be the only one that tells: each reads again after it has told, and tells once more when the numbers have moved
meanwhile, so whoever tells last tells what is true.
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

EVERY = 0.2  # seconds between two tellings of one subject

#: The volatile event that says how a subject stands now; None when there is nothing to tell.
Read = Callable[[UUID], Event | None]


class Recounter:
    """The thread that tells. A process without it (a command, a test) tells within the thread that made the change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._marked: dict[tuple[Read, UUID], None] = {}
        self._thread = BackgroundThread("recount", self._run)

    def mark(self, read: Read, subject: UUID) -> None:
        """``subject`` has other numbers now; returns at once where the thread runs."""
        if not self._thread.is_running:
            while _publish(read, subject):
                pass
            return
        with self._lock:
            self._marked[read, subject] = None
        self._thread.nudge()

    def start(self) -> None:
        """Begin; harmless when it already runs."""
        self._thread.start()

    def stop(self) -> None:
        """Tell what is marked and end."""
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
                logger.exception("Numbers could not be told; trying again")
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
    """After the present transaction commits, tell how ``subject`` stands. ``read`` is a module's function."""
    transaction.on_commit(partial(_recounter.mark, read, subject), robust=True)


def start_recounts() -> None:
    """Tell numbers in a thread of this process."""
    _recounter.start()


def stop_recounts() -> None:
    """End that thread."""
    _recounter.stop()
