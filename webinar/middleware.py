"""Middleware for pages: errors of the domain as pages, and caching headers."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages.middleware import MessageMiddleware
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.views import member_of
from core.errors import Busy, NotAuthenticated, Problem
from core.precedence import go_ahead
from core.refusals import Attempt, was_refused
from webinar.views import API, bad_request, problem_page, wrong_method


class ProblemPageMiddleware:
    """Answers a ``Problem`` that a page view raises with a page that explains it, never with a 500.

    Anonymous visitors and guests are sent to the sign-in and come back; members are not, because the sign-in would send
    them back at once. The API has its own handler. Unsupported methods get a page too, where Django's answer would be
    empty. So do malformed ids in the admin: for UUID keys Django raises its ``ValidationError`` there. A view that the
    database refused with nothing committed (``core.refusals``) is run once more.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(API):  # operations do all this by themselves
            return self._answered(request)
        if request.method == "POST" and (user := member_of(request)) and user.role == user.Role.HOST:
            go_ahead()
        attempt = Attempt()
        request.attempt = attempt  # type: ignore[attr-defined]
        with transaction.get_connection().execute_wrapper(attempt):
            return self._answered(request)

    def _answered(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_empty = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content
        return wrong_method(request, response) if is_empty else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ValidationError) and request.path.startswith(reverse("admin:index")):
            return bad_request(request, exception)
        if was_refused(exception) and not isinstance(exception, Busy):
            return self._ask_again(request)
        if not isinstance(exception, Problem):
            return None
        if isinstance(exception, NotAuthenticated) and request.method in ("GET", "HEAD") and not member_of(request):
            return redirect_to_login(request.get_full_path())
        return problem_page(request, exception)

    def _ask_again(self, request: HttpRequest) -> HttpResponse | None:
        match, attempt = request.resolver_match, getattr(request, "attempt", None)
        if match is None or attempt is None or attempt.has_committed or transaction.get_connection().in_atomic_block:
            return problem_page(request, Busy())
        try:
            return match.func(request, *match.args, **match.kwargs)
        except Exception as exception:
            answer = self.process_exception(request, Busy() if was_refused(exception) else exception)
            if answer is None:
                raise
            return answer


class PageMessageMiddleware(MessageMiddleware):
    """Messages from one page to the next; operations of the API say what they say in their reply."""

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request) if request.path.startswith(API) else super().__call__(request)


class PolicyMiddleware(CSPMiddleware):
    """The content security policy, which is written out once: most replies have the same."""

    _usual: tuple[object, str] | None = None  # the setting that it was made of, and the header

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        setting = settings.CONTENT_SECURITY_POLICY
        is_own = HEADER in response or any(name.startswith("_csp") for name in vars(response))
        if is_own or getattr(request, "_csp_nonce", None) is not None or settings.DEBUG:
            return super().process_response(request, response)
        if self._usual is None or self._usual[0] is not setting:
            super().process_response(request, response)
            self._usual = (setting, response[HEADER])
            return response
        response[HEADER] = self._usual[1]
        too_late = CheckableLazyObject(self._csp_nonce_post_response)
        request.csp_nonce = too_late  # type: ignore[attr-defined]  # as the library has it
        return response


class PrivateMiddleware:
    """By default answers are private and revalidated, because every page shows who is signed in.

    What never changes is the same for everybody: it loses the ``Vary`` that other middleware set for looking at
    cookies and languages, so that caches keep one copy and not one for each reader.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        elif "immutable" in response["Cache-Control"]:
            del response["Vary"]
        return response
