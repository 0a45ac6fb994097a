"""Pages of a room with its sessions, and of one session; colours of the audience's pages."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.views import host_page, page_person
from audit.queries import entries_of
from core.colors import page_accents
from core.errors import Conflict, NotFound, Problem
from core.forms import add_problem
from organizations.queries import MANAGERS
from rooms.permissions import Memberships
from rooms.queries import default_preset, find_managed_room, find_room_by_slug, managed_rooms, usable_presets
from rooms.views import qr_code
from sessions import hosting, lists, queries, services
from sessions.forms import MoveForm, RescheduleForm, SearchForm, SessionForm
from sessions.people.roles import roles_of
from sessions.settings_rows import settings_rows
from sessions.stream_keys import encoder_card

_PAGE = 20
#: How many of the latest audit entries the page shows; the API lists all.
_LOG = 30


@host_page
@never_cache
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """All sessions that the host manages: search, filters, order."""
    person = page_person(request)
    form = SearchForm(request.GET, rooms=managed_rooms(person).order_by("title"))
    pages = Paginator(lists.matching(queries.managed_sessions(person), **form.filters()), _PAGE)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {"form": form, "page": pages.get_page(request.GET.get("page")), "kept": kept.urlencode()}
    return render(request, "sessions/sessions.html", context)


@host_page
@require_safe
def room(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """A room: its address to share, and its sessions, newest first."""
    room = find_managed_room(page_person(request), str(room_id))
    pages = Paginator(queries.sessions_of_room(room), _PAGE)
    context = {"room": room, "page": pages.get_page(request.GET.get("page"))}
    return render(request, "sessions/room.html", context)


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def room_move(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Make a colleague the room's host; says first what that means for whom."""
    person = page_person(request)
    room = find_managed_room(person, str(room_id))
    hosts = hosting.possible_hosts(room)
    form = MoveForm(request.POST or None, hosts=hosts)
    if request.method == "POST" and form.is_valid():
        host = form.cleaned_data["user_id"]
        try:
            hosting.move_room(actor=person, room=room, user_id=host.pk)
        except Problem as problem:
            add_problem(form, problem)
        else:
            words = {"title": room.title, "name": host.username}
            messages.success(
                request, _("%(name)s is now the host of “%(title)s”. Both hosts are told by mail.") % words
            )
            return redirect("rooms")
    keeps = Memberships.of(person).roles.get(room.library.organization_id) in MANAGERS
    context = {"form": form, "room": room, "is_mine": room.host == person.user, "keeps": keeps, "any": hosts.exists()}
    return render(request, "sessions/room_move.html", context)


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Schedule another session in the room, under the same address."""
    person = page_person(request)
    room = find_managed_room(person, str(room_id))
    assert isinstance(request.user, User)
    initial = {"title": room.title, "preset_id": default_preset(request.user, room.library)}
    form = SessionForm(request.POST or None, presets=usable_presets(person), room=room, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            created = services.create_session(actor=person, room=room, **form.values())
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("The session was scheduled."))
            return redirect("session", created.session.pk)
    return render(request, "sessions/session_new.html", {"form": form, "room": room})


@host_page
@require_safe
def session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The page of one session: its status, its address, and the link to the studio."""
    session = queries.find_managed_session(page_person(request), str(session_id))
    follow = {"ticketUrl": f"/v1/webinar/sessions/{session.pk}/realtime/ticket", "csrfToken": get_token(request)}
    context = {
        "session": session,
        "room": session.room,
        "follow": follow,
        "roles": roles_of(session),
        "encoder": encoder_card(session),
        "settings_rows": list(settings_rows(session)),
        "audit": entries_of(session.pk)[:_LOG],
    }
    return render(request, "sessions/session.html", context)


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def session_reschedule(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Move it to another time; everyone with the page open is told."""
    person = page_person(request)
    session = queries.find_managed_session(person, str(session_id))
    later = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    initial = session.scheduled_start_time
    if initial is None or initial < timezone.now():
        initial = later
    form = RescheduleForm(request.POST or None, initial={"scheduled_start_time": initial})
    if request.method == "POST" and form.is_valid():
        moment = form.cleaned_data["scheduled_start_time"]
        try:
            services.reschedule(actor=person, session=session, scheduled_start_time=moment)
        except Problem as problem:
            add_problem(form, problem)
        else:
            saved = _("The new time was saved. People with the page open see it at once.")
            undated = _("The session has no date now. People with the page open see it at once.")
            messages.success(request, saved if moment else undated)
            return redirect("session", session.pk)
    return render(request, "sessions/session_reschedule.html", {"form": form, "session": session, "room": session.room})


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def session_delete(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Ask for confirmation, listing what is deleted, then move the session to the bin."""
    person = page_person(request)
    session = queries.find_managed_session(person, str(session_id))
    if request.method == "POST":
        try:
            services.delete_session(actor=person, session=session)
        except Conflict as problem:
            messages.error(request, str(problem.sentence))
            return redirect("session", session.pk)
        messages.success(request, _("“%(title)s” is in the bin.") % {"title": session.title})
        return redirect("room", session.room_id)
    return render(request, "sessions/session_delete.html", {"session": session, "room": session.room})


@require_safe
@cache_control(private=True, max_age=300)
def session_qr(request: HttpRequest, slug: str, session_id: UUID) -> HttpResponse:
    """The session's own public address as a QR code (SVG)."""
    session = queries.visible_sessions(page_person(request)).filter(pk=session_id, room__slug=slug).first()
    if session is None:
        raise NotFound
    return qr_code(reverse("watch_session", args=[slug, session.pk]))


@gzip_page
@require_safe
@cache_control(private=True, max_age=30)
def theme(request: HttpRequest, slug: str, session_id: UUID | None = None) -> HttpResponse:
    """The colours of the audience's pages as a stylesheet: the preset's own, made readable in both themes.

    Of the named session, otherwise of the one that the room's address shows now. It overrides tokens.css.
    """
    person = page_person(request)
    if session_id is None:
        session = queries.session_of_room_now(find_room_by_slug(person, slug))
    else:
        session = queries.visible_sessions(person).filter(pk=session_id, room__slug=slug).first()
    if session is None:
        raise NotFound
    light, dark = page_accents(session.flag("primary_color"))
    context = {"light": light, "dark": dark}
    return render(request, "sessions/theme.css", context, content_type="text/css; charset=utf-8")
