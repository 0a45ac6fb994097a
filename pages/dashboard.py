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
    """What is running, what comes, what was."""
    person = page_person(request)
    found = dashboard_of(person)
    # Who has made a webinar can; only of others it is asked.
    idle = why_idle(person.user) if found.is_new and person.user else None
    return render(request, "pages/dashboard.html", {"dashboard": found, "idle": idle})


@host_page
@never_cache
@require_safe
def dashboard_running(request: HttpRequest) -> HttpResponse:
    """The part about what is running now, which the open dashboard asks for again and again."""
    return render(request, "pages/_running.html", {"running": running_sessions(page_person(request))})
