"""Sockets as the hub sees them: each is a bounded queue before a possibly slow send function; and groups of sockets."""

import asyncio
import struct
from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]
#: Writes an encoded frame; False if it must be sent the slow way (webinar.serve.frames).
WriteFrame = Callable[[bytes], bool]

#: Close codes of the contract (docs/contract.md §4). The first four mean: reconnect. The last two are final.
NO_TICKET, HEARTBEAT_MISSED, TOO_MUCH, RESTARTING = 4401, 4408, 4429, 1012
REFUSED, SESSION_OVER = 4503, 4510

#: Seconds that a close waits for a socket that no longer reads.
CLOSE_TIMEOUT = 5.0


def text_frame(text: str) -> bytes:
    """A server's whole text frame (RFC 6455, section 5.2): final, not masked."""
    payload = text.encode()
    length = len(payload)
    if length < 126:
        return struct.pack(">BB", 0x81, length) + payload
    if length < 65536:
        return struct.pack(">BBH", 0x81, 126, length) + payload
    return struct.pack(">BBQ", 0x81, 127, length) + payload


class Socket:
    """A connection after its welcome. ``owner`` is the consumer's own data about it.

    ``on_dead`` is called once when it no longer reads, not even a close. Lives on one event loop. A socket that falls
    REALTIME_QUEUE frames behind is closed with 4429; its client resumes.
    """

    __slots__ = (
        "_limit",
        "_queue",
        "_send",
        "_task",
        "_write_frame",
        "closing",
        "groups",
        "is_dead",
        "on_dead",
        "owner",
        "seen",
    )

    def __init__(self, send: Send, *, limit: int, owner: Any = None, write_frame: WriteFrame | None = None) -> None:
        self._send = send
        self._write_frame = write_frame
        self._limit = limit
        self._queue: list[str] = []  # a list, since it is nearly always empty and a deque takes ten times the memory
        self._task: asyncio.Task[None] | None = None
        self.closing: int | None = None
        self.is_dead = False
        self.on_dead: Callable[[], Any] | None = None
        self.groups: tuple[Group, ...] = ()
        self.owner = owner
        self.seen = asyncio.get_running_loop().time()

    @property
    def topics(self) -> frozenset[str]:
        """The socket's topics: those of its groups, which are shared by many sockets."""
        return frozenset().union(*(group.topics for group in self.groups))

    def offer(self, text: str, frame: bytes | None = None) -> None:
        """Send ``text``, or queue it where the peer is slow; returns at once. ``frame`` is the same text as an encoded
        frame, shared by many.
        """
        if self.closing is not None:
            return
        if self._task is None and self._write_frame is not None and self._write_frame(frame or text_frame(text)):
            return
        if len(self._queue) >= self._limit:
            self.close(TOO_MUCH)
            return
        self._queue.append(text)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._write())

    def close(self, code: int, *, drop: bool = True) -> None:
        """Close with ``code``; returns at once. ``drop`` discards the queue; otherwise it is sent first."""
        if self.closing is not None:
            return
        self.closing = code
        if drop:
            self._queue.clear()
            if self._task is not None:
                self._task.cancel()
                self._task = None
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._write())

    def abandon(self) -> None:
        """The connection is gone: send nothing more."""
        self.closing = self.closing or 1006
        self._queue.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _write(self) -> None:
        try:
            while self._queue:
                await self._send({"type": "websocket.send", "text": self._queue.pop(0)})
            if self.closing is not None:
                async with asyncio.timeout(CLOSE_TIMEOUT):
                    await self._send({"type": "websocket.close", "code": self.closing})
        except (OSError, RuntimeError, TimeoutError):
            self._queue.clear()
            self.closing = self.closing or 1006
            self.is_dead = True
            if self.on_dead is not None:
                self.on_dead()
        if self._task is asyncio.current_task():
            self._task = None


class Group:
    """The sockets with exactly these topics: one frame serves them all."""

    __slots__ = ("batch", "sockets", "topics")

    def __init__(self, topics: frozenset[str]) -> None:
        self.topics = topics
        self.sockets: set[Socket] = set()
        self.batch: list[str] = []
