"""What the audience of a webinar with a preset sees and may do, before the preset is saved."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.person import Person
from accounts.views import host_page
from core.colors import page_accents
from organizations.models import Library, Organization
from rooms import flags
from rooms.forms import PresetForm
from rooms.models import DEFAULT_COLOR, Preset, Room
from rooms.permissions import Memberships
from sessions.models import Session
from sessions.rights.capabilities import Capabilities, Viewpoint, capabilities
from sessions.rights.context import Place


@host_page
@require_POST
def preset_preview(request: HttpRequest) -> HttpResponse:
    """A part of a page: the audience's page with what the editor's form says now. Nothing is saved.

    What is not valid yet counts as by default.
    """
    form = PresetForm(request.POST)
    form.is_valid()
    values = {name: form.cleaned_data[name] for name in (*flags.FLAGS, flags.LIMIT) if name in form.cleaned_data}
    preset = Preset(**values)
    light, dark = page_accents(form.cleaned_data.get("primary_color") or DEFAULT_COLOR)
    context = {"preset": preset, "may": rights_of_the_audience(preset), "light": light, "dark": dark}
    return render(request, "rooms/preset_preview.html", context)


def rights_of_the_audience(preset: Preset) -> Capabilities:
    """What a guest may do in a live session with ``preset``, judged as in any session; nothing is read or saved."""
    library = Library(organization=Organization(is_active=True))
    session = Session(room=Room(library=library, host=User()), preset=preset, status=Session.Status.LIVE)
    guest = Person(user=User(is_guest=True))
    inside: dict[Any, Place] = {session.pk: Place(has_joined=True)}
    return capabilities(guest, session, Viewpoint(Memberships(guest, {}), inside))
