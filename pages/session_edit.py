"""Editing a session, duplicating it, and making a series of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.views import host_page, page_person
from core.errors import Problem
from core.forms import add_problem
from pages.forms import DuplicateForm
from pages.refusal import session_for
from polls.queries import polls_to_copy
from rooms.queries import usable_presets
from sessions import copies, services
from sessions.forms import EditForm
from sessions.models import Session
from sessions.people.roles import roles_of
from sessions.queries import find_managed_session
from sessions.series import Every, SeriesForm, first_of_series


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Everything that can still be changed. For host and co-hosts; only the host moves it to another time."""
    person = page_person(request)
    found = session_for(request, person, session_id, lambda allowed: allowed.may_change_settings)
    if isinstance(found, HttpResponse):
        return found
    session, allowed = found
    form = EditForm(request.POST or None, session=session, presets=usable_presets(person), moves=allowed.may_reschedule)
    home = reverse("session" if allowed.may_reschedule else "people", args=[session.pk])
    if request.method == "POST" and form.is_valid():
        try:
            services.update_session(actor=person, session=session, **form.changes())
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("Saved. People with the page open see it at once."))
            return redirect(home)
    context = {"form": form, "session": session, "room": session.room, "home": home, "is_host": allowed.may_reschedule}
    return render(request, "sessions/session_edit.html", context)


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def session_duplicate(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Another session like this one, in the same room."""
    person = page_person(request)
    session = find_managed_session(person, str(session_id))
    form = DuplicateForm(
        request.POST or None,
        presets=usable_presets(person),
        links=copies.links_to_renew(session).count(),
        initial={"title": session.title, "preset_id": session.preset_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = copies.duplicate_session(actor=person, session=session, **form.values()).session
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("This is the duplicate. Share its link: people can open it from now on."))
            return redirect("session", made.pk)
    return render(request, "sessions/session_duplicate.html", {"form": form, **_context(session)})


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def session_series(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Several sessions like this one: the first sending shows their times, the second one makes them."""
    person = page_person(request)
    session = find_managed_session(person, str(session_id))
    form = SeriesForm(request.POST or None, initial={"first": first_of_series(session)})
    if request.method == "POST" and form.is_valid() and form.is_confirmed:
        try:
            times = [each.moment for each in form.occurrences]
            made = copies.repeat_session(actor=person, session=session, times=times)
        except Problem as problem:
            add_problem(form, problem, {"scheduled_start_times": "first", "scheduled_start_time": "first"})
        else:
            words = ngettext("%(count)d session was scheduled.", "%(count)d sessions were scheduled.", len(made))
            messages.success(request, words % {"count": len(made)})
            return redirect(f"{reverse('sessions')}?room={session.room_id}&status=scheduled")
    return render(request, "sessions/session_series.html", {"form": form, "dates": Every.DATES, **_context(session)})


def _context(session: Session) -> dict[str, Any]:
    """What both templates say of what comes along."""
    return {
        "session": session,
        "room": session.room,
        "polls": polls_to_copy(session).count(),
        "team": roles_of(session).filter(user__is_active=True, user__is_guest=False).count(),
    }
