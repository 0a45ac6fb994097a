"""Signed addresses of files: a link opens its file until it expires. Checking one needs no database.

``/files/<until>-<signature>/<root>/<key>``; the ASGI application answers them (``webinar.serve.media``). ``until`` is a
full hour, so that everybody who gets a link to a file within one hour gets the same link, which caches can share.
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
    """What a link opens. ``root``: ``captures`` or ``recordings``; ``key``: the file's path in it.

    ``name``: the file name of a download; empty for what is shown rather than saved.
    """

    root: str
    key: str
    name: str = ""

    @property
    def path(self) -> Path | None:
        """The file; None if the key leads out of its root. Does not check that it exists."""
        return path_in(self.root, self.key)


def root_folder(root: str) -> Path | None:
    """The folder of ``root``."""
    folders: dict[str, Path] = {"captures": settings.CAPTURE_DIR, "recordings": settings.RECORDINGS_DIR}
    return folders.get(root)


def path_in(root: str, key: str) -> Path | None:
    """The file ``key`` below ``root``; None if the key leads out of it."""
    folder = root_folder(root)
    parts = key.split("/")
    if folder is None or "\0" in key or "\\" in key or any(part in {"", ".", ".."} for part in parts):
        return None
    return folder.joinpath(*parts)


def sign_file(root: str, key: str, *, lifetime: timedelta, name: str = "") -> str:
    """The address, a path of our own origin, under which this file can be fetched for ``lifetime``, or up to an hour
    longer.

    ``name``: browsers save it under this name instead of showing it.
    """
    until = until_for(lifetime)
    address = f"{PREFIX}{until:x}-{signature(until, root, key, name)}/{root}/{quote(key)}"
    return f"{address}?name={quote(name, safe='')}" if name else address


def read_file(path: str, query: str = "") -> FileLink | None:
    """The file that the address (its decoded path and raw query) opens now; None if it is forged or expired."""
    pieces = path.removeprefix(PREFIX).split("/", 2)
    if not path.startswith(PREFIX) or len(pieces) != 3:
        return None
    token, root, key = pieces
    name = unquote(query.removeprefix("name=")) if query.startswith("name=") else ""
    return FileLink(root, key, name) if holds(token, root, key, name) else None


def until_for(lifetime: timedelta, step: int = _STEP) -> int:
    """The next full step (Unix seconds; hours by default) that is at least ``lifetime`` from now."""
    return math.ceil((time.time() + lifetime.total_seconds()) / step) * step


def seconds_left(token: str) -> int:
    """How many seconds an address whose token :func:`holds` will still open its file; caches may keep it that long."""
    return max(0, int(token.partition("-")[0], 16) - int(time.time()))


def signature(until: int, *values: str) -> str:
    """The signature of these values and their expiry, for an address."""
    message = "\0".join([f"{until:x}", *values])
    digest = hmac.digest(derive_key(_PURPOSE), message.encode("utf-8", "surrogatepass"), "sha256")
    return base64.urlsafe_b64encode(digest[:12]).decode()


def holds(token: str, *values: str) -> bool:
    """Whether ``<until>-<signature>`` was made for these values and has not expired."""
    text, _, signed = token.partition("-")
    try:
        until = int(text, 16)
    except ValueError:
        return False
    return time.time() < until and hmac.compare_digest(signature(until, *values).encode(), signed.encode())
