"""The envelope around every answer, and the one place that turns exceptions into answers (docs/contract.md §1)."""

import logging
import time
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from core.api.parsers import BodyTooLarge, UnsupportedType
from core.errors import (
    Busy,
    FieldError,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Problem,
    TooMany,
    Unreadable,
)
from core.published import Published
from core.refusals import was_refused

logger = logging.getLogger(__name__)


class PublishedResponse(Response):
    """The envelope around ``value``. ``data``, for who looks into the reply, is made when it is asked for."""

    def __init__(self, value: Published, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.value = value
        self.json = value.as_bytes()
        self._data: Any = None
        super().__init__(None, status, headers=headers)

    @property
    def data(self) -> Any:
        if self._data is None:
            self._data = self.value.as_json()
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        self._data = data

    @property
    def rendered_content(self) -> bytes:  # type: ignore[override]  # DRF renders bytes
        self["Content-Type"] = "application/json"
        return b'{"success":true,"data":%b,"timestamp":%d}' % (self.json, int(time.time()))


class EnvelopeRenderer(JSONRenderer):
    """Wraps what a view returns in ``{success, data, timestamp}``; error bodies are wrapped already."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        response = (renderer_context or {}).get("response")
        if response is not None and not response.exception:
            data = {"success": True, "data": data, "timestamp": int(time.time())}
        return super().render(data, accepted_media_type, renderer_context)


def error_body(problem: Problem, detail: str | None = None) -> dict[str, Any]:
    """The contract's error body; ``message`` carries technical detail and only with DEBUG."""
    body: dict[str, Any] = {
        "success": False,
        "error": str(problem.sentence),
        "code": problem.code,
        "message": detail if settings.DEBUG else None,
        "timestamp": int(time.time()),
    }
    if isinstance(problem, Invalid):
        body["errors"] = [{"field": e.field, "code": e.code, "message": str(e.message)} for e in problem.errors]
    return body


def answer_exception(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: renders every failure alike. Unknown exceptions pass through (500, logged)."""
    problem = as_problem(exc)
    if problem is None:
        return None
    headers = {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    response = Response(error_body(problem, repr(exc)), status=problem.status, headers=headers)
    if isinstance(exc, exceptions.MethodNotAllowed):
        allowed = getattr(context.get("view"), "allowed_methods", None)
        if allowed:
            response["Allow"] = ", ".join(allowed)
    response.exception = True
    return response


def as_problem(exc: Exception) -> Problem | None:  # noqa: C901 — one table of exceptions
    """The problem that an exception of Django or DRF stands for; None for a bug of ours."""
    match exc:
        case Problem():
            return exc
        case Http404() | exceptions.NotFound():
            return NotFound()
        case exceptions.ValidationError():
            return Invalid(field_errors(exc.detail))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return NotAuthenticated()
        case PermissionDenied() | exceptions.PermissionDenied():
            detail = getattr(exc, "detail", None)
            return (
                NotAllowed(_("The CSRF check failed. Reload the page and try again."), code="csrf")
                if (detail and "CSRF" in str(detail))
                else NotAllowed()
            )
        case exceptions.Throttled():
            return TooMany(retry_after=int(getattr(exc, "wait", None) or 60) + 1)
        case exceptions.ParseError():
            return Unreadable()
        case exceptions.UnsupportedMediaType():
            return UnsupportedType()
        case exceptions.MethodNotAllowed():
            return _problem(405, "method_not_allowed", _("This address does not support that method. See Allow."))
        case exceptions.NotAcceptable():
            return _problem(406, "not_acceptable", _("Only application/json is available here."))
        case _ if type(exc).__name__ == "RequestDataTooBig":
            return BodyTooLarge()
        case OperationalError() if was_refused(exc):
            return Busy()
    return None


def _problem(status: int, code: str, sentence: str) -> Problem:
    problem = Problem(sentence, code=code)
    problem.status = status
    return problem


def field_errors(detail: Any, path: str = "") -> list[FieldError]:
    """Flattens DRF's nested error detail: ``{"a": {"b": ["x"]}}`` → field ``a.b``."""
    if isinstance(detail, dict):
        found = []
        for name, inner in detail.items():
            here = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            found += field_errors(inner, here)
        return found
    if isinstance(detail, (list, tuple)):
        found = []
        for index, inner in enumerate(detail):
            found += field_errors(inner, f"{path}.{index}" if isinstance(inner, (dict, list)) else path)
        return found
    return [FieldError(path, str(getattr(detail, "code", "invalid")), str(detail))]


@csrf_exempt
def unknown_address(request: HttpRequest, **_parts: Any) -> HttpResponse:
    """Unknown addresses below the API's: 404 in the envelope, whatever the method."""
    return JsonResponse(error_body(NotFound(_("There is no such address in this API."))), status=404)
