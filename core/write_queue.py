"""Who writes next: with SQLite, which has one writer, the write transactions of this process wait in a fair queue.

SQLite itself lets whoever asks again at the right moment write next, and fails who had bad luck for too long. Here a
transaction takes its place before it begins and is handed the writer's (``core.sqlite3``), first come, first served,
what keeps a session going ahead of the crowd (``core.precedence``). Waiting is bounded in number and time; beyond that
the answer is Busy.
"""

import threading
import time
import weakref

from django.conf import settings

from core.errors import Busy
from core.precedence import Lines, goes_ahead

#: How often (seconds) those who wait look whether who holds the place is still there.
_LOOK_EVERY = 0.5


class Place:
    """One transaction's place in a queue. ``owner`` is the connection whose transaction it is."""

    __slots__ = ("_owner", "_queue", "_thread", "turn")

    def __init__(self, queue: "WriteQueue", owner: object) -> None:
        self._queue = queue
        self._owner = weakref.ref(owner)
        self._thread = threading.current_thread()
        self.turn = threading.Event()

    def give_back(self) -> None:
        """The transaction is over, or nobody waits for it any more; harmless when repeated."""
        self._queue.give_back(self)

    def is_lost(self) -> bool:
        """Whether nobody is left who could give it back."""
        return self._owner() is None or not self._thread.is_alive()

    def owner(self) -> object | None:
        """The connection, None when it is gone."""
        return self._owner()


class WriteQueue:
    """The queue of one database. Threads wait in it; whoever leaves hands the place on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder: Place | None = None
        self._lines: Lines[Place] = Lines()

    @property
    def waiting(self) -> int:
        """How many wait."""
        with self._lock:
            return len(self._lines)

    def take(self, owner: object) -> Place:
        """The writer's place, for a transaction of ``owner``; waits for it.

        Raises Busy when WRITE_QUEUE wait already, or when it is not our turn within WRITE_WAIT_SECONDS.
        """
        place = Place(self, owner)
        with self._lock:
            if self._holder is None:
                self._holder = place
                return place
            if len(self._lines) >= settings.WRITE_QUEUE:
                raise Busy
            self._lines.append(place, is_ahead=goes_ahead())
        try:
            self._wait(place)
        except BaseException:
            place.give_back()
            raise
        return place

    def give_back(self, place: Place) -> None:
        """``place`` is needed no more, whether it was its turn or not."""
        with self._lock:
            if place is self._holder:
                self._holder = self._lines.next()
                if self._holder is not None:
                    self._holder.turn.set()
            else:
                self._lines.discard(place)

    def _wait(self, place: Place) -> None:
        until = time.monotonic() + settings.WRITE_WAIT_SECONDS
        while not place.turn.wait(min(_LOOK_EVERY, max(0.0, until - time.monotonic()))):
            self._pass_over_lost()
            if time.monotonic() >= until and not place.turn.is_set():
                raise Busy

    def _pass_over_lost(self) -> None:
        """Whose thread died within a transaction writes no more: what it began is undone, and its place handed on."""
        holder = self._holder
        if holder is None or not holder.is_lost():
            return
        owner = holder.owner()
        undo = getattr(owner, "undo_for_lost_thread", None)
        if undo is not None:
            undo()
        holder.give_back()


_queues: dict[str, WriteQueue] = {}
_making = threading.Lock()


def queue_of(database: str) -> WriteQueue:
    """The queue of the database in this file."""
    queue = _queues.get(database)
    if queue is None:
        with _making:
            queue = _queues.setdefault(database, WriteQueue())
    return queue
