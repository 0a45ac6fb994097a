"""Free ports, for servers that tests start."""

import os
import socket
from itertools import count

_range = os.environ.get("TEST_PORTS", "")
_next = count(int(_range.split("-")[0])) if _range else None


def free_port() -> int:
    """A port that nobody listens on, over TCP or UDP. TEST_PORTS=22000-22199 keeps to a range."""
    while True:
        wanted = 0 if _next is None else next(_next)
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("127.0.0.1", wanted))
                udp.bind(("127.0.0.1", tcp.getsockname()[1]))
            except OSError:
                continue
            return tcp.getsockname()[1]
