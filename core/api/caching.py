"""What browsers and proxies may cache of the API's replies (docs/contract.md §1).

A reply depends on who asks, so no cache may give one person's reply to another: replies are private and revalidated
each time, with an ETag over ``data`` (not the envelope, whose timestamp changes), so that unchanged data is answered
with 304 and no body. Tokens, keys and lists of people are never cached: their views say ``no-store``.
"""

import hashlib
import json
from functools import partial

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from core.api.envelope import PublishedResponse

_CREDENTIALS = ("Authorization", "X-API-Key", "Cookie")
NO_STORE = "no-store"
_gzip = GZipMiddleware(lambda _request: HttpResponse())  # used for its process_response


def for_caches(request: Request, response: HttpResponseBase) -> HttpResponseBase:
    """Add Cache-Control, Vary and, where caching is allowed, an ETag; answer 304 if the caller has this version."""
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
    # What was compressed on its way went out with a weak one.
    known = [tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))]
    if etag in known or "*" in known:
        unchanged: HttpResponse = HttpResponseNotModified()
        for name in ("Cache-Control", "Vary", "ETag"):
            unchanged[name] = response[name]
        return unchanged
    # What may be kept holds no secret that its length could give away; what is never kept is sent as it is.
    response.add_post_render_callback(partial(_compressed, request))
    return response


def _compressed(request: Request, response: HttpResponseBase) -> HttpResponseBase:
    return _gzip.process_response(request._request, response)


def _etag(response: Response) -> str:
    if isinstance(response, PublishedResponse):
        written = response.json
    else:
        written = json.dumps(response.data, cls=JSONEncoder).encode()
    return f'"{hashlib.sha256(written).hexdigest()[:32]}"'
