"""Memory limits of request bodies: each within its size and time, all together within BODIES_MB."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

from core.addresses import is_trusted, network_of

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

FREE = 16 * 1024  # bytes of each body that do not count, so that signing in works during uploads
SHARE = 4  # one address may use a quarter of the memory


class BodyTooLong(Exception):
    """The body has more bytes than allowed."""


class NoRoomForBody(Exception):
    """Bodies of other requests use all the memory for bodies."""


class Body:
    """One request's body. Its memory counts until :meth:`release`."""

    __slots__ = ("_address", "_client", "_counted")

    _held = 0
    _held_of: Counter[str] = Counter()

    def __init__(self, scope: Scope) -> None:
        self._client: str = (scope.get("client") or ("", 0))[0]
        self._address: str | None = None  # set once something counts
        self._counted = 0

    async def read(self, scope: Scope, receive: Receive, limit: int, seconds: float) -> bytes | None:
        """The whole body; None if the client disconnected before its end.

        Raises BodyTooLong, before reading anything if the declared length is too large; NoRoomForBody; and TimeoutError
        if it is incomplete after ``seconds``, or nothing arrived for BODY_STALL_SECONDS.
        """
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if declared.isdigit() and (len(declared) > 15 or int(declared) > limit):
            raise BodyTooLong
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        body = bytearray()
        async with asyncio.timeout_at(min(end, loop.time() + settings.BODY_STALL_SECONDS)) as clock:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                piece = message.get("body", b"")
                if len(body) + len(piece) > limit:
                    raise BodyTooLong
                self._count(len(body) + len(piece))
                body += piece
                if not message.get("more_body", False):
                    return bytes(body)
                if piece:
                    clock.reschedule(min(end, loop.time() + settings.BODY_STALL_SECONDS))

    def release(self) -> None:
        """The request has been handled: free the memory. Repeating it is harmless."""
        self._add(-self._counted)

    def _count(self, size: int) -> None:
        more = max(0, size - FREE) - self._counted
        if more <= 0:
            return
        if self._address is None:
            self._address = "" if is_trusted(self._client) else network_of(self._client)
        of_address = Body._held_of[self._address] if self._address else 0
        if Body._held + more > settings.BODIES_MEMORY or of_address + more > settings.BODIES_MEMORY // SHARE:
            raise NoRoomForBody
        self._add(more)

    def _add(self, more: int) -> None:
        if not more:
            return
        self._counted += more
        Body._held += more
        if self._address:
            Body._held_of[self._address] += more
            if not Body._held_of[self._address]:
                del Body._held_of[self._address]


async def read_body(scope: Scope, receive: Receive, limit: int, seconds: float) -> bytes | None:
    """A small body, counted while it is read. See :meth:`Body.read`."""
    body = Body(scope)
    try:
        return await body.read(scope, receive, limit, seconds)
    finally:
        body.release()
