"""What surrounds pages: refusals of the domain shown as pages, and what caches may keep."""

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
    """A page view that lets a ``Problem`` out is answered with a page that says it, never with a 500.

    Someone who is not signed in, or is here as a guest, is sent to the sign-in and comes back; a member is not, who
    would be sent back here at once. The API has a handler of its own.
    An address that does not take the method says so too: Django's answer is an empty page. So do admin's views where a
    malformed id is looked up: with keys that are UUIDs Django lets its ``ValidationError`` out, of addresses and forms.
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
    """What does not say otherwise is for the person who asked, and asked for again: every page shows who one is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response
