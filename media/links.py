"""Signed addresses of files: whoever has one may fetch that file, until it ends. They are checked without a database.

``/files/<until>-<signature>/<root>/<key>``; the ASGI application answers them (``webinar.serve.media``). ``until`` is
on the hour, so that everybody who is given a link to a file within one hour is given the same, which caches may share.
"""

import base64
import hmac
import math
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, unquote

from django.conf import settings

from core.secrets import derive_key

PREFIX = "/files/"
_STEP = 3600  # seconds
_PURPOSE = "media.links"


@dataclass(frozen=True, slots=True)
class FileLink:
    """What a link opens. ``root``: ``captures`` or ``recordings``; ``key``: the file's place in it.

    ``name``: what a download is saved as; empty for what is shown rather than saved.
    """

    root: str
    key: str
    name: str = ""

    @property
    def path(self) -> Path | None:
        """The file, None when the key leads out of its root. Whether it exists is not asked."""
        return path_in(self.root, self.key)


def root_folder(root: str) -> Path | None:
    """Where the files of ``root`` are."""
    folders: dict[str, Path] = {"captures": settings.CAPTURE_DIR, "recordings": settings.RECORDINGS_DIR}
    return folders.get(root)


def path_in(root: str, key: str) -> Path | None:
    """The file ``key`` below ``root``, None for a key that names nothing there."""
    folder = root_folder(root)
    parts = key.split("/")
    if folder is None or "\0" in key or "\\" in key or any(part in {"", ".", ".."} for part in parts):
        return None
    return folder.joinpath(*parts)


def sign_file(root: str, key: str, *, lifetime: timedelta, name: str = "") -> str:
    """The address, a path of our own origin, under which this file can be had for ``lifetime``, or an hour longer.

    ``name``: let browsers save it under this name instead of showing it.
    """
    until = until_for(lifetime)
    address = f"{PREFIX}{until:x}-{signature(until, root, key, name)}/{root}/{quote(key)}"
    return f"{address}?name={quote(name, safe='')}" if name else address


def read_file(path: str, query: str = "") -> FileLink | None:
    """What the address (its decoded path and raw query) opens now; None when it is forged or over."""
    pieces = path.removeprefix(PREFIX).split("/", 2)
    if not path.startswith(PREFIX) or len(pieces) != 3:
        return None
    token, root, key = pieces
    name = unquote(query.removeprefix("name=")) if query.startswith("name=") else ""
    return FileLink(root, key, name) if holds(token, root, key, name) else None


def until_for(lifetime: timedelta, step: int = _STEP) -> int:
    """The full step (Unix seconds; hours unless told otherwise) that is at least ``lifetime`` from now."""
    return math.ceil((time.time() + lifetime.total_seconds()) / step) * step


def seconds_left(token: str) -> int:
    """How long an address whose token :func:`holds` will still open its file; what caches may keep it for."""
    return max(0, int(token.partition("-")[0], 16) - int(time.time()))


def signature(until: int, *values: str) -> str:
    """Text for an address that proves that we named these values, until then."""
    message = "\0".join([f"{until:x}", *values])
    digest = hmac.digest(derive_key(_PURPOSE), message.encode("utf-8", "surrogatepass"), "sha256")
    return base64.urlsafe_b64encode(digest[:12]).decode()


def holds(token: str, *values: str) -> bool:
    """Whether ``<until>-<signature>`` was made for these values and is not over."""
    text, _, signed = token.partition("-")
    try:
        until = int(text, 16)
    except ValueError:
        return False
    return time.time() < until and hmac.compare_digest(signature(until, *values).encode(), signed.encode())
