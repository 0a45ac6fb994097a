"""How many sockets one person, and one address, may have open in this process."""

import threading
from collections import Counter
from collections.abc import Hashable
from ipaddress import IPv6Address, ip_address
from typing import Any

#: An IPv6 client owns its whole network of this length.
_IPV6_PREFIX = 64


class Crowd:
    """Counts who is in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._here: Counter[Hashable] = Counter()

    def enter(self, key: Hashable, most: int) -> bool:
        """Whether there is room for one more of ``key``, who is then in until :meth:`leave`."""
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


crowd = Crowd()


def origin_of(scope: Any) -> str:
    """The address that counts as one place: that of an IPv4 client, the network of an IPv6 one.

    The server has already put the forwarded address of trusted proxies into ``scope["client"]``.
    """
    client = scope.get("client")
    try:
        address = ip_address(client[0]) if client else None
    except ValueError:
        address = None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return f"{address.exploded[: _IPV6_PREFIX // 4 + _IPV6_PREFIX // 16 - 1]}::/{_IPV6_PREFIX}"
    return str(address) if address else "unknown"
