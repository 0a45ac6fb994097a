"""The settings of one session, as a form: what it has instead of its preset, the chat rules, and its replay.

The same as the dialog "Settings" in the studio, also for who prepares a session.
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.person import Person
from accounts.views import page_person
from core.errors import Problem
from core.forms import add_problem
from pages.refusal import refused, session_for
from pages.settings_forms import OverridesForm, ReplayForm, RulesForm
from recordings.replay import choose_publishing
from sessions import services
from sessions.models import Session
from sessions.moderation.services import change_rules
from sessions.rights.capabilities import Capabilities

Forms = dict[str, OverridesForm | RulesForm | ReplayForm]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_settings(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """For host and co-hosts; for moderators who manage the chat its rules alone. ``form`` says which part is sent."""
    person = page_person(request)
    found = session_for(request, person, session_id, lambda allowed: allowed.may_record or allowed.may_manage_chat)
    if isinstance(found, HttpResponse):
        return found
    session, allowed = found
    forms = _forms(request, session, allowed)
    if not forms:  # the chat rules of a session that is over
        return refused(request, "not_allowed", 403)
    sent = forms.get(request.POST.get("form", "")) if request.method == "POST" else None
    if sent is not None and sent.is_valid():
        try:
            _save(person, session, sent)
        except Problem as problem:
            add_problem(sent, problem)
        else:
            messages.success(request, _("The settings were saved. Open pages follow at once."))
            return redirect("session_settings", session.pk)
    context = {"session": session, "room": session.room, "is_host": allowed.may_reschedule, "forms": forms}
    return render(request, "pages/session_settings.html", context)


def _forms(request: HttpRequest, session: Session, allowed: Capabilities) -> Forms:
    """The parts that this person may change now, by name; the sent one is bound."""

    def data(name: str) -> object:
        return request.POST if request.method == "POST" and request.POST.get("form") == name else None

    is_over = session.status == Session.Status.ENDED
    forms: Forms = {}
    if allowed.may_change_settings and not is_over:
        forms["overrides"] = OverridesForm(data("overrides"), session=session)
    if allowed.may_manage_chat and not is_over:
        forms["rules"] = RulesForm(data("rules"), session=session)
    if allowed.may_record:
        forms["replay"] = ReplayForm(data("replay"), session=session)
    return forms


def _save(person: Person, session: Session, form: OverridesForm | RulesForm | ReplayForm) -> None:
    match form:
        case OverridesForm():
            services.change_settings(actor=person, session=session, **form.changes())
        case RulesForm():
            change_rules(actor=person, session=session, **form.cleaned_data)
        case ReplayForm():
            choose_publishing(actor=person, session=session, publishing=form.cleaned_data["replay_publishing"] or None)
