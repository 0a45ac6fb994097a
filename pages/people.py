"""People and invitations: who has a role in a session, and the personal links."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.person import Person
from accounts.views import page_person
from core.errors import NotFound, Problem
from core.forms import add_problem
from core.secrets import decrypt, encrypt
from live.services.moderating import unban
from pages.forms import ChangeInvitationForm, InvitationForm, RoleForm
from pages.queries import possible_team
from pages.refusal import session_for
from sessions.models import Invitation, Session
from sessions.moderation.services import bans_of
from sessions.people import services
from sessions.people.changes import update_invitation
from sessions.people.invitations import invitations_of
from sessions.people.roles import roles_of
from sessions.queries import find_session
from sessions.rights.capabilities import Capabilities, capabilities

#: Key in the browser's session: the encrypted link that the next page shows.
_NEW_LINK = "new_invitation_link"
#: How many of the latest bans the page lists; the API lists all.
_BANS = 50
#: How many people the form for another role offers; beyond them there is the list of people in the studio.
_PEOPLE = 300


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The list, and a form for another invitation. For host and co-hosts."""
    person = page_person(request)
    found = _leading(request, person, session_id)
    if isinstance(found, HttpResponse):
        return found
    session, allowed = found
    form = InvitationForm(request.POST or None, may_add_co_hosts=allowed.may_add_co_hosts)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.invite(actor=person, session=session, **form.cleaned_data)
        except Problem as problem:
            add_problem(form, problem)
        else:
            _show_once(request, made)
            return redirect("people", session.pk)
    context = people_context(session, person, allowed, shown=_shown_now(request))
    return render(request, "pages/people.html", {"form": form, "role_form": _role_form(session, allowed), **context})


def _role_form(session: Session, allowed: Capabilities, data: QueryDict | None = None) -> RoleForm:
    return RoleForm(
        data, people=possible_team(session, most=_PEOPLE), may_add_co_hosts=allowed.may_add_co_hosts, prefix="role"
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give_role(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Give a role to a colleague or to somebody who came."""
    if request.method != "POST":  # a page that was reloaded after an error
        return redirect("people", session_id)
    person = page_person(request)
    found = _leading(request, person, session_id)
    if isinstance(found, HttpResponse):
        return found
    session, allowed = found
    form = _role_form(session, allowed, request.POST)
    if form.is_valid():
        user, role = form.cleaned_data["user_id"], form.cleaned_data["role"]
        try:
            row = services.add_role(actor=person, session=session, user_id=user.pk, role=role)
        except Problem as problem:
            add_problem(form, problem)
        else:
            words = {"name": user.username, "role": row.get_role_display()}
            messages.success(request, _("%(name)s is now %(role)s.") % words)
            return redirect("people", session.pk)
    blank = InvitationForm(may_add_co_hosts=allowed.may_add_co_hosts)
    context = people_context(session, person, allowed, shown={})
    return render(request, "pages/people.html", {"form": blank, "role_form": form, **context})


def _show_once(request: HttpRequest, made: Invitation) -> None:
    """Let only the next page show the new link."""
    request.session[_NEW_LINK] = encrypt(json.dumps([str(made.pk), made.new_link]), purpose=_NEW_LINK)
    sent = _("The invitation was sent to %(email)s.") % {"email": made.email}
    ready = _("The link is ready: copy it and send it. It is shown only now.")
    messages.success(request, sent if made.email else ready)


def _shown_now(request: HttpRequest) -> dict[str, str]:
    """Invitation → link, for the one that was just made."""
    sealed = request.session.pop(_NEW_LINK, None) if request.method == "GET" else None
    opened = decrypt(sealed, purpose=_NEW_LINK) if sealed else None
    return dict([json.loads(opened)]) if opened else {}


def people_context(session: Session, person: Person, allowed: Capabilities, *, shown: dict[str, str]) -> dict[str, Any]:
    """Context of templates/pages/people.html; e-mail addresses only for the host and whoever gave them; ``shown``: new
    links.
    """
    bans = bans_of(session)
    return {
        "bans": bans[:_BANS],
        "more_bans": max(0, bans.count() - _BANS),
        "session": session,
        "room": session.room,
        "is_host": allowed.may_reschedule,
        "is_over": session.status == Session.Status.ENDED,
        "roles": [(row, services.may_take(allowed, row.role)) for row in roles_of(session)],
        "invitations": [
            (
                invitation,
                shown.get(str(invitation.pk)),
                invitation.email if _knows_email(invitation, person, allowed) else "",
                services.may_take(allowed, invitation.role),
            )
            for invitation in invitations_of(session)
        ],
    }


def _knows_email(invitation: Invitation, person: Person, allowed: Capabilities) -> bool:
    return allowed.may_see_people_details or invitation.invited_by == person.user


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove_role(request: HttpRequest, session_id: UUID, user_id: UUID) -> HttpResponse:
    """Ask for confirmation, then remove somebody's role."""
    person = page_person(request)
    try:
        session = find_session(person, session_id)
        if request.method != "POST":
            held = roles_of(session).filter(user=user_id).first()
            if held is None or not services.may_take(capabilities(person, session), held.role):
                raise NotFound
            context = {"session": session, "name": held.user.username, "as_what": held.get_role_display()}
            return render(request, "pages/remove_role.html", context)
        row = services.remove_role(actor=person, session=session, user_id=user_id)
        messages.success(request, _("The role of %(name)s was removed.") % {"name": row.user.username})
    except Problem as problem:
        messages.error(request, str(problem.sentence))
    return redirect("people", session_id)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_invitation(request: HttpRequest, session_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Another name, address or role of an invitation; the page says beforehand what becomes of its link."""
    person = page_person(request)
    try:
        session = find_session(person, session_id)
        allowed = capabilities(person, session)
        made = services.find_invitation(session, invitation_id)
        if not (allowed.may_invite and services.may_take(allowed, made.role)):
            raise NotFound
        services.check_holds(made, session)
    except Problem as problem:
        messages.error(request, str(problem.sentence))
        return redirect("people", session_id)
    knows = _knows_email(made, person, allowed)
    form = ChangeInvitationForm(
        request.POST or None, invitation=made, knows_email=knows, may_add_co_hosts=allowed.may_add_co_hosts
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = update_invitation(actor=person, session=session, invitation_id=made.pk, **form.changes())
        except Problem as problem:
            add_problem(form, problem)
        else:
            if changed.new_link:
                _show_once(request, changed)
            else:
                messages.success(request, _("The invitation was saved. Its link stays the same."))
            return redirect("people", session.pk)
    context = {"form": form, "session": session, "invitation": made}
    return render(request, "pages/change_invitation.html", context)


@login_required
@require_POST
def renew_invitation(request: HttpRequest, session_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Replace the link of an invitation, and show the new one."""
    person = page_person(request)
    try:
        session = find_session(person, session_id)
        made = services.renew_invitation(actor=person, session=session, invitation_id=invitation_id)
    except Problem as problem:
        messages.error(request, str(problem.sentence))
    else:
        _show_once(request, made)
    return redirect("people", session_id)


@login_required
@require_POST
def lift_ban(request: HttpRequest, session_id: UUID, user_id: UUID) -> HttpResponse:
    """Let somebody who was banned come in again. For host and co-hosts, as the page; moderators do so in the studio."""
    person = page_person(request)
    found = _leading(request, person, session_id)
    if isinstance(found, HttpResponse):
        return found
    try:
        unban(actor=person, session=found[0], user_id=user_id)
    except Problem as problem:
        messages.error(request, str(problem.sentence))
    else:
        messages.success(request, _("The ban was lifted."))
    return redirect("people", session_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke_invitation(request: HttpRequest, session_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Ask for confirmation, then revoke an invitation."""
    person = page_person(request)
    try:
        session = find_session(person, session_id)
        if request.method != "POST":
            made = services.find_invitation(session, invitation_id)
            if not services.may_take(capabilities(person, session), made.role):
                raise NotFound
            return render(request, "pages/revoke_invitation.html", {"session": session, "invitation": made})
        made = services.revoke_invitation(actor=person, session=session, invitation_id=invitation_id)
        messages.success(request, _("The invitation of %(name)s was revoked.") % {"name": made.name})
    except Problem as problem:
        messages.error(request, str(problem.sentence))
    return redirect("people", session_id)


def _leading(request: HttpRequest, person: Person, session_id: UUID) -> tuple[Session, Capabilities] | HttpResponse:
    return session_for(request, person, session_id, lambda allowed: allowed.may_invite)
