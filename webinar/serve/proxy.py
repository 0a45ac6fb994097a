"""LiveKit under our own origin: its signalling WebSocket and WHIP, so that one https port is enough.

Only what browsers and encoders need passes (``proxy_rules``), and over WHIP only encoders (``whip``); the server's API
stays on loopback. Addresses here contain tokens, so nothing logs them. A WHIP encoder may show its stream key, which is
valid as long as its session, where LiveKit wants a token.
"""

import asyncio
import logging
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext as _
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from sockets.limits import in_thread
from webinar.serve import proxy_rules, whip
from webinar.serve.bodies import BodyTooLong, NoRoomForBody, Receive, Scope, read_body
from webinar.serve.pool import Send, refuse, refuse_busy

BODY_LIMIT = 256 * 1024  # bytes: an SDP offer
SIGNAL_LIMIT = 4 * 1024 * 1024  # bytes of one message from LiveKit: it describes rooms of thousands in a single one
OPEN_SECONDS = 10.0
REPLY_HEADERS = frozenset({"content-type", "location", "link", "etag", "accept-patch", "allow", "retry-after"})
# Codes that describe a connection without a close frame, and must not be sent in one (RFC 6455 §7.4.1).
UNSENDABLE = {1005: 1000, 1006: 1012, 1015: 1011}

_silent = logging.getLogger("webinar.serve.proxy.socket")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


def _allowed_origin(scope: Scope) -> bytes | None:
    """The origin of the page that asks, if CORS_ALLOWED_ORIGINS names it."""
    origin: bytes | None = next((value for name, value in scope["headers"] if name == b"origin"), None)
    return origin if origin and origin.decode("latin-1") in settings.CORS_ALLOWED_ORIGINS else None


def _for_origin(origin: bytes, send: Send) -> Send:
    """Let pages of this origin read what is sent: an address and a token are asked for, never a cookie."""

    async def sent(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *proxy_rules.readable_by(origin)]}
        await send(message)

    return sent


class LiveKitProxy:
    """An ASGI application for everything under ``path``; ``admit`` checks stream keys."""

    def __init__(self, path: str, admit: whip.Admit) -> None:
        self.path = path
        self._admit = admit
        self._http: httpx.AsyncClient | None = None

    def takes(self, path: str) -> bool:
        """Whether ``path`` belongs to this proxy."""
        return path == self.path or path.startswith(f"{self.path}/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"][len(self.path) :]
        if scope["type"] == "websocket":
            await self._signal(path, scope, receive, send)
            return
        methods = proxy_rules.methods_of(path)
        origin = _allowed_origin(scope)
        if origin is not None:
            send = _for_origin(origin, send)
        if origin is not None and methods and proxy_rules.is_preflight(scope):
            await send({"type": "http.response.start", "status": 204, "headers": proxy_rules.preflight(methods)})
            await send({"type": "http.response.body", "body": b""})
        elif not methods:
            await refuse(scope, send, 404, "not_found", _("There is nothing at this address."))
        elif scope["method"] not in methods:
            await refuse(scope, send, 405, "method_not_allowed", _("This address does not support that method."))
        elif path in proxy_rules.VALIDATION:
            await self._validate(path, scope, receive, send)
        else:
            await self._whip(path, scope, receive, send)

    async def _validate(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            query = proxy_rules.passing_query(scope["query_string"])
        except proxy_rules.TooLong:
            await refuse(scope, send, 414, "address_too_long", _too_long())
            return
        reply = await self._ask(path + query, scope, b"", _headers(scope))
        await self._answer(reply, scope, send)

    async def _whip(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """An encoder's offer, or an action on its own connection. Other methods change nothing."""
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
        asked = _headers(scope)
        if scope["method"] not in proxy_rules.WRITING:
            await self._answer(await self._ask(proxy_rules.WHIP, scope, b"", asked), scope, send)
            return
        address = (scope.get("client") or ("", 0))[0]
        encoder = await in_thread(
            lambda: whip.prove(asked.get("authorization", ""), address=address, admit=self._admit)
        )
        if isinstance(encoder, whip.Refused):
            await refuse(scope, send, encoder.status, encoder.code, encoder.sentence)
            return
        target = path if path == proxy_rules.WHIP else encoder.made(path)
        if target is None:
            await refuse(scope, send, 404, "not_found", _("There is nothing at this address."))
            return
        asked["authorization"] = f"Bearer {encoder.token}"
        await self._answer(await self._ask(target, scope, body, asked), scope, send, encoder)

    async def _ask(self, target: str, scope: Scope, body: bytes, headers: dict[str, str]) -> httpx.Response | None:
        """LiveKit's reply; None if it does not answer."""
        if self._http is None:
            self._http = httpx.AsyncClient(trust_env=False, timeout=15.0)
        url = f"{settings.LIVEKIT_URL}{target}"
        try:
            return await self._http.request(scope["method"], url, content=body, headers=headers)
        except httpx.HTTPError:
            return None

    async def _answer(
        self, reply: httpx.Response | None, scope: Scope, send: Send, encoder: whip.Encoder | None = None
    ) -> None:
        if reply is None:
            await refuse(scope, send, 503, "media_unavailable", _unavailable(), 5)
            return
        headers = [
            (name.encode(), value.encode("latin-1"))
            for name, value in reply.headers.items()
            if name in REPLY_HEADERS and name != "location"
        ]
        made = encoder.address(urlsplit(reply.headers.get("location", "")).path) if encoder else None
        if made is not None:  # LiveKit names a resource by its own path; the encoder reaches it through ours
            headers.append((b"location", f"{self.path}{made}".encode()))
        headers.append((b"content-length", str(len(reply.content)).encode()))
        headers.append((b"cache-control", b"no-store"))
        await send({"type": "http.response.start", "status": reply.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else reply.content})

    async def _signal(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if path not in proxy_rules.SIGNALLING:
            await _refuse_socket(send, 404, b"")
            return
        try:
            target = f"{settings.LIVEKIT_URL}{path}{proxy_rules.passing_query(scope['query_string'])}"
        except proxy_rules.TooLong:
            await _refuse_socket(send, 414, _too_long().encode())
            return
        try:
            upstream = await connect(
                target.replace("http", "ws", 1),
                subprotocols=[Subprotocol(name) for name in scope["subprotocols"]] or None,
                additional_headers=_headers(scope),
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


def _too_long() -> str:
    return _("This address is longer than any client makes it.")


def _headers(scope: Scope) -> dict[str, str]:
    kept = proxy_rules.passing_headers(scope["headers"])
    if scope.get("client"):
        kept["x-forwarded-for"] = scope["client"][0]
    return kept


async def _refuse_socket(send: Send, status: int, body: bytes) -> None:
    """Answer with LiveKit's own status, by which its clients tell a bad token from an unreachable server."""
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})


async def _join(upstream: ClientConnection, receive: Receive, send: Send) -> None:
    """Forward messages both ways until one side closes, then close the other with the same code and reason."""
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
    """Returns the client's close code and reason."""
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
