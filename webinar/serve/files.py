"""Sends files: any size in constant memory, at the client's pace, and without holding a thread for slow clients.

Django's responses would read them on the event loop or whole into memory. Permission is checked before.
"""

import asyncio
import os
import stat
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from sockets.limits import origin_of
from webinar.serve.headers import security_headers
from webinar.serve.pool import Receive, Scope, Send, refuse
from webinar.serve.ranges import Version, answer
from webinar.serve.readers import Evicted, Reader, Readers

logger = structlog.get_logger(__name__)

T = TypeVar("T")

CHUNK = 256 * 1024  # bytes
THREADS = 8  # threads that read at once
ASKED_EVERY = 3.0  # seconds between two checks, while sending, that the file may still be sent

TYPES = {
    ".mp4": "video/mp4",
    ".m4s": "video/mp4",
    ".m4a": "audio/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".vtt": "text/vtt; charset=utf-8",
    ".srt": "application/x-subrip; charset=utf-8",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".json": "application/json",
}

_readers = ThreadPoolExecutor(THREADS, thread_name_prefix="files")
_places = Readers()


@dataclass(frozen=True, slots=True)
class Shown:
    """A file that may be sent, and how. ``name``: browsers save it under this name; empty: they show it.

    ``holds``: called repeatedly while sending; if the file may no longer be sent, the connection ends.
    """

    path: Path
    name: str = ""
    cache: str = "private, no-cache"
    holds: Callable[[], Awaitable[bool]] | None = None


async def send_file(scope: Scope, receive: Receive, send: Send, shown: Shown) -> None:
    """Answer a GET or HEAD with a file, or the requested part; 404 if it does not exist.

    A reader that reads nothing for FILE_STALL_SECONDS, or whose place others need, is disconnected.
    """
    if scope["method"] not in {"GET", "HEAD"}:
        await refuse(scope, send, 405, "method_not_allowed", _("This address does not support that method."))
        return
    reader = _places.enter(origin_of(scope), most=settings.FILE_READERS, most_of_one=settings.FILE_READERS_PER_ADDRESS)
    if reader is None:
        await refuse(scope, send, 503, "busy", _("Too many requests at once. Try again in a moment."), 2)
        return
    try:
        opened = await _read(_open, shown.path)
        if opened is None:
            await not_there(scope, send)
            return
        file, version = opened
        try:
            await _answer(scope, receive, send, shown, file, version, reader)
        finally:
            os.close(file)
    except Evicted:  # the server closes a connection whose answer is incomplete
        logger.debug("A slow reader of a file was disconnected", address=reader.address)
    finally:
        reader.leave()


async def not_there(scope: Scope, send: Send) -> None:
    """There is no such file, or not for this link."""
    await refuse(scope, send, 404, "not_found", _("There is nothing at this address."))


async def _answer(
    scope: Scope, receive: Receive, send: Send, shown: Shown, file: int, version: Version, reader: Reader
) -> None:
    found = answer(scope["method"], headers_of(scope), version)
    headers = dict(found.headers)
    headers["cache-control"] = shown.cache
    if found.status in {200, 206}:
        headers["content-type"] = TYPES.get(shown.path.suffix.lower(), "application/octet-stream")
    if found.status != 304:
        headers["content-length"] = str(found.length)
    if shown.name:
        headers["content-disposition"] = content_disposition_header(True, _safe(shown.name)) or "attachment"
    await start(scope, send, found.status, headers)
    if scope["method"] == "HEAD" or not found.length:
        await send({"type": "http.response.body", "body": b""})
        return
    gone = asyncio.create_task(_gone(receive))
    try:
        await _pump(send, gone, reader, file, found.start, found.length, shown.holds)
    finally:
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone


async def _pump(
    send: Send,
    gone: asyncio.Task[None],
    reader: Reader,
    file: int,
    place: int,
    left: int,
    holds: Callable[[], Awaitable[bool]] | None,
) -> None:
    """Send ``left`` bytes from ``place`` on. ``send`` waits while the client does not read."""
    asked = time.monotonic()
    while left and not gone.done():
        if holds is not None and time.monotonic() > asked + ASKED_EVERY:
            asked = time.monotonic()
            if not await holds():  # it went into the bin: the server closes connections with incomplete answers
                return
        chunk = await _read(os.pread, file, min(CHUNK, left), place)
        if not chunk:  # it became shorter: an aborted connection is better than a wrong file
            raise OSError("A file became shorter while it was sent.")
        place, left = place + len(chunk), left - len(chunk)
        async with reader.patience(settings.FILE_STALL_SECONDS):
            await send({"type": "http.response.body", "body": chunk, "more_body": left > 0})


async def start(scope: Scope, send: Send, status: int, headers: Mapping[str, str]) -> None:
    """The head of the answer, with the common headers."""
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    encoded += _security(scope["scheme"])
    origin = headers_of(scope).get("origin", "")
    if settings.CORS_ALLOWED_ORIGINS:
        encoded.append((b"vary", b"Origin"))
        if origin in settings.CORS_ALLOWED_ORIGINS:
            encoded.append((b"access-control-allow-origin", origin.encode("latin-1")))
            encoded.append((b"access-control-expose-headers", b"Content-Range, Date"))
    await send({"type": "http.response.start", "status": status, "headers": encoded})


@cache
def _security(scheme: str) -> list[tuple[bytes, bytes]]:
    return security_headers(scheme)


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers, names in lower case."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _open(path: Path) -> tuple[int, Version] | None:
    """A descriptor of a regular file, and its version."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    except (OSError, ValueError):
        return None
    found = os.fstat(file)
    if not stat.S_ISREG(found.st_mode):
        os.close(file)
        return None
    return file, Version(found.st_size, found.st_mtime_ns)


def _safe(name: str) -> str:
    """A safe file name: no path and no characters that terminals or systems treat specially."""
    kept = "".join("_" if letter in '/\\:*?"<>|' or not letter.isprintable() else letter for letter in name)
    return kept.strip(". ")[:200] or "download"


async def _gone(receive: Receive) -> None:
    """Returns when the client has disconnected."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _read(work: Callable[..., T], *args: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(_readers, work, *args)
