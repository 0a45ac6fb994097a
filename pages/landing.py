"""The start page: public webinars of all organizations."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from sessions.queries import live_sessions, upcoming_sessions

_LISTED = 24


@gzip_page
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What is live now and what comes next."""
    context = {"live": live_sessions()[:_LISTED], "upcoming": upcoming_sessions()[:_LISTED]}
    return render(request, "pages/landing.html", context)
