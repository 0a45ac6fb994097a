"""One log line for each request. It names the route, because a path may contain a secret, such as a link's key."""

import logging
import sys
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.functional import LazyObject

from core.addresses import client_address

logger = structlog.get_logger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

NO_ROUTE = "(no such address)"
LONGEST_AGENT = 120  # characters: enough to tell browsers and their versions apart
_TOLD = "is_in_log"
_SIGNS_BELOW = "/v1/webinar/"
_SIGNS_OF_LIFE = {
    "/v1/webinar/health",
    "/v1/webinar/health/ready",
    "/v1/webinar/sessions/<str:session_id>/heartbeat",
}


def route_of(request: HttpRequest) -> str:
    """The URLconf's pattern that this request's path matches, such as ``/accounts/password/reset/key/<key>/``."""
    match = request.resolver_match
    if match is None:  # answered before Django resolved it, or there is none
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return NO_ROUTE
    return f"/{match.route}"


class RequestLogMiddleware:
    """Binds the request's id and the address that the product believes to every line about it, and writes one of its
    own: with the answer, or with the traceback when the view broke. Stands outside whatever may answer by itself."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        got_request_exception.connect(_tell_failure)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=str(uuid.uuid4()), ip=client_address(request))
        try:
            response = self.get_response(request)
            if not (hasattr(request, _TOLD) or (response.status_code < 400 and is_quiet(request))):
                _tell(request, response.status_code)
            return response
        finally:
            structlog.contextvars.clear_contextvars()


def is_quiet(request: HttpRequest) -> bool:
    """Whether this is a sign of life that comes all the time: it is worth a line only when it fails."""
    return request.path_info.startswith(_SIGNS_BELOW) and route_of(request) in _SIGNS_OF_LIFE


def _tell(request: HttpRequest, code: int) -> None:
    level = logging.ERROR if code >= 500 else logging.WARNING if code >= 400 else logging.INFO
    logger.log(level, "request_finished", **_about(request, code))


def _tell_failure(sender: Any, request: HttpRequest | None = None, **_rest: Any) -> None:
    """Django is handling the exception of a view: this is its line."""
    if request is not None and not hasattr(request, _TOLD):
        setattr(request, _TOLD, True)
        logger.error("request_failed", exc_info=sys.exc_info(), **_about(request, 500))


def _about(request: HttpRequest, code: int) -> dict[str, Any]:
    return {
        "code": code,
        "request": f"{request.method} {route_of(request)}",
        "user_id": _known_user(request),
        "user_agent": request.META.get("HTTP_USER_AGENT", "")[:LONGEST_AGENT],
    }


def _known_user(request: HttpRequest) -> str | None:
    """Who asked, if the answer needed to know: the log itself asks the database nothing."""
    user = getattr(request, "user", None)
    if isinstance(user, LazyObject) and not request.session.accessed:
        return None
    return str(user.pk) if user is not None and user.pk is not None else None


class RouteFilter(logging.Filter):
    """Django's own lines about requests ("Forbidden (CSRF cookie not set.): …") name the route, too."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Passes everything, changing it where needed."""
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            # Django escapes what it logs (django.utils.log.log_message).
            paths = {path for own in (request.path, request.get_full_path()) for path in (own, _escaped(own))}
            route = route_of(request)
            record.args = tuple(route if isinstance(arg, str) and arg in paths else arg for arg in record.args)
        return True


def _escaped(text: str) -> str:
    return text.encode("unicode_escape").decode("ascii")
