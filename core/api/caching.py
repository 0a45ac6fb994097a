"""What browsers and proxies may keep of the API's replies (docs/contract.md §1).

Who asks decides what a reply holds, so no cache may give one person's to another: replies to people are private and
asked for again each time, with an ETag over ``data`` (the envelope's time changes), by which unchanged data costs a 304
without a body. Tokens, keys and lists of people are never kept: their views say ``no-store``.
"""

import hashlib
import json

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from core.api.replies import PublishedResponse

_CREDENTIALS = ("Authorization", "X-API-Key", "Cookie")
NO_STORE = "no-store"


def for_caches(request: Request, response: HttpResponseBase) -> HttpResponseBase:
    """``response`` with Cache-Control, Vary and where it may be kept an ETag; or 304 when the caller has it already."""
    if response.has_header("Cache-Control"):
        return response
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        response["Cache-Control"] = NO_STORE
        return response
    is_personal = any(request.headers.get(name) for name in _CREDENTIALS)
    response["Cache-Control"] = "private, no-cache" if is_personal else "no-cache"
    patch_vary_headers(response, [*_CREDENTIALS, "Accept-Language"])
    if not isinstance(response, Response):
        return response
    response["ETag"] = etag = _etag(response)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if etag in known or "*" in known:
        unchanged: HttpResponse = HttpResponseNotModified()
        for name in ("Cache-Control", "Vary", "ETag"):
            unchanged[name] = response[name]
        return unchanged
    return response


def _etag(response: Response) -> str:
    is_published = isinstance(response, PublishedResponse)
    written = response.json if is_published else json.dumps(response.data, cls=JSONEncoder).encode()
    return f'"{hashlib.sha256(written).hexdigest()[:32]}"'
