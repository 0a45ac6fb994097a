"""Who takes the next free thread: in turn, the crew of a session ahead of its crowd.

Who somebody is, is known only after a thread has read their token. So whose request turned out to go ahead
(``core.precedence``, by the rights that were judged) is remembered for a while by what they proved it with: a keyed
hash of their token, key or cookie. Their next request need not wait behind a thousand others; a header alone opens
nothing, for who has no such rights is never remembered.
"""

import asyncio
import hashlib
import secrets
import threading
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from cachetools import TTLCache
from django.conf import settings

from core.precedence import Lines, goes_ahead
from webinar.serve.bodies import Scope

_KEPT = 10_000  # credentials
_KEPT_FOR = 600.0  # seconds
_LONGEST = 8192  # bytes of a header that are looked at
_MARK = "webinar.credential"

_key = secrets.token_bytes(32)
_lock = threading.Lock()
_known: TTLCache[bytes, bool] = TTLCache(_KEPT, _KEPT_FOR)


class Turns:
    """As many turns at once as there are threads. For one event loop."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._lines: Lines[asyncio.Future[None]] = Lines()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._lines)

    @asynccontextmanager
    async def turn(self, scope: Scope) -> AsyncGenerator[None]:
        """Around the answering of one request, which is marked with what it was sent with."""
        scope[_MARK] = credential = _credential(scope)
        if self._free:
            self._free -= 1
        else:
            await self._wait(is_ahead=_is_known(credential))
        try:
            yield
        finally:
            self._hand_on()

    async def _wait(self, *, is_ahead: bool) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines.append(mine, is_ahead=is_ahead)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._hand_on()
            else:
                self._lines.discard(mine)
            raise

    def _hand_on(self) -> None:
        following = self._lines.next()
        if following is None:
            self._free += 1
        else:
            following.set_result(None)


def noting(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """``app`` (WSGI), after which it is remembered whose request went ahead."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answered = app(environ, start_response)
        credential = environ["asgi.scope"].get(_MARK)
        if credential is not None and goes_ahead():
            with _lock:
                _known[credential] = True
        return answered

    return answer


def _is_known(credential: bytes | None) -> bool:
    with _lock:
        return credential is not None and credential in _known


def _credential(scope: Scope) -> bytes | None:
    """What the request says who it comes from with, hashed; None where it says nothing."""
    cookie = f"{settings.SESSION_COOKIE_NAME}=".encode()
    for name, value in scope["headers"]:
        if name in (b"authorization", b"x-api-key"):
            return _hashed(value)
        if name == b"cookie" and len(value) <= _LONGEST:
            for part in value.split(b";"):
                if part.strip().startswith(cookie):
                    return _hashed(part.strip())
    return None


def _hashed(value: bytes) -> bytes:
    return hashlib.blake2b(value[:_LONGEST], key=_key, digest_size=16).digest()
