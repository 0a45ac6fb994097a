"""Pages of rooms and presets. A room's own page lists its sessions and is therefore in `sessions`."""

import io
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views import host_page, page_person
from core.errors import Conflict, NotFound, Problem
from core.forms import add_problem
from rooms import flags, queries, services
from rooms.forms import PresetForm, RoomForm
from rooms.models import Preset, Room
from rooms.survey_forms import SurveyForm

_PAGE = 20


@host_page
@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    """The rooms that the host manages, newest first."""
    page = Paginator(queries.managed_rooms(page_person(request)), _PAGE).get_page(request.GET.get("page"))
    return render(request, "rooms/rooms.html", {"page": page, "names_libraries": _names_libraries(page)})


def _names_libraries(rows: Iterable[Room | Preset]) -> bool:
    """Whether a list says which libraries these are in: not where all are in the one that is chosen by itself."""
    return any(not row.library.is_default for row in rows) or len({row.library_id for row in rows}) > 1


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def room_edit(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Title, description, who can find it, when its replays are published, what its audience reads and is asked
    afterwards.
    """
    person = page_person(request)
    room = queries.find_managed_room(person, str(room_id))
    initial = {name: getattr(room, name) for name in RoomForm.base_fields}
    form = RoomForm(request.POST or None, initial=initial)
    survey = SurveyForm(request.POST or None, room=room)
    if request.method == "POST" and form.is_valid() & survey.is_valid():
        try:
            services.update_room(actor=person, room=room, **form.cleaned_data, survey=survey.survey())
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("The room was saved."))
            return redirect("room", room.pk)
    return render(request, "rooms/room_edit.html", {"form": form, "survey": survey, "room": room})


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def room_delete(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Ask for confirmation, listing what is deleted, then move the room to the bin with its sessions."""
    person = page_person(request)
    room = queries.find_managed_room(person, str(room_id))
    if request.method == "POST":
        try:
            services.delete_room(actor=person, room=room)
        except Conflict as problem:
            messages.error(request, str(problem.sentence))
            return redirect("room", room.pk)
        messages.success(request, _("“%(title)s” is in the bin.") % {"title": room.title})
        return redirect("dashboard")
    return render(request, "rooms/room_delete.html", {"room": room})


@require_safe
@cache_control(private=True, max_age=300)
def room_qr(request: HttpRequest, slug: str) -> HttpResponse:
    """The room's public address as a QR code (SVG); none while the product is reachable from this machine only."""
    room = queries.find_room_by_slug(page_person(request), slug)
    return qr_code(reverse("watch", args=[room.slug]))


def qr_code(path: str) -> HttpResponse:
    """A path under the public address as a QR code (SVG). Raises NotFound while there is none."""
    if not settings.PUBLIC_URL:
        raise NotFound(_("There is no QR code while links work on this machine only."))
    out = io.BytesIO()
    import segno  # only who hands out an address needs it

    code = segno.make(settings.BASE_URL + path, error="m", micro=False)
    code.save(out, kind="svg", border=2, scale=8, dark="#131a26", light="#ffffff")
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


@host_page
@require_safe
def presets(request: HttpRequest) -> HttpResponse:
    """The host's own presets and those of their organization."""
    person = page_person(request)
    found = queries.usable_presets(person).select_related("user")
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    rows = [(preset, list(flags.differences(preset))) for preset in page]
    context = {"page": page, "rows": rows, "names_libraries": _names_libraries(page)}
    return render(request, "rooms/presets.html", context)


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def preset_new(request: HttpRequest) -> HttpResponse:
    """Create a preset."""
    return _preset_editor(request, None)


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def preset(request: HttpRequest, preset_id: UUID) -> HttpResponse:
    """Change a preset of one's own."""
    return _preset_editor(request, queries.find_own_preset(page_person(request), str(preset_id)))


def _preset_editor(request: HttpRequest, preset: Preset | None) -> HttpResponse:
    libraries, usual = queries.libraries_to_choose(page_person(request)) if preset is None else ([], None)
    form = PresetForm(request.POST or None, request.FILES or None, preset=preset, libraries=libraries, usual=usual)
    if request.method == "POST" and form.is_valid():
        changes = form.changes()
        try:
            if preset is None:
                services.create_preset(actor=page_person(request), **{"type": Preset.Type.WHIP, **changes})
            else:
                services.update_preset(actor=page_person(request), preset=preset, **changes)
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("The preset was saved."))
            return redirect("presets")
    # Relative: the page may be open under another of our host names, whose policy would refuse the absolute address.
    logo = reverse("logo", args=[(preset.logo.name or "").removeprefix("logos/")]) if preset and preset.logo else None
    starts = {start.key: flags.values_of(start) for start in flags.STARTS}
    context = {"form": form, "preset": preset, "logo": logo, "starts": flags.STARTS, "config": {"starts": starts}}
    return render(request, "rooms/preset.html", context)


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def preset_delete(request: HttpRequest, preset_id: UUID) -> HttpResponse:
    """Ask for confirmation, then move the preset to the bin; not while a scheduled or live session uses it."""
    person = page_person(request)
    preset = queries.find_own_preset(person, str(preset_id))
    if request.method == "POST":
        try:
            services.delete_preset(actor=person, preset=preset)
        except Conflict as problem:
            messages.error(request, str(problem.sentence))
            return redirect("preset", preset.pk)
        messages.success(request, _("“%(name)s” is in the bin.") % {"name": preset.name})
        return redirect("presets")
    return render(request, "rooms/preset_delete.html", {"preset": preset})
