"""Pages that belong to no domain app: what a person sees when a request cannot be answered."""

import random
import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core.api.envelope import error_body
from core.api.parsers import BodyTooLarge
from core.errors import Busy, NotFound, Problem, Unreadable
from core.refusals import was_refused

API = "/v1/"
_SPREAD = 4  # seconds over which those come again who were sent away at the same moment
_MOST_AGAIN = 5  # times that a form sends itself again


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A refusal as a page of its own, with the status that the API would give it."""
    titles = {
        401: _("Please sign in"),
        403: _("Not for this account"),
        404: _("Page not found"),
        409: _("Not possible right now"),
        410: _("Expired"),
        429: _("Too many tries"),
        503: _("Not available right now"),
    }
    title = titles.get(problem.status, _("That did not work"))
    if isinstance(problem, Busy):
        return _busy(request, problem, title)
    return _error(request, problem.status, title, str(problem.sentence), retry_after=problem.retry_after)


def _busy(request: HttpRequest, problem: Problem, title: str) -> HttpResponse:
    """A page that comes again by itself, a little later: nothing was done. What was sent is sent again."""
    seconds = again_after(problem.retry_after)
    is_read = request.method in ("GET", "HEAD")
    context = {} if is_read else {"again": _sent_again(request), "seconds": seconds}
    response = _error(request, problem.status, title, str(problem.sentence), retry_after=problem.retry_after, **context)
    if is_read:
        response["Refresh"] = str(seconds)
    return response


def again_after(retry_after: int | None) -> int:
    """After how many seconds a page comes again by itself: not all of those that were refused at one moment at once."""
    return (retry_after or 0) + random.randint(0, _SPREAD)  # noqa: S311 — nobody gains by guessing it


def _sent_again(request: HttpRequest) -> dict[str, Any] | None:
    """The form that was sent, to be sent again; None where it has what a page must not hold: files and passwords."""
    if request.method != "POST" or request.FILES or any("password" in name for name in request.POST):
        return None
    told = str(request.POST.get("times_sent", ""))[:3]
    times = int(told) if told.isascii() and told.isdigit() else 1
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "times_sent")
        for value in values
    ]
    return {"fields": fields, "times_sent": times + 1, "by_itself": times <= _MOST_AGAIN}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django refused to read."""
    is_too_large = isinstance(exception, RequestDataTooBig)
    if request.path.startswith(API):
        problem = BodyTooLarge() if is_too_large else Unreadable()
        return JsonResponse(error_body(problem), status=problem.status)
    if is_too_large:
        message = _(
            "What was sent is too long. Go back: your browser has what you typed. Shorten it, then send it again."
        )
        return _error(request, 413, _("That was too large"), message)
    return _error(request, 400, _("That did not work"), _("The browser sent something that cannot be understood."))


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Signed in, but not for this."""
    return _error(request, 403, _("Not for this account"), _("You do not have access to this page."))


def wrong_method(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A form that was sent to an address that takes none, or a form's address that was opened."""
    if request.path.startswith(API):
        problem = Problem(_("This address does not take that method. See Allow."), code="method_not_allowed")
        page: HttpResponse = JsonResponse(error_body(problem), status=405)
    else:
        message = _("This address cannot be opened or sent to in this way. Go back and use the page’s own buttons.")
        page = _error(request, 405, _("That did not work"), message)
    page["Allow"] = response["Allow"]
    return page


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address, for the API in its own shape."""
    if request.path.startswith(API):
        return JsonResponse(error_body(NotFound()), status=404)
    message = _("This page does not exist, or you cannot see it. Check the link.")
    return _error(request, 404, _("Page not found"), message)


def server_error(request: HttpRequest) -> HttpResponse:
    """A defect of ours. The page needs no database, session or person: any of them may be what failed.

    Unless it is none: a database that had no time for us, where no view was asked (a browser's session).
    """
    failure = sys.exc_info()[1]
    if failure is not None and (isinstance(failure, Busy) or was_refused(failure)):
        return _busy_early(request)
    if request.path.startswith(API):
        problem = Problem(_("Something went wrong on the server. Try again."), code="server_error")
        return JsonResponse(error_body(problem), status=500)
    return HttpResponse(render_to_string("500.html"), status=500)


def _busy_early(request: HttpRequest) -> HttpResponse:
    problem = Busy()
    if request.path.startswith(API):
        response: HttpResponse = JsonResponse(error_body(problem), status=problem.status)
    else:
        context = {"status": problem.status, "title": _("Not available right now"), "sentence": problem.sentence}
        response = HttpResponse(render_to_string("refused_early.html", context), status=problem.status)
        if request.method in ("GET", "HEAD"):
            response["Refresh"] = str(again_after(problem.retry_after))
    response["Retry-After"] = str(problem.retry_after)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long or came from another site."""
    message = _("This form was open for too long, or cookies are blocked. Reload the page and try again.")
    return _error(request, 403, _("Please try again"), message)


def _error(
    request: HttpRequest, status: int, title: str, message: str, *, retry_after: int | None = None, **more: Any
) -> HttpResponse:
    context = {"title": title, "message": message, "status": status, **more}
    response = render(request, "error.html", context, status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response
