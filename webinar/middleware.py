"""Middleware for pages: errors of the domain as pages, and caching headers."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.views import member_of
from core.errors import NotAuthenticated, Problem
from webinar.views import bad_request, problem_page, wrong_method


class ProblemPageMiddleware:
    """Answers a ``Problem`` that a page view raises with a page that explains it, never with a 500.

    Anonymous visitors and guests are sent to the sign-in and come back; members are not, because the sign-in would send
    them back at once. The API has its own handler. Unsupported methods get a page too, where Django's answer would be
    empty. So do malformed ids in the admin: for UUID keys Django raises its ``ValidationError`` there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_empty = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content
        return wrong_method(request, response) if is_empty else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ValidationError) and request.path.startswith(reverse("admin:index")):
            return bad_request(request, exception)
        if not isinstance(exception, Problem):
            return None
        if isinstance(exception, NotAuthenticated) and request.method in ("GET", "HEAD") and not member_of(request):
            return redirect_to_login(request.get_full_path())
        return problem_page(request, exception)


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
