"""The page of a personal invitation: who invites, to what, and as what; accepting it leads into the studio.

Opening the page changes nothing, because mail scanners open links; only the button accepts.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import devices
from accounts.models import User
from accounts.pages import guest_from_cookie, guest_of_browser, keep_device, sign_in_guest
from accounts.views import page_person
from core.addresses import client_network
from core.errors import Conflict, Invalid, NotFound, Problem, TooMany, TooManyFromNetwork
from core.guard import INVITATION, guarded
from core.limits import Limiter
from pages.refusal import gone, refused
from pages.studio import sends
from sessions.models import Invitation, Session
from sessions.people import invitations, services
from sessions.rights.capabilities import Capabilities, Role, of_role


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The invitation behind the link, or why it no longer works."""
    try:
        with guarded(INVITATION, network=client_network(request)):
            found = invitations.find_by_token(token)
    except NotFound:
        return refused(request, "invitation_unknown", 404)
    session = found.session
    if session.is_withdrawn:
        return refused(request, "withdrawn", 410)
    if session.is_gone:
        return gone(request, session)
    try:
        services.check_holds(found, session)
    except invitations.InvitationRevoked:
        return refused(request, "invitation_revoked", 410)
    except Conflict:
        return refused(request, "ended", 410, session)
    if request.method == "POST":
        return _accept(request, token, found)
    if _is_used_elsewhere(request, found):
        return refused(request, "invitation_used", 410)
    return _page(request, found)


def _page(request: HttpRequest, found: Invitation, problem: Problem | None = None) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    taken, is_taken = found.user, found.accepted_at is not None
    rights = of_role(found.session, Role(found.role))
    context: dict[str, Any] = {
        "invitation": found,
        "session": found.session,
        "room": found.session.room,
        "host_name": found.invited_by.username,
        "as_what": _AS_WHAT[Invitation.Role(found.role)](),
        "means": _means(rights),
        "next_step": _next(found.session, rights),
        "taken": taken if taken is not None and _opens(request, found) else None,
        "belongs_to_account": is_taken and taken is not None and not taken.is_guest and taken != user,
        "member": user if user is not None and not user.is_guest else None,
        "name": request.POST.get("name", found.name),
        "longest_name": invitations.LONGEST_NAME,
        "problem": problem,
    }
    return render(request, "pages/invitation.html", context, status=problem.status if problem else 200)


def _opens(request: HttpRequest, found: Invitation) -> bool:
    """Whether this browser belongs to the account that accepted the invitation; then no name is asked."""
    taken = found.user
    return taken is not None and taken in (request.user, guest_of_browser(request) if taken.is_guest else None)


def _is_used_elsewhere(request: HttpRequest, found: Invitation) -> bool:
    taken = found.user
    is_taken = found.accepted_at is not None and taken is not None and taken.is_guest
    return is_taken and not _opens(request, found)


def _accept(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    person = page_person(request)
    own = "own_account" in request.POST
    try:
        Limiter().check("register", client_network(request), settings.REGISTER_LIMIT, 60, TooManyFromNetwork)
        device = None if own else guest_from_cookie(request)
        name = None if own else request.POST.get("name", found.name)
        accepted = services.accept(token=token, actor=person, name=name, device_guest=device[0] if device else None)
    except invitations.InvitationUsed:
        return refused(request, "invitation_used", 410)
    except (Invalid, TooMany, Conflict, services.TakenByAccount) as problem:
        return _page(request, found, problem)
    answer = HttpResponseRedirect(reverse("studio", args=[found.session_id]))
    token_of_device = accepted.device_token
    if device is not None and device[0] == accepted.user:
        token_of_device = device[1]
    if request.user != accepted.user:
        sign_in_guest(request, None, accepted.user, token_of_device or "")
    if token_of_device:
        keep_device(answer, token_of_device)
    devices.remember(request, accepted.user, answer)
    return answer


_AS_WHAT = {
    Invitation.Role.CO_HOST: lambda: _("co-host"),
    Invitation.Role.MODERATOR: lambda: _("moderator"),
    Invitation.Role.SPEAKER: lambda: _("speaker"),
}


def _means(allowed: Capabilities) -> str:
    """What this person will do there, from their rights."""
    if allowed.leads:
        return _("You run the webinar together with the host: you can start it and end it.")
    if allowed.role == Role.SPEAKER:
        if allowed.may_use_camera:
            return _("You wait backstage and see your own camera until you are brought on stage.")
        return _("You wait backstage until you are brought on stage. This webinar has sound without cameras.")
    looks_after = [
        words
        for may, words in (
            (allowed.may_manage_chat, _("people, chat and questions")),
            (allowed.may_manage_stage, _("the stage")),
            (allowed.may_manage_polls, _("the polls")),
        )
        if may
    ]
    if not looks_after:
        return _("You follow the webinar together with the team.")
    return _("You look after: {what}.").format(what=", ".join(looks_after))


def _next(session: Session, allowed: Capabilities) -> str:
    """What comes after accepting."""
    if not sends(allowed, session):
        if allowed.leads:
            return _("Next you enter the studio. The picture comes from the host's encoder.")
        return _("Next you enter the studio, without camera and microphone. Nobody sees or hears you.")
    if allowed.may_use_camera:
        return _("Next you check your camera and microphone. Nobody sees or hears you there.")
    return _("Next you check your microphone. Nobody hears you there.")
