"""LiveKit under our own origin: its signalling WebSocket and WHIP, so that one https port is enough.

Only what browsers and encoders need passes (``/rtc`` and ``/whip``); the server's API stays on loopback. Tokens travel
in these addresses, so nothing here logs one. A WHIP encoder may show its stream key, which lasts as long as its
session, where LiveKit wants a token.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext as _
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from live.socket.threads import in_thread
from media.supervisor.ingests import Refusal
from sessions.stream_keys import PREFIX as STREAM_KEY
from webinar.serve.bodies import BodyTooLong, NoRoomForBody, Receive, Scope, read_body
from webinar.serve.pool import Send, refuse, refuse_busy

BODY_LIMIT = 256 * 1024  # bytes: an SDP offer
SIGNAL_LIMIT = 4 * 1024 * 1024  # bytes of one message from LiveKit: rooms of thousands describe themselves in one
OPEN_SECONDS = 10.0
REQUEST_HEADERS = frozenset({b"authorization", b"content-type", b"accept", b"if-match", b"user-agent"})
REPLY_HEADERS = frozenset({"content-type", "location", "link", "etag", "accept-patch", "allow", "retry-after"})
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"})
# Codes that describe a connection without a close frame, and may not be sent in one (RFC 6455 §7.4.1).
UNSENDABLE = {1005: 1000, 1006: 1012, 1015: 1011}

_silent = logging.getLogger("webinar.proxy.socket")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class LiveKitProxy:
    """An ASGI application for everything under ``path``.

    ``admit(stream key, client's address)`` gives LiveKit's token for it, or a refusal.
    """

    def __init__(self, path: str, admit: Callable[[str, str], str | Refusal]) -> None:
        self.path = path
        self._admit = admit
        self._http: httpx.AsyncClient | None = None

    def takes(self, path: str) -> bool:
        """Whether ``path`` belongs to this proxy."""
        return path == self.path or path.startswith(f"{self.path}/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        target = self._target(scope)
        if scope["type"] == "websocket":
            await self._signal(target, scope, receive, send)
        elif target is None:
            await refuse(scope, send, 404, "not_found", _("There is nothing at this address."))
        elif scope["method"] not in METHODS:
            await refuse(scope, send, 405, "method_not_allowed", _("This address does not take that method."))
        else:
            await self._request(target, scope, receive, send)

    def _target(self, scope: Scope) -> str | None:
        """LiveKit's address for this request, None for one that does not pass."""
        path = scope["path"][len(self.path) :]
        if not (path == "/rtc" or path.startswith(("/rtc/", "/whip/"))) or ".." in path.split("/"):
            return None
        query = scope["query_string"].decode("latin-1")
        return f"{settings.LIVEKIT_URL}{quote(path)}" + (f"?{query}" if query else "")

    async def _request(self, target: str, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(scope, receive, BODY_LIMIT, OPEN_SECONDS)
        except BodyTooLong:
            await refuse(scope, send, 413, "body_too_large", _("The request is too large."))
            return
        except TimeoutError:
            await refuse(scope, send, 408, "body_too_slow", _("The request took too long to arrive."))
            return
        except NoRoomForBody:
            await refuse_busy(scope, send)
            return
        if body is None:
            return
        asked = _request_headers(scope)
        refusal = await self._exchange_key(scope, asked)
        if refusal is not None:
            await refuse(scope, send, 403, "stream_key_refused", refusal.description)
            return
        if self._http is None:
            self._http = httpx.AsyncClient(trust_env=False, timeout=15.0)
        try:
            reply = await self._http.request(scope["method"], target, content=body, headers=asked)
        except httpx.HTTPError:
            await refuse(scope, send, 503, "media_unavailable", _unavailable(), 5)
            return
        headers = [
            (name.encode(), self._own_address(value).encode() if name == "location" else value.encode("latin-1"))
            for name, value in reply.headers.items()
            if name in REPLY_HEADERS
        ]
        headers.append((b"content-length", str(len(reply.content)).encode()))
        headers.append((b"cache-control", b"no-store"))
        await send({"type": "http.response.start", "status": reply.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else reply.content})

    async def _exchange_key(self, scope: Scope, headers: dict[str, str]) -> Refusal | None:
        """Put LiveKit's token where a stream key stands."""
        scheme, _space, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.startswith(STREAM_KEY):
            return None
        answer = await in_thread(self._admit, key, (scope.get("client") or ("", 0))[0])
        if isinstance(answer, Refusal):
            return answer
        headers["authorization"] = f"Bearer {answer}"
        return None

    def _own_address(self, location: str) -> str:
        """LiveKit names a resource by its own path; clients reach it through ours."""
        parts = urlsplit(location)
        if not parts.path.startswith("/"):
            return location
        return self.path + parts.path + (f"?{parts.query}" if parts.query else "")

    async def _signal(self, target: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if target is None:
            await _refuse_socket(send, 404, b"")
            return
        try:
            upstream = await connect(
                target.replace("http", "ws", 1),
                subprotocols=[Subprotocol(name) for name in scope["subprotocols"]] or None,
                additional_headers=_request_headers(scope),
                user_agent_header=None,
                compression=None,
                max_size=SIGNAL_LIMIT,
                open_timeout=OPEN_SECONDS,
                ping_interval=None,
                proxy=None,
                logger=_silent,
            )
        except InvalidStatus as error:
            await _refuse_socket(send, error.response.status_code, bytes(error.response.body or b""))
            return
        except (OSError, TimeoutError, InvalidHandshake):
            await _refuse_socket(send, 503, _unavailable().encode())
            return
        async with upstream:
            await send({"type": "websocket.accept", "subprotocol": upstream.subprotocol})
            await _join(upstream, receive, send)


def _unavailable() -> str:
    return _("Video is not available right now. Everything else works; try again shortly.")


def _request_headers(scope: Scope) -> dict[str, str]:
    kept = {
        name.decode(): value.decode("latin-1")
        for name, value in scope["headers"]
        if name in REQUEST_HEADERS and value.isascii()
    }
    if scope.get("client"):
        kept["x-forwarded-for"] = scope["client"][0]
    return kept


async def _refuse_socket(send: Send, status: int, body: bytes) -> None:
    """Answer the upgrade with LiveKit's own status: its clients tell a bad token from a server that is away."""
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})


async def _join(upstream: ClientConnection, receive: Receive, send: Send) -> None:
    """Carry messages both ways until one side closes, then close the other with the same code and reason."""
    up = asyncio.create_task(_client_to_livekit(upstream, receive))
    down = asyncio.create_task(_livekit_to_client(upstream, send))
    try:
        await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (up, down):
            task.cancel()
        results = await asyncio.gather(up, down, return_exceptions=True)
    client_left = isinstance(results[0], tuple)
    if client_left:
        code, reason = results[0]  # type: ignore[misc]
        await upstream.close(UNSENDABLE.get(code, code), reason)
    else:
        await upstream.close()
        code = upstream.close_code or 1006
        await send(
            {"type": "websocket.close", "code": UNSENDABLE.get(code, code), "reason": upstream.close_reason or ""}
        )


async def _client_to_livekit(upstream: ClientConnection, receive: Receive) -> tuple[int, str]:
    """Ends with the client's close code and reason."""
    while True:
        message: Any = await receive()
        if message["type"] == "websocket.disconnect":
            return message.get("code") or 1005, message.get("reason") or ""
        data = message.get("bytes")
        try:
            await upstream.send(message["text"] if data is None else data)
        except ConnectionClosed:
            await asyncio.Event().wait()  # the other direction has the code


async def _livekit_to_client(upstream: ClientConnection, send: Send) -> None:
    try:
        async for message in upstream:
            kind = "text" if isinstance(message, str) else "bytes"
            await send({"type": "websocket.send", kind: message})
    except ConnectionClosed:
        return
