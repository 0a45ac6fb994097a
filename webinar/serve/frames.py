"""uvicorn's WebSocket protocol with an additional output: already encoded frames for many sockets at once.

The hub encodes a tick's events once and passes the same bytes to every socket. Through ASGI's ``send`` each of them
would be encoded, framed and awaited again, which costs several times as much as the system call.
"""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from webinar.serve.connections import Place

#: The key in ASGI's ``scope["extensions"]``; its value is :meth:`FrameProtocol.write_frame` under ``"write"``.
EXTENSION = "webinar.frames"


class Mailbox:
    """What uvicorn uses of an asyncio.Queue, for one reader, in a fiftieth of the memory."""

    __slots__ = ("_messages", "_waiter")

    def __init__(self) -> None:
        self._messages: list[Any] = []
        self._waiter: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        return not self._messages

    def put_nowait(self, message: Any) -> None:
        self._messages.append(message)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def get(self) -> Any:
        while not self._messages:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._messages.pop(0)


class Gate:
    """What uvicorn uses of an asyncio.Event, which keeps a deque even while nobody waits."""

    __slots__ = ("_waiters", "is_open")

    def __init__(self) -> None:
        self.is_open = True
        self._waiters: list[asyncio.Future[None]] | None = None

    def is_set(self) -> bool:
        return self.is_open

    def set(self) -> None:
        self.is_open = True
        waiters, self._waiters = self._waiters, None
        for waiter in waiters or ():
            if not waiter.done():
                waiter.set_result(None)

    def clear(self) -> None:
        self.is_open = False

    async def wait(self) -> None:
        while not self.is_open:
            if self._waiters is None:
                self._waiters = []
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter


class FrameProtocol(WebSocketsSansIOProtocol):
    """Offers ``scope["extensions"]["webinar.frames"]["write"]`` and ``["forget"]`` to applications.

    The slots hold what uvicorn sets in its ``__init__``: a dictionary with so many names is five times as large.
    """

    __slots__ = (
        "app",
        "app_state",
        "asgi_version",
        "client",
        "close_sent",
        "close_timeout",
        "close_timer",
        "config",
        "conn",
        "connections",
        "curr_msg_data_type",
        "default_headers",
        "disconnected",
        "frames",
        "handshake_complete",
        "handshake_initiated",
        "heard",
        "initial_response",
        "last_ping_rtt",
        "logger",
        "loop",
        "pending_ping_payload",
        "ping_interval",
        "ping_sent_at",
        "ping_timeout",
        "ping_timer",
        "place",
        "pong_timer",
        "queue",
        "read_paused",
        "request",
        "response",
        "root_path",
        "scheme",
        "scope",
        "server",
        "tasks",
        "transport",
        "writable",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = Mailbox()  # type: ignore[assignment]
        self.writable = Gate()  # type: ignore[assignment]
        self.heard = 0.0  # when the peer last sent anything, by the loop's clock
        self.place: Place | None = None  # among all connections; set by BoundedProtocol

    def connection_lost(self, exc: Exception | None) -> None:
        if self.place is not None:
            self.place.release()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.heard = self.loop.time()
        super().data_received(data)

    def send_keepalive_ping(self) -> None:
        """Ping only peers that were silent: pages send heartbeats by themselves."""
        assert self.ping_interval is not None
        silent = self.loop.time() - self.heard
        if silent < self.ping_interval:
            self.ping_timer = self.loop.call_later(self.ping_interval - silent, self.send_keepalive_ping)
        else:
            super().send_keepalive_ping()

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:  # the application's task starts after this returns
            self.scope["extensions"][EXTENSION] = {"write": self.write_frame, "forget": self.forget_handshake}

    def forget_handshake(self) -> None:
        """Release request, response and scope, which are not needed after the handshake."""
        if self.handshake_complete:
            self.request = self.response = None  # type: ignore[assignment]
            self.scope.clear()  # type: ignore[attr-defined]

    def write_frame(self, frame: bytes) -> bool:
        """Write a whole text frame now. False if that is not possible: closing, or the peer is too slow."""
        is_writable = self.writable.is_open  # type: ignore[attr-defined]
        if self.close_sent or self.disconnected or not is_writable or not self.handshake_complete:
            return False
        if self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True
