"""The bin of a host: what they deleted, restoring it, deleting it for good."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.person import Person
from accounts.views import host_page, page_person
from core.errors import Conflict, Sentence
from live.services import bin as everything
from recordings.keeping import bin as recordings_bin
from recordings.models import Recording
from rooms import bin as rooms_bin
from rooms.models import Preset, Room
from sessions import bin as sessions_bin
from sessions.models import Session

#: How many of the last deleted of each kind the page lists; the API lists all.
_LISTED = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the bin. ``lines``: what is restored, or deleted, with it. ``before``: what was in the bin before
    it, is not restored with it, but is deleted for good with it.
    """

    pk: UUID
    name: str
    deleted_at: datetime
    about: str = ""
    lines: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)

    @property
    def goes_at(self) -> datetime:
        """When it is deleted for good."""
        return sessions_bin.restorable_until(self.deleted_at)


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of things is listed, found, restored and deleted for good."""

    title: Sentence
    mine: Callable[[Person], QuerySet[Any]]
    find: Callable[[Person, object], Any]
    items: Callable[[Iterable[Any]], list[Item]]
    restore: Callable[[Person, Any], object]
    purge: Callable[[Person, Any], object]


@dataclass(frozen=True, slots=True)
class Group:
    """One kind on the page; ``more``: how many are not listed."""

    kind: str
    title: Sentence
    items: list[Item]
    more: int


@host_page
@never_cache
@require_safe
def bin_page(request: HttpRequest) -> HttpResponse:
    """Rooms, sessions, recordings and presets, the last deleted first."""
    person = page_person(request)
    groups = [_group(name, kind, person) for name, kind in KINDS.items()]
    context = {"groups": [group for group in groups if group.items], "days": settings.BIN_FOR.days}
    return render(request, "bin/bin.html", context)


@host_page
@require_POST
def bin_restore(request: HttpRequest, kind: str, item_id: UUID) -> HttpResponse:
    """Restore one thing, with everything that was deleted with it."""
    person, chosen = page_person(request), _kind(kind)
    found = chosen.find(person, item_id)
    [item] = chosen.items([found])
    try:
        chosen.restore(person, found)
    except Conflict as problem:
        messages.error(request, str(problem.sentence))
    else:
        messages.success(request, _("“%(name)s” was restored.") % {"name": item.name})
    return redirect("bin")


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def bin_purge(request: HttpRequest, kind: str, item_id: UUID) -> HttpResponse:
    """Ask for confirmation, listing what is deleted, then delete for good."""
    person, chosen = page_person(request), _kind(kind)
    found = chosen.find(person, item_id)
    [item] = chosen.items([found])
    if request.method == "POST":
        chosen.purge(person, found)
        messages.success(request, _("“%(name)s” was deleted for good.") % {"name": item.name})
        return redirect("bin")
    return render(request, "bin/purge.html", {"item": item, "lines": [*item.lines, *item.before]})


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _group(name: str, kind: Kind, person: Person) -> Group:
    mine = kind.mine(person)
    rows = list(mine[: _LISTED + 1])
    more = max(0, mine.order_by().count() - _LISTED) if len(rows) > _LISTED else 0
    return Group(name, kind.title, kind.items(rows[:_LISTED]), more)


def _rooms(rows: Iterable[Room]) -> list[Item]:
    rooms = list(rows)
    contents = everything.contents_of_rooms(rooms)
    found = []
    for room in rooms:
        mine = contents[room.pk]
        before = mine.binned_sessions
        text = ngettext(
            "%(n)s session that is in the bin already", "%(n)s sessions that are in the bin already", before
        )
        also = [text % {"n": before}] if before else []
        found.append(Item(room.pk, room.title, _when(room), lines=mine.sentences, before=also))
    return found


def _sessions(rows: Iterable[Session]) -> list[Item]:
    sessions = list(rows)
    contents = everything.contents_of(sessions)
    found = []
    for session in sessions:
        mine = contents[session.pk]
        before = mine.binned_recordings
        text = ngettext(
            "%(n)s recording that is in the bin already", "%(n)s recordings that are in the bin already", before
        )
        also = [text % {"n": before}] if before else []
        found.append(Item(session.pk, session.title, _when(session), session.room.title, mine.sentences, also))
    return found


def _recordings(rows: Iterable[Recording]) -> list[Item]:
    return [
        Item(row.pk, row.name, _when(row), row.session.title, [filesizeformat(row.file_size)] if row.file_size else [])
        for row in rows
    ]


def _presets(rows: Iterable[Preset]) -> list[Item]:
    return [Item(row.pk, row.name, _when(row)) for row in rows]


def _when(row: Room | Session | Recording | Preset) -> datetime:
    assert row.deleted_at is not None  # it is in the bin
    return row.deleted_at


KINDS = {
    "rooms": Kind(
        gettext_lazy("Rooms"),
        rooms_bin.my_rooms_in_bin,
        rooms_bin.find_room_in_bin,
        _rooms,
        lambda person, room: rooms_bin.restore_room(actor=person, room=room),
        lambda person, room: everything.delete_room_for_good(actor=person, room=room),
    ),
    "sessions": Kind(
        gettext_lazy("Sessions"),
        sessions_bin.my_bin,
        sessions_bin.find_in_bin,
        _sessions,
        lambda person, session: sessions_bin.restore_session(actor=person, session=session),
        lambda person, session: everything.delete_session_for_good(actor=person, session=session),
    ),
    "recordings": Kind(
        gettext_lazy("Recordings"),
        recordings_bin.managed_bin,
        recordings_bin.find_in_bin,
        _recordings,
        lambda person, recording: recordings_bin.restore(actor=person, recording=recording),
        lambda person, recording: recordings_bin.delete_mine_for_good(actor=person, recording=recording),
    ),
    "presets": Kind(
        gettext_lazy("Presets"),
        rooms_bin.my_presets_in_bin,
        rooms_bin.find_preset_in_bin,
        _presets,
        lambda person, preset: rooms_bin.restore_preset(actor=person, preset=preset),
        lambda person, preset: everything.delete_preset_for_good(actor=person, preset=preset),
    ),
}
