"""One log line for each request. It names the route, because a path may contain a secret, such as a link's key."""

import logging
import uuid
from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django_structlog.middlewares import RequestMiddleware
from django_structlog.signals import bind_extra_request_failed_metadata, bind_extra_request_finished_metadata

from core.addresses import client_address

NO_ROUTE = "(no such address)"
LONGEST_AGENT = 120  # characters: enough to tell browsers and their versions apart


def route_of(request: HttpRequest) -> str:
    """The URLconf's pattern that this request's path matches, such as ``/accounts/password/reset/key/<key>/``."""
    match = request.resolver_match
    if match is None:  # answered before Django resolved it, or there is none
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return NO_ROUTE
    return f"/{match.route}"


class RequestLogMiddleware(RequestMiddleware):
    """django-structlog's middleware, but with the route instead of the path, and with our client address."""

    def prepare(self, request: HttpRequest) -> None:
        """Adds id and address to log lines of this request. The request itself is logged with its answer."""
        structlog.contextvars.bind_contextvars(request_id=str(uuid.uuid4()), ip=client_address(request))

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """What the log line says about the request."""
        return f"{request.method} {route_of(request)}"


@receiver([bind_extra_request_finished_metadata, bind_extra_request_failed_metadata])
def _add_agent(sender: Any, request: HttpRequest, log_kwargs: dict[str, Any], **_rest: Any) -> None:
    log_kwargs["user_agent"] = request.META.get("HTTP_USER_AGENT", "")[:LONGEST_AGENT]


class RouteFilter(logging.Filter):
    """Makes Django's own log lines about requests ("Not Found: …") name the route, too."""

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
