"""The host's first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.views import host_page, page_person
from organizations.queries import why_idle
from pages.queries import dashboard_of, running_sessions


@host_page
@never_cache
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Running, upcoming and past sessions."""
    person = page_person(request)
    found = dashboard_of(person)
    # Whoever has made a webinar can make one; others are checked.
    idle = why_idle(person.user) if found.is_new and person.user else None
    return render(request, "pages/dashboard.html", {"dashboard": found, "idle": idle})


@host_page
@never_cache
@require_safe
def dashboard_running(request: HttpRequest) -> HttpResponse:
    """The part about running sessions, which the open dashboard requests repeatedly."""
    return render(request, "pages/_running.html", {"running": running_sessions(page_person(request))})
