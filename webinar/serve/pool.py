"""Pages and API: the WSGI application behind ASGI, in a bounded pool of threads.

Django's own ASGI handler makes a thread and a database connection for each request in flight; here there are as many
as WSGI_THREADS, which keep their connections. A thread is only taken once the request's body is here, and given back
once the answer is made, so that slow clients hold none. Beyond WSGI_QUEUE waiting requests the answer is 503.
Who waits is served in turn, the crew of a session ahead of its crowd (``webinar.serve.turns``).
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.addresses import is_trusted
from core.errors import Busy
from sockets.limits import origin_of
from webinar.serve.bodies import Body, BodyTooLong, Message, NoRoomForBody, Receive, Scope
from webinar.serve.turns import Turns, noting
from webinar.serve.uploads import UploadTooLong, trimmed
from webinar.views import again_after

__all__ = ["Message", "PooledWSGI", "Receive", "Scope", "Send", "refuse", "refuse_busy"]

Send = Callable[[Message], Awaitable[None]]

BODY_LIMIT = 4 * 1024 * 1024  # bytes; a form with an image is the largest that any view accepts
ANSWER_CHUNKS = 4096  # chunks of an answer that may wait for a slow client, without holding a thread


class CountedThreads(ThreadPoolExecutor):
    """Threads that count their unfinished requests."""

    def __init__(self, threads: int) -> None:
        super().__init__(max_workers=threads, thread_name_prefix="wsgi")
        self.taken = 0
        self._count_lock = threading.Lock()

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with self._count_lock:
            self.taken += 1
        future = super().submit(call, *args, **kwargs)
        future.add_done_callback(self._done)
        return future

    def _done(self, _future: Future[Any]) -> None:
        with self._count_lock:
            self.taken -= 1


class PooledWSGI:
    """An ASGI application for HTTP that runs ``app`` (WSGI) in ``threads`` threads."""

    def __init__(self, app: Any, *, threads: int, queue: int) -> None:
        self._middleware: Any = WSGIMiddleware(noting(app), workers=1, send_queue_size=ANSWER_CHUNKS)
        self._threads = CountedThreads(threads)
        self._middleware.executor = self._threads
        self._turns = Turns(threads)
        self._most = threads + queue
        self._of: Counter[str] = Counter()  # requests in progress, by address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._is_full():
            await refuse_busy(scope, send)
            return
        scope, receive = trimmed(scope, receive)
        held = Body(scope)
        try:
            body = await self._body(held, scope, receive, send)
            address = _address(scope)
            has_share = address is not None and self._of[address] >= settings.WSGI_PER_ADDRESS
            if body is not None and (has_share or self._is_full()):  # meanwhile
                await refuse_busy(scope, send)
            elif body is not None:
                await self._answer(scope, body, send, address)
        finally:
            held.release()

    async def _body(self, held: Body, scope: Scope, receive: Receive, send: Send) -> bytes | None:
        """The whole body; None if the client disconnected or was refused."""
        try:
            return await held.read(scope, receive, body_limit(scope), settings.BODY_SECONDS)
        except TimeoutError:
            await refuse(scope, send, 408, "body_too_slow", _("The request took too long to arrive."))
        except (BodyTooLong, UploadTooLong):
            await refuse(scope, send, 413, "body_too_large", _("The request is too large."))
        except NoRoomForBody:
            await refuse_busy(scope, send)
        return None

    @property
    def taken(self) -> int:
        """How many requests were taken on and not finished."""
        return self._threads.taken + self._turns.waiting

    def _is_full(self) -> bool:
        return self.taken >= self._most

    async def _answer(self, scope: Scope, body: bytes, send: Send, address: str | None) -> None:
        async def whole_body() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        if address is not None:
            self._of[address] += 1
        try:
            async with self._turns.turn(scope):
                await self._middleware(tidy(scope, len(body)), whole_body, send)
        finally:
            if address is not None:
                self._of[address] -= 1
                if not self._of[address]:
                    del self._of[address]

    def close(self) -> None:
        """Let the threads end after their answers."""
        self._threads.shutdown(wait=True, cancel_futures=True)


def _address(scope: Scope) -> str | None:
    """The address whose share a request counts to; None for a trusted proxy that did not forward one."""
    client = scope.get("client")
    return None if client and is_trusted(client[0]) else origin_of(scope)


def body_limit(scope: Scope) -> int:
    """How many bytes of a body are taken at most, before the view, which may want less, is asked."""
    header = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    kind = header[:100].partition(b";")[0].strip().lower()
    if kind == b"multipart/form-data":
        return BODY_LIMIT
    if kind.endswith(b"json"):
        return settings.PRESET_BODY_LIMIT
    return (
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if kind == b"application/x-www-form-urlencoded"
        else settings.JSON_BODY_LIMIT
    )


_FRAMING = (b"content-length", b"transfer-encoding")


def tidy(scope: Scope, length: int) -> Scope:
    """The scope without what WSGI confuses: X_Forwarded_For would arrive as X-Forwarded-For does, a query string must
    be ASCII, and a body that came in chunks counts as none unless its ``length`` (bytes) is known."""
    headers = [
        (name, _plain_cookies(value) if name == b"cookie" else value)
        for name, value in scope["headers"]
        if b"_" not in name and name not in _FRAMING
    ]
    if length or any(name in _FRAMING for name, _value in scope["headers"]):
        headers.append((b"content-length", str(length).encode()))
    query = quote(scope["query_string"], safe=bytes(range(0x21, 0x7F))).encode()
    return {**scope, "headers": headers, "query_string": query}


def _plain_cookies(header: bytes) -> bytes:
    """Cookies without a backslash, which none of ours has: Python (before 3.11.10) reads them in the square of time."""
    return header if b"\\" not in header else b";".join(each for each in header.split(b";") if b"\\" not in each)


def _is_page(scope: Scope) -> bool:
    """Whether a browser asks for a page, which it would come again for."""
    accepted = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    return b"text/html" in accepted[:1000]


async def refuse_busy(scope: Scope, send: Send) -> None:
    """There is no room now, but soon."""
    await refuse(scope, send, 503, Busy.code, str(Busy.sentence), Busy.retry_after)


#: Titles of error pages for people who sent a form.
_PAGES = {
    408: gettext_lazy("That took too long"),
    413: gettext_lazy("That was too large"),
    503: gettext_lazy("Not available right now"),
}


async def refuse(
    scope: Scope, send: Send, status: int, code: str, sentence: str, retry_after: int | None = None
) -> None:
    """An error answer without a thread: the API's error body under /v1/, a page for forms, plain text elsewhere."""
    if scope["path"].startswith("/v1/"):
        error = {"success": False, "error": sentence, "code": code, "message": None, "timestamp": int(time.time())}
        body, kind = json.dumps(error).encode(), b"application/json"
    elif status in _PAGES and (scope["method"] == "POST" or _is_page(scope)):
        context = {"status": status, "title": _PAGES[status], "sentence": sentence}
        body, kind = render_to_string("refused_early.html", context).encode(), b"text/html; charset=utf-8"
    else:
        body, kind = sentence.encode(), b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    if retry_after is not None:
        headers.append((b"retry-after", str(retry_after).encode()))
        if scope["method"] == "GET" and _is_page(scope):
            headers.append((b"refresh", str(again_after(retry_after)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
