"""Free ports, for servers that tests start."""

import os
import random
import socket
from itertools import count

#: Below the range from which systems take the ports of outgoing connections (Linux: from 32768 on), so that no
#: connection takes a port between its choice and its use; a stretch of its own for each worker of a parallel run.
_FIRST, _STRETCH, _STRETCHES = 14_000, 6_000, 3
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _STRETCHES
_own = _FIRST + _STRETCH * _worker + random.randrange(_STRETCH // 2)
_next = count(int(os.environ["TEST_PORTS"].split("-")[0]) if os.environ.get("TEST_PORTS") else _own)


def free_port() -> int:
    """A port that nobody listens on, over TCP or UDP; never the same twice. TEST_PORTS=22000-22199 names others."""
    for wanted in _next:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("127.0.0.1", wanted))
                udp.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return wanted
    raise AssertionError("unreachable: the count has no end")
