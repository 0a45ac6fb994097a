"""The API's descriptions as sent: rendered once a process, compressed, with an ETag."""

import gzip
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import cached
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers


@dataclass(frozen=True, slots=True)
class Document:
    """A description, plain and compressed."""

    plain: bytes
    packed: bytes
    etag: str

    @classmethod
    def of(cls, text: str | bytes) -> "Document":
        plain = text.encode() if isinstance(text, str) else text
        return cls(plain, gzip.compress(plain, mtime=0), hashlib.sha256(plain).hexdigest()[:32])


@cached({}, key=lambda name, make: name, condition=threading.Condition())
def _document(name: str, make: Callable[[], str | bytes]) -> Document:
    return Document.of(make())


def send_document(request: HttpRequest, name: str, content_type: str, make: Callable[[], str | bytes]) -> HttpResponse:
    """Answer with the document ``name``; ``make`` renders it the first time, while other requests for it wait."""
    document = _document(name, make)
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    etag = f'"{document.etag}{"-gzip" if is_packed else ""}"'
    response = HttpResponse(document.packed if is_packed else document.plain, content_type=content_type)
    if is_packed:
        response["Content-Encoding"] = "gzip"
    response["ETag"], response["Cache-Control"] = etag, "public, no-cache"
    patch_vary_headers(response, ("Accept", "Accept-Encoding"))
    found = get_conditional_response(request, etag=etag, response=response)
    return found or response
