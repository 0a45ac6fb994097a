"""uvicorn's HTTP protocol with bounds: on the request's head, on its duration, and on pipelining.

uvicorn itself accepts heads of any size, for any time, and any number of pipelined requests.
"""

import asyncio
from typing import Any

from django.conf import settings
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from webinar.serve.connections import Place

FIELD_OVERHEAD = 4  # bytes: ": " and the line's end
SIGNAL_URL_LIMIT = 64 * 1024  # bytes; LiveKit's clients put their whole join request into the address
PATH_LIMIT = 1024  # bytes: ours have a few hundred, and admin addresses are matched in quadratic time
MOST_AHEAD = 16  # requests that wait for the answer to the one before; browsers and proxies do not pipeline
LINGER_SECONDS = 5.0  # seconds for the rest of an unneeded body: closing at once would lose the answer
#: Answers sent at the pace of a player, which may pause; webinar.serve.files ends them much later.
PATIENT_PATHS = (b"/files/", b"/hls/", b"/v1/webinar/recordings/")

_SENTENCES = {
    400: "Invalid HTTP request received.",
    408: "The request took too long to arrive.",
    414: "The address is too long.",
    429: "Too many connections from this address. Close some, or try again in a moment.",
    431: "The header fields are too large, or too many.",
    503: "Too many connections at once. Try again in a moment.",
}


class Excess(Exception):
    """A bound was exceeded. Raised in the parser's callbacks, it ends the parsing."""


class BoundedProtocol(HttpToolsProtocol):
    """One HTTP/1 connection, with a ``place`` among all."""

    def __init__(self, place: Place, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._place = place
        self._refusal = 400
        self._head_size = self._fields = 0
        self._idle_bytes = 0  # received since the parser last made progress
        self._is_in_message = False
        self._head_since: float | None = None  # since when a head is awaited
        self._linger_since: float | None = None  # since when the rest of an answered request's body arrives
        place.expire = self._expire

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._place.transport = transport
        self._head_since = self.loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._place.expire = None
        self._place.release()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._idle_bytes += len(data)
        super().data_received(data)
        if self._place.expire is None or self.transport.is_closing():  # it became a WebSocket, or was refused
            return
        if self._idle_bytes > settings.HEAD_LIMIT + SIGNAL_URL_LIMIT:
            self._refusal = 431
            self.send_400_response("")
        elif not self._is_busy and not self._is_in_message and self._head_since is None:
            self._head_since = self.loop.time()

    # Callbacks of the parser. httptools stops at an exception, and uvicorn then calls send_400_response.
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_size = self._fields = self._idle_bytes = 0
        self._head_since = self.loop.time()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > SIGNAL_URL_LIMIT:
            self._refuse(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields += 1
        self._head_size += len(name) + len(value) + FIELD_OVERHEAD
        if self._fields > settings.HEAD_FIELDS or self._head_size > settings.HEAD_LIMIT:
            self._refuse(431)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        is_long = len(self.url) > settings.URL_LIMIT and not self.url.startswith(_signal_path())
        if is_long or len(self.url.partition(b"?")[0]) > PATH_LIMIT:
            self._refuse(414)
        if len(self.pipeline) >= MOST_AHEAD:
            self._refuse(400)
        self._head_since = None
        self._idle_bytes = 0
        self._is_in_message = True
        self._place.is_patient = self.url.startswith(PATIENT_PATHS)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._idle_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._idle_bytes = 0
        self._is_in_message = False
        self._linger_since = None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        now = self.loop.time()
        if self._head_since is not None:  # the next one has already begun to arrive
            self._head_since = now
        if self._is_in_message and not self.pipeline:
            self._linger_since = now

    def resume_writing(self) -> None:
        self._place.moved()
        super().resume_writing()

    def handle_websocket_upgrade(self) -> None:
        self._place.expire = None
        self._place.is_patient = True  # webinar.serve.frames and the hub handle slow readers of sockets
        super().handle_websocket_upgrade()
        self.transport.get_protocol().place = self._place  # type: ignore[attr-defined]

    def send_400_response(self, msg: str) -> None:
        """Refuse unparsable or excessive input. During an answer the connection can only be closed."""
        if not self._is_busy and not self.transport.is_closing():
            self.transport.write(refusal(self._refusal))
        self.transport.close()

    @property
    def _is_busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _refuse(self, status: int) -> None:
        self._refusal = status
        raise Excess

    def _expire(self, now: float) -> None:
        """Whether this connection has taken too long; called about twice a second."""
        if self.transport.is_closing() or self._is_busy:
            return
        if self._head_since is not None and now - self._head_since > settings.HEAD_SECONDS:
            self._refusal = 408
            self.send_400_response("")
        elif self._linger_since is not None and now - self._linger_since > LINGER_SECONDS:
            self.transport.close()


def refusal(status: int) -> bytes:
    """A complete answer that closes the connection, for when there is no application yet."""
    sentence = _SENTENCES[status].encode()
    return (
        STATUS_LINE[status]
        + b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\ncache-control: no-store\r\n"
        + (b"retry-after: 5\r\n" if status in (429, 503) else b"")
        + b"content-length: %d\r\n\r\n%s" % (len(sentence), sentence)
    )


def _signal_path() -> bytes:
    return f"{settings.LIVEKIT_PROXY_PATH}/rtc".encode()
