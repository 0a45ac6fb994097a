"""Limits of open sockets for each person and address in this process, and the threads for their database reads."""

import threading
from collections import Counter
from collections.abc import Hashable
from typing import Any

from core.addresses import network_of
from core.background import DatabaseThreads


class ConnectionCounts:
    """Counts present members of each key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._here: Counter[Hashable] = Counter()

    def enter(self, key: Hashable, most: int) -> bool:
        """Count one more of ``key`` until :meth:`leave`; False if there is no place."""
        with self._lock:
            if self._here[key] >= most:
                return False
            self._here[key] += 1
            return True

    def leave(self, key: Hashable) -> None:
        """One less."""
        with self._lock:
            self._here[key] -= 1
            if self._here[key] <= 0:
                del self._here[key]

    def __len__(self) -> int:
        return len(self._here)


connection_counts = ConnectionCounts()


def origin_of(scope: Any) -> str:
    """The network that counts as one address.

    The server has already put the forwarded address of trusted proxies into ``scope["client"]``.
    """
    client = scope.get("client")
    return network_of(client[0]) if client else "unknown"


#: Separate threads, so that neither pages nor other work wait for database reads of sockets.
in_thread = DatabaseThreads("socket", 8).run
