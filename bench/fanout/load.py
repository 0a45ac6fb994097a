"""Many WebSocket clients on loopback in one process, as cheap as Python allows: raw protocols, no library a socket.

Bounded in count and time by its caller. Every message carries the moment it was sent (``"t":<monotonic ns>``), which
all processes of one machine share, so a client knows how long each took.
"""

import asyncio
import base64
import os
import re
import struct
import time
from collections import deque
from dataclasses import dataclass, field

_SILENCE = 10.0  # seconds
_STAMP = re.compile(rb'"t":(\d+)')
_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA


@dataclass(slots=True)
class Tally:
    """What all sockets together have received; ``latencies`` in nanoseconds."""

    latencies: list[int] = field(default_factory=list)
    closed: int = 0
    open: int = 0


class Client(asyncio.Protocol):
    """One socket. ``greeting`` is sent after the handshake; ``ready`` is done at the first frame after it.

    Without a greeting it is ready at the handshake. ``address``: the client's, as a trusted proxy tells it.
    """

    __slots__ = (
        *("_address", "_buffer", "_greeting", "_host", "_path", "_tally", "_transport", "_upgraded"),
        *("ready", "received", "welcome"),
    )

    def __init__(self, host: str, path: str, greeting: str | None, tally: Tally, *, address: str | None = None) -> None:
        self._host, self._path, self._greeting, self._tally = host, path, greeting, tally
        self._address = "" if address is None else f"X-Forwarded-For: {address}\r\n"
        self._buffer = b""
        self._upgraded = False
        self._transport: asyncio.Transport | None = None
        self.received = 0
        self.welcome: bytes | None = None  # the first frame
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # over TCP
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            (
                f"GET {self._path} HTTP/1.1\r\nHost: {self._host}\r\n{self._address}"
                "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ).encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        self._buffer = self._buffer + data if self._buffer else data
        if not self._upgraded:
            head, separator, rest = self._buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self._fail(f"The handshake was answered {head[:80]!r}")
                return
            self._upgraded, self._buffer = True, rest
            if self._greeting is None:
                self._is_ready()
            else:
                self.send(_TEXT, self._greeting.encode())
        self._read_frames(now)

    def _read_frames(self, now: int) -> None:
        buffer, start = self._buffer, 0
        while len(buffer) - start >= 2:
            code, length, header = buffer[start] & 0x0F, buffer[start + 1] & 0x7F, 2
            if length == 126:
                if len(buffer) - start < 4:
                    break
                length, header = struct.unpack_from(">H", buffer, start + 2)[0], 4
            elif length == 127:
                if len(buffer) - start < 10:
                    break
                length, header = struct.unpack_from(">Q", buffer, start + 2)[0], 10
            end = start + header + length
            if len(buffer) < end:
                break
            self._frame(code, buffer[start + header : end], now)
            start = end
        self._buffer = buffer[start:]

    def _frame(self, code: int, payload: bytes, now: int) -> None:
        if code == _TEXT:
            if self.welcome is None:
                self.welcome = payload
            if not self.ready.done():
                self._is_ready()
            for stamp in _STAMP.findall(payload):
                self.received += 1
                self._tally.latencies.append(now - int(stamp))
        elif code == _PING:
            self.send(_PONG, payload)
        elif code == _CLOSE:
            self._fail(f"Closed with {payload[:2].hex()}")

    def send(self, code: int, payload: bytes) -> None:
        """One masked frame; the mask of zeros is valid and costs nothing."""
        if self._transport is None or self._transport.is_closing():
            return
        length = len(payload)
        head = (
            bytes([0x80 | code, 0x80 | length])
            if length < 126
            else bytes([0x80 | code, 0xFE]) + struct.pack(">H", length)
        )
        self._transport.write(head + b"\0\0\0\0" + payload)

    def ask_ping(self) -> None:
        """A heartbeat in the product's own protocol."""
        self.send(_TEXT, b'{"id":0,"do":"ping"}')

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _is_ready(self) -> None:
        self._tally.open += 1
        self.ready.set_result(None)

    def _fail(self, why: str) -> None:
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(why))
        self.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._tally.closed += 1
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(f"Lost before it was ready: {error}"))


async def open_sockets(
    port: int,
    path: str,
    greetings: list[str | None],
    tally: Tally,
    *,
    at_once: int = 50,
    addresses: list[str] | None = None,
) -> list[Client]:
    """Open one socket for each greeting, ``at_once`` at a time; all are ready on return. Raises ConnectionError.

    ``addresses`` are the clients', one for each greeting.
    """
    loop = asyncio.get_running_loop()
    waiting = deque(zip(greetings, addresses or [None] * len(greetings), strict=True))
    clients: list[Client] = []

    async def work() -> None:
        while waiting:
            greeting, address = waiting.popleft()
            # 127.0.0.0/8 is all loopback: several own addresses, so that ports never run out.
            own = (f"127.0.0.{1 + len(clients) % 8}", 0)
            _transport, client = await loop.create_connection(
                lambda greeting=greeting, address=address: Client(
                    f"127.0.0.1:{port}", path, greeting, tally, address=address
                ),
                "127.0.0.1",
                port,
                local_addr=own,
            )
            clients.append(client)
            await asyncio.wait_for(client.ready, 60)

    try:
        async with asyncio.TaskGroup() as workers:
            for _ in range(at_once):
                workers.create_task(work())
    except ExceptionGroup as failures:  # one says enough of why
        raise ConnectionError(f"{failures.exceptions[0]} ({len(clients):,} were open)") from failures.exceptions[0]
    return clients


async def received(clients: list[Client], messages: int) -> None:
    """Wait until every client has ``messages``, or until nothing has come for a while."""
    had, at = -1, time.monotonic()
    while any(client.received < messages for client in clients):
        now = sum(client.received for client in clients)
        if now != had:
            had, at = now, time.monotonic()
        elif time.monotonic() - at > _SILENCE:
            return
        await asyncio.sleep(0.05)
