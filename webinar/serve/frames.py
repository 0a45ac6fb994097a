"""uvicorn's WebSocket protocol with one more way out: a frame that is encoded already, for many sockets at once.

The hub encodes a tick's events once and hands the same bytes to every socket. Through ASGI's ``send`` each of them
would be encoded, framed and awaited anew, which costs several times what the system call itself does.
"""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

#: The key in ASGI's ``scope["extensions"]``; its value is :meth:`FrameProtocol.write_frame` under ``"write"``.
EXTENSION = "webinar.frames"


class Mailbox:
    """What uvicorn uses of an asyncio.Queue, for one reader: a fiftieth of the memory, thousands of times."""

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


class FrameProtocol(WebSocketsSansIOProtocol):
    """Offers ``scope["extensions"]["webinar.frames"]["write"]`` to applications."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = Mailbox()  # type: ignore[assignment]

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:  # the application's task begins after this returns
            self.scope["extensions"][EXTENSION] = {"write": self.write_frame}

    def write_frame(self, frame: bytes) -> bool:
        """Write a whole text frame now. False when that is not possible: closing, or the peer does not keep up."""
        if self.close_sent or self.disconnected or not self.handshake_complete or not self.writable.is_set():
            return False
        if self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True
