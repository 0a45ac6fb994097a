"""The form for a new webinar."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views import host_page, page_person
from core.errors import Problem
from core.forms import add_problem
from live.services import create_webinar
from organizations.queries import why_idle
from pages.forms import NewWebinarForm
from rooms.queries import libraries_to_choose, usable_presets


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_webinar(request: HttpRequest) -> HttpResponse:
    """Create room and session; for now continue to the studio, for later to the page with the link."""
    person = page_person(request)
    libraries, usual = libraries_to_choose(person)
    form = NewWebinarForm(request.POST or None, presets=usable_presets(person), libraries=libraries, usual=usual)
    if request.method == "POST" and form.is_valid():
        try:
            session = create_webinar(actor=person, **form.values())
        except Problem as problem:
            add_problem(form, problem)
        else:
            if form.starts_now:
                return redirect("studio", session.pk)
            messages.success(request, _("Scheduled. Share the link: people can open it from now on."))
            return redirect("session", session.pk)
    idle = why_idle(person.user) if person.user and request.method != "POST" else None
    return render(request, "pages/new_webinar.html", {"form": form, "idle": idle})
