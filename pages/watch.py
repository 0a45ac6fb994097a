"""The audience's page: name, lobby, webinar, end. A room has one address, and each session has one."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from accounts import devices
from accounts.models import User
from accounts.names import LONGEST, clean_name, is_same_name
from accounts.pages import guest_from_cookie, keep_device, sign_in_guest
from accounts.person import Person
from accounts.services import register_guest
from accounts.views import page_person
from chat.reactions import EMOJIS
from core.addresses import client_network
from core.errors import Invalid, NotFound, TooMany, TooManyFromNetwork
from core.limits import Limiter
from pages.failures import FAILURES, failure_texts
from pages.refusal import gone, refused, withdrawn
from pages.replay import has_replay, replay_page, session_to_show
from recordings.queries import sessions_with_replay
from rooms.logos import logo_url
from rooms.models import Room
from rooms.permissions import Memberships
from rooms.queries import find_room_by_slug
from sessions.models import Admission, Attendance, Session
from sessions.queries import complete_session, sessions_of_room, visible_sessions
from sessions.rights.capabilities import Capabilities, Role, capabilities
from surveys.queries import is_open

#: The rooms that this browser has joined, stored in Django's session.
_ENTERED = "entered_rooms"
_LISTED = 12


@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def watch(request: HttpRequest, slug: str) -> HttpResponse:
    """A room's permanent address: the live session, else the next, else the latest; the others are listed."""
    person = page_person(request)
    try:
        room = find_room_by_slug(person, slug)
    except NotFound:
        # In a private room, people with a role see only their session.
        own = visible_sessions(person).filter(room__slug=slug).first()
        return _page(request, own.room, own) if own else _no_room(request, slug)
    return _page(request, room, session_to_show(room))


def _no_room(request: HttpRequest, slug: str) -> HttpResponse:
    """A deleted or closed room says so to those who could see it; for all others it does not exist."""
    room = Room.objects.filter(slug=slug).select_related("library__organization").first()
    if room is not None and Memberships.of(page_person(request)).sees(room):
        if not room.library.organization.is_active:
            return refused(request, "withdrawn", 410)
        if room.deleted_at is not None:
            return refused(request, "room_removed", 410)
    return refused(request, "not_found", 404)


@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def watch_session(request: HttpRequest, slug: str, session_id: UUID) -> HttpResponse:
    """A session's own permanent address: also after it was cancelled, moved or ended."""
    person = page_person(request)
    session = (
        Session.objects.select_related("room__library__organization", "room__host", "preset")
        .filter(pk=session_id, room__slug=slug)
        .first()
    )
    if session is not None and session.is_withdrawn:
        return withdrawn(request, session)
    if session is None or not capabilities(person, session).may_see:
        return refused(request, "not_found", 404)
    if session.is_gone:
        return gone(request, session)
    try:
        complete = complete_session(session.pk)
    except NotFound:  # deleted between the two reads
        return gone(request, session)
    return _page(request, session.room, complete)


def _page(request: HttpRequest, room: Room, session: Session | None) -> HttpResponse:
    person = page_person(request)
    open_for_entry = session is not None and session.status in (Session.Status.SCHEDULED, Session.Status.LIVE)
    is_replay = has_replay(session)
    if session is not None and (open_for_entry or is_replay):
        allowed = capabilities(person, session)
        if allowed.is_banned:
            return refused(request, "removed", 403, session)
        if open_for_entry and session.is_door_closed and not allowed.may_join and not _was_here(request, session):
            return refused(request, "door_closed", 403, session)
    answer = _enter(request, room) if request.method == "POST" else None
    if answer is not None:
        return answer
    entered = person.is_known and str(room.pk) in request.session.get(_ENTERED, [])
    allowed_here = capabilities(person, session) if session is not None else None
    context: dict[str, Any] = {
        "room": room,
        "session": session,
        "may_enter_studio": allowed_here is not None and allowed_here.may_join_backstage,
        "has_team": allowed_here is not None and allowed_here.may_join_backstage,
        "is_host": allowed_here is not None and allowed_here.role == Role.HOST,
        "may_set": allowed_here is not None and (allowed_here.may_change_settings or allowed_here.may_manage_chat),
        "others": _others(room, session) if Memberships.of(person).sees(room) else [],
        "canonical": reverse("watch", args=[room.slug]),
        "logo": _logo(session),
        "theme_url": reverse("session_theme", args=[room.slug, session.pk])
        if session
        else reverse("theme", args=[room.slug]),
        "longest_name": LONGEST,
        "typed_name": request.POST.get("display_name", ""),
        "expired": FAILURES["expired"],
        "ended": FAILURES["ended"],
        "entered": entered and (open_for_entry or is_replay),
        "is_replay": is_replay,
        "survey": _survey(request, session, allowed_here),
    }
    if session is not None and is_replay and entered:
        return replay_page(request, session, context)
    if not (entered and open_for_entry and session):
        return render(request, "pages/watch_entrance.html", context)
    context |= {
        "config": _configuration(request, session),
        "failures": failure_texts(),
        "show_viewer_count": session.flag("viewer_count_visible"),
        "is_recorded": session.flag("recording_enabled"),
    }
    return render(request, "pages/watch.html", context)


def _survey(request: HttpRequest, session: Session | None, allowed: Capabilities | None) -> dict[str, str] | None:
    """What static/js/surveys/after_page.js needs; None unless this person can answer a survey here now."""
    if session is None or allowed is None or not allowed.may_answer_survey:
        return None
    if session.room.survey is None or not is_open(session):
        return None
    return {"api": f"/v1/webinar/sessions/{session.pk}", "csrfToken": get_token(request)}


def _was_here(request: HttpRequest, session: Session) -> bool:
    """Whether a member who joined earlier may use this browser, signed out now: they can sign in and come back."""
    device = None if page_person(request).is_known else devices.device_of(request)
    if device is None:
        return False
    theirs = {"session": session, "user__device_uses__device": device}
    return any(rows.objects.filter(**theirs).exists() for rows in (Attendance, Admission))


def _enter(request: HttpRequest, room: Room) -> HttpResponse | None:
    """Join: as the signed-in person (``continue``), as the guest of this browser, or as a new guest.

    None, with a message, if the name cannot be used: the page keeps what was typed.
    """
    back = HttpResponseRedirect(request.path)
    if "continue" in request.POST and page_person(request).is_known:
        return _entered(request, room, back)
    try:
        Limiter().check("register", client_network(request), settings.REGISTER_LIMIT, 60, TooManyFromNetwork)
        user, device_token = _guest(request)
    except (Invalid, TooMany) as problem:
        messages.error(request, str(problem.sentence))
        return None
    sign_in_guest(request, None, user, device_token)
    keep_device(back, device_token)
    return _entered(request, room, back)


def _guest(request: HttpRequest) -> tuple[Any, str]:
    """The guest of this browser if they give the same name again, otherwise a new one. Raises Invalid."""
    name = clean_name(request.POST.get("display_name", ""))
    known = guest_from_cookie(request)
    return known if known and is_same_name(name, known[0].username) else register_guest(display_name=name)


def _entered(request: HttpRequest, room: Room, back: HttpResponse) -> HttpResponse:
    assert isinstance(request.user, User)
    devices.remember(request, request.user, back)
    rooms = [known for known in request.session.get(_ENTERED, []) if known != str(room.pk)]
    request.session[_ENTERED] = [*rooms[-19:], str(room.pk)]
    return back


def _others(room: Room, session: Session | None) -> list[Session]:
    """Other sessions of the room: upcoming ones first, then past ones."""
    others = [other for other in sessions_of_room(room)[: _LISTED + 1] if session is None or other.pk != session.pk]
    if any(other.status == Session.Status.ENDED for other in others):
        again = set(sessions_with_replay(room).values_list("pk", flat=True))
        for other in others:
            other.has_replay = other.pk in again  # type: ignore[attr-defined]
    to_come = [other for other in others if other.status in (Session.Status.LIVE, Session.Status.SCHEDULED)]
    past = [other for other in others if other not in to_come]
    to_come.sort(key=lambda other: (not other.is_live, other.scheduled_start_time or other.created_at))
    return [*to_come, *past][:_LISTED]


def _logo(session: Session | None) -> dict[str, str] | None:
    """The host's logo and its link; None without a logo."""
    stored = session.flag("logo") if session else ""
    url = logo_url(str(stored or ""))
    return {"url": url, "destination": session.flag("logo_destination_url")} if url and session else None


def _configuration(request: HttpRequest, session: Session) -> dict[str, Any]:
    """The configuration of static/js/watch/watch.js."""
    api = f"/v1/webinar/sessions/{session.pk}"
    person: Person = page_person(request)
    return {
        "api": api,
        "ticketUrl": f"{api}/realtime/ticket",
        "replay": {"api": f"{api}/replay", "page": reverse("watch_session", args=[session.room.slug, session.pk])},
        "studioUrl": reverse("studio", args=[session.pk]),
        "csrfToken": get_token(request),
        "hlsLibrary": static("vendor/hls.light.min.js"),
        "zone": getattr(request.user, "time_zone", ""),
        "now": timezone.now().isoformat(),
        "me": str(person.user.pk) if person.user else None,
        "name": person.user.username if person.user else "",
        "session": {
            "id": str(session.pk),
            "status": session.status,
            "scheduled_start_time": session.scheduled_start_time and session.scheduled_start_time.isoformat(),
            "started_at": session.started_at and session.started_at.isoformat(),
        },
        "emojis": EMOJIS,
    }
