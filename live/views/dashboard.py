"""The host's first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.views import host_page, page_person
from live.queries import dashboard_of, running_sessions


@host_page
@never_cache
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """What is running, what comes, what was."""
    return render(request, "live/dashboard.html", {"dashboard": dashboard_of(page_person(request))})


@host_page
@never_cache
@require_safe
def dashboard_running(request: HttpRequest) -> HttpResponse:
    """The part about what is running now, which the open dashboard asks for again and again."""
    return render(request, "live/_running.html", {"running": running_sessions(page_person(request))})
