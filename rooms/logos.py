"""Logos of presets: uploaded once, re-encoded, and served from our own origin.

An uploaded file is never served as it came: the image is decoded within limits and written anew, so that only pixels
survive. SVG is refused, because it can carry scripts.
"""

import base64
import binascii
import io
import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.errors import Invalid, Sentence
from core.fetch import FetchError, fetch
from core.pictures import PictureTooLarge, PictureUnreadable, decode
from core.secrets import new_token

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES = 1024 * 1024
_MAX_PIXELS = 4096 * 4096
_LARGEST_SIDE = 1024
_DATA_URL = re.compile(r"data:image/(png|jpeg|webp);base64,([A-Za-z0-9+/]+={0,2})", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_-]{20,64}\.(png|webp)", re.ASCII)
_TYPES = {"png": "image/png", "webp": "image/webp"}


def save_logo(source: str | None) -> str:
    """Store the image at ``source`` (https or data URL) and return its name in storage; empty for none.

    Our own address of a stored logo keeps that logo. Raises Invalid (field ``logo``).
    """
    if not source:
        return ""
    kept = _own(source)
    if kept:
        return kept
    return store_logo(_bytes_of(source))


def store_logo(raw: bytes) -> str:
    """Re-encode and store an uploaded image; returns its name in storage. Raises Invalid (field ``logo``)."""
    if len(raw) > MAX_BYTES:
        raise _invalid(_("The logo may have at most 1 MiB."), "too_large")
    content, extension = _encode(_decode(raw))
    return default_storage.save(f"logos/{new_token(size=18)}.{extension}", ContentFile(content))


def stored_logos() -> list[str]:
    """The names of all logos in storage."""
    _folders, files = default_storage.listdir("logos") if default_storage.exists("logos") else ([], [])
    return [f"logos/{name}" for name in files if _NAME.fullmatch(name)]


def logo_url(name: str) -> str | None:
    """The absolute address of a stored logo on our origin; None without one."""
    return settings.BASE_URL + reverse("logo", args=[name.removeprefix("logos/")]) if name else None


def _own(source: str) -> str:
    prefix = settings.BASE_URL + "/logos/"
    name = source.removeprefix(prefix)
    if source.startswith(prefix) and _NAME.fullmatch(name) and default_storage.exists(f"logos/{name}"):
        return f"logos/{name}"
    return ""


def _bytes_of(source: str) -> bytes:
    if source.startswith("data:"):
        match = _DATA_URL.fullmatch(source)
        if match is None:
            raise _invalid(_("A data: logo must be image/png, image/jpeg or image/webp in base64."))
        try:
            return base64.b64decode(match[2], validate=True)
        except binascii.Error:
            raise _invalid(_("The logo's base64 cannot be read.")) from None
    try:
        return fetch(source, limit=MAX_BYTES)
    except FetchError as error:
        raise _invalid(error.sentence, "not_fetched") from None


def _decode(raw: bytes) -> "Image.Image":
    """The picture; refused if it declares more pixels than a logo can need."""
    try:
        return decode(raw, most_pixels=_MAX_PIXELS)
    except PictureTooLarge:
        raise _invalid(_("The logo has too many pixels: 4096 × 4096 at most."), "too_large") from None
    except PictureUnreadable:
        raise _invalid(_("The logo is not a PNG, JPEG or WebP picture.")) from None


def _encode(image: "Image.Image") -> tuple[bytes, str]:
    image.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
    out = io.BytesIO()
    if image.mode == "RGBA":
        image.save(out, "PNG", optimize=True)
        return out.getvalue(), "png"
    image.save(out, "WEBP", quality=90)
    return out.getvalue(), "webp"


def _invalid(sentence: Sentence, code: str = "invalid") -> Invalid:
    return Invalid.field("logo", sentence, code)


@require_safe
def logo(request: HttpRequest, name: str) -> HttpResponseBase:
    """A stored logo; names are random and never reused, so caches may keep it for ever."""
    path = f"logos/{name}"
    if not _NAME.fullmatch(name) or not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path), content_type=_TYPES[name.rpartition(".")[2]])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
