"""Middleware of API requests: CORS rules and the request's id."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

PREFIX = "/v1/webinar/"
_METHODS = "GET, POST, PATCH, DELETE, OPTIONS"
_HEADERS = "Authorization, Content-Type, Idempotency-Key, X-API-Key"
_EXPOSED = "Allow, Idempotency-Replayed, Retry-After, WWW-Authenticate, X-Request-ID"
_PREFLIGHT_SECONDS = "600"

GetResponse = Callable[[HttpRequest], HttpResponse]


class CorsMiddleware:
    """Lets pages of CORS_ALLOWED_ORIGINS call the API with a token or key, but never with cookies.

    Own code instead of a dependency with twenty more settings: this is all that the contract allows.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (settings.CORS_ALLOWED_ORIGINS and request.path_info.startswith(PREFIX)):
            return self.get_response(request)
        origin = request.headers.get("Origin")
        allowed = origin is not None and origin in settings.CORS_ALLOWED_ORIGINS
        is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = HttpResponse(status=204) if allowed and is_preflight else self.get_response(request)
        patch_vary_headers(response, ["Origin"])
        if origin is not None and allowed:
            response["Access-Control-Allow-Origin"] = origin
            response["Access-Control-Expose-Headers"] = _EXPOSED
            if is_preflight:
                response["Access-Control-Allow-Methods"] = _METHODS
                response["Access-Control-Allow-Headers"] = _HEADERS
                response["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
        return response


class RequestIdMiddleware:
    """Sends the caller the request's id as it appears in the logs. Must stand after RequestLogMiddleware."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        response = self.get_response(request)
        if request_id:
            response["X-Request-ID"] = request_id
        return response
