"""Leases: which of several processes does what only one may do at a time.

With Redis a lease is a key that its holder renews and that expires when the holder dies. Without Redis there is only
one process (a system check requires it), which holds every lease.
"""

import contextlib
import logging
import threading
import time
import weakref
from collections.abc import Iterator

from django.conf import settings

from core.secrets import new_token

logger = logging.getLogger(__name__)

_all: "weakref.WeakSet[Lease]" = weakref.WeakSet()


class Lease:
    """The right, for ``seconds`` at a time, to do ``name``.

    The holder is this object, so that two leases of one name exclude each other within a process too.
    """

    def __init__(self, name: str, seconds: float) -> None:
        self.name, self.seconds = name, seconds
        self.holder = new_token(size=12)
        self._guard = threading.Lock()
        self._sure_until = self._ours_until = 0.0
        self._asked = False
        _all.add(self)

    def holds(self) -> bool:
        """Take or renew it; False while somebody else has it, or while Redis does not answer."""
        if not settings.REDIS_URL:
            return True
        began = time.monotonic()
        with self._guard:
            if began < self._sure_until:
                return True
            self._asked = True
            from realtime import redis_locks  # Redis' client is 6 MB: only where there is a Redis

            if not redis_locks.take(self.name, self.holder, self.seconds):
                return False
            # Counted from before the call, and well before it expires: nobody else can have it until then.
            self._sure_until = began + self.seconds / 3
            self._ours_until = began + self.seconds
            return True

    def is_ours(self) -> bool:
        """Whether nobody else can have it: it was taken or renewed, and has not run out since. Asks nobody."""
        return not settings.REDIS_URL or time.monotonic() < self._ours_until

    def release(self) -> None:
        """Release it for others; harmless if it is not held."""
        with self._guard:
            self._sure_until = self._ours_until = 0.0
            if self._asked and settings.REDIS_URL:
                self._asked = False
                from realtime import redis_locks

                redis_locks.give(self.name, self.holder, self.seconds)


@contextlib.contextmanager
def kept(lease: Lease) -> Iterator[bool]:
    """Whether ``lease`` was free; then it is renewed until the end of the block, however long that takes.

    It may be lost all the same, when Redis does not answer for as long as it holds, or forgets it: long work asks
    ``lease.is_ours()`` between its steps. What was lost once is not taken again: somebody else may have had it.
    """
    if not lease.holds():
        yield False
        return
    over = threading.Event()
    keeper = threading.Thread(target=_renew, args=(lease, over), name=f"lease {lease.name}", daemon=True)
    if settings.REDIS_URL:
        keeper.start()
    try:
        yield True
    finally:
        over.set()
        if keeper.ident is not None:
            keeper.join()
        lease.release()


def _renew(lease: Lease, over: threading.Event) -> None:
    while not over.wait(lease.seconds / 3) and lease.is_ours():
        if not lease.holds():
            logger.warning("The lease %s could not be renewed", lease.name)


def release_all() -> None:
    """The process stops: release its leases, so that others need not wait for their expiry."""
    for lease in list(_all):
        lease.release()
