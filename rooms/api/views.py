"""Operations on rooms and presets."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.views import PAGING, SuccessResponse, operation, page_of
from core.errors import LimitReached, NotAllowed, NotFound, TooMany
from core.published import Published
from core.totals import total_of
from rooms import queries, services, shapes
from rooms.api.serializers import (
    CreatePresetRequest,
    CreateRoomRequest,
    UpdatePresetRequest,
    UpdateRoomRequest,
)
from rooms.models import Room
from rooms.permissions import Memberships, may_create_rooms, may_manage_room, may_use_presets


def page_reply(
    view: ApiViewSet,
    request: Request,
    key: str,
    rows: Any,
    reply: type[Published],
    *,
    each: Callable[[Any], Published] | None = None,
    every: Callable[[list[Any]], Sequence[Published]] | None = None,
    secret: bool = False,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """One page of ``rows`` as ``{<key>, total, page, limit}``; empty past the end. ``secret`` as in ``reply``.
    ``more`` is what else the list says.

    ``reply`` is a published list, whose objects ``each`` fills from a row, or ``every`` from all of them at once.
    """
    page, limit = page_of(request)
    start = (page - 1) * limit
    shown = list(rows[start : start + limit])
    if every is None:
        assert each is not None
        objects: Sequence[Published] = [each(row) for row in shown]
    else:
        objects = every(shown)
    total = total_of(rows.order_by().count, start=start, limit=limit, shown=len(shown))
    found: dict[str, Any] = {key: objects, "total": total, "page": page, "limit": limit, **(more or {})}
    return view.reply(reply(**found), secret=secret)


class RoomViewSet(ApiViewSet):
    """Rooms."""

    @operation("Rooms", reply=shapes.Rooms, public=True, parameters=PAGING, operation_id="rooms_list")
    def index(self, request: Request) -> Response:
        """List public rooms of all organizations, newest first."""
        return page_reply(self, request, "rooms", queries.public_rooms(), shapes.Rooms, each=self._shown)

    @operation("Rooms", reply=shapes.Rooms, parameters=PAGING)
    def mine(self, request: Request) -> Response:
        """List the rooms that you host, newest first."""
        return page_reply(self, request, "rooms", queries.my_rooms(self.person), shapes.Rooms, each=self._shown)

    @operation(
        "Rooms",
        request=CreateRoomRequest,
        reply=shapes.CreatedRoom,
        status=201,
        errors=[NotAllowed, LimitReached],
        idempotent=lambda view, **_address: view.check_may_create(),
    )
    def create(self, request: Request) -> Response:
        """Create a room. Needs the role host; with an API key, for the person it acts for."""
        self.check_may_create()
        fields = self.parse(CreateRoomRequest)
        room = services.create_room(actor=self.person, **fields)
        return self.reply(shapes.CreatedRoom(room=self._shown(room)), status=201)

    def check_may_create(self) -> None:
        """Raises NotAllowed."""
        if not may_create_rooms(self.person):
            raise NotAllowed(_("Only accounts with the role host can create rooms."))

    @operation("Rooms", reply=shapes.Room, errors=[NotFound], public=True)
    def retrieve(self, request: Request, room_id: str) -> Response:
        """Get a room. Private rooms answer members and their host only."""
        return self.reply(self._shown(queries.find_room(self.person, room_id)))

    @operation("Rooms", request=UpdateRoomRequest, reply=shapes.Room, errors=[NotFound, NotAllowed])
    def update(self, request: Request, room_id: str) -> Response:
        """Change a room. Its host, or an owner or admin of its organization."""
        room = self._managed(room_id)
        changes = self.parse(UpdateRoomRequest)
        return self.reply(self._shown(services.update_room(actor=self.person, room=room, **changes)))

    @operation("Rooms", errors=[NotFound, NotAllowed, services.RoomIsLive])
    def destroy(self, request: Request, room_id: str) -> Response:
        """Move a room to the bin, with its sessions and all that belongs to them. Not while one of them is live."""
        services.delete_room(actor=self.person, room=self._managed(room_id))
        return self.reply({"message": _("The room was deleted.")}, SuccessResponse)

    def _shown(self, room: Room) -> shapes.Room:
        return shapes.Room.of(room, self.person)

    def _managed(self, room_id: str) -> Room:
        """The room, for a change: 404 before 403."""
        room = queries.find_room(self.person, room_id)
        if not may_manage_room(Memberships.of(self.person), room):
            raise NotAllowed
        return room


class PresetViewSet(ApiViewSet):
    """Presets; a body may carry a logo as a data: URL."""

    body_limit = settings.PRESET_BODY_LIMIT

    @operation("Presets", reply=shapes.Presets, parameters=PAGING, operation_id="presets_list")
    def index(self, request: Request) -> Response:
        """List your presets, newest first."""
        rows = queries.my_presets(self.person)
        return page_reply(self, request, "presets", rows, shapes.Presets, each=shapes.Preset.of)

    @operation(
        "Presets",
        request=CreatePresetRequest,
        reply=shapes.Preset,
        status=201,
        errors=[NotAllowed, LimitReached, TooMany],
        idempotent=lambda view, **_address: view.check_may_create(),
    )
    def create(self, request: Request) -> Response:
        """Create a preset."""
        self.check_may_create()
        fields = self.parse(CreatePresetRequest)
        return self.reply(shapes.Preset.of(services.create_preset(actor=self.person, **fields)), status=201)

    def check_may_create(self) -> None:
        """Raises NotAllowed."""
        if not may_use_presets(self.person):
            raise NotAllowed(_("Sign in with your account to make presets."))

    @operation("Presets", reply=shapes.Preset, errors=[NotFound])
    def retrieve(self, request: Request, preset_id: str) -> Response:
        """Get a preset of yours or of your library."""
        return self.reply(shapes.Preset.of(queries.find_preset(self.person, preset_id)))

    @operation("Presets", request=UpdatePresetRequest, reply=shapes.Preset, errors=[NotFound, TooMany])
    def update(self, request: Request, preset_id: str) -> Response:
        """Change a preset of yours. Sessions that went live keep their copy."""
        preset = queries.find_own_preset(self.person, preset_id)
        changes = self.parse(UpdatePresetRequest)
        changed = services.update_preset(actor=self.person, preset=preset, **changes)
        return self.reply(shapes.Preset.of(changed))

    @operation("Presets", errors=[NotFound, services.PresetInUse])
    def destroy(self, request: Request, preset_id: str) -> Response:
        """Move a preset of yours to the bin. Not while a scheduled or live session uses it."""
        services.delete_preset(actor=self.person, preset=queries.find_own_preset(self.person, preset_id))
        return self.reply({"message": _("The preset was deleted.")}, SuccessResponse)

    @operation("Presets", reply=shapes.Preset, errors=[NotFound])
    def make_default(self, request: Request, preset_id: str) -> Response:
        """Make a preset the default of your new webinars."""
        preset = queries.find_own_preset(self.person, preset_id)
        return self.reply(shapes.Preset.of(services.set_default_preset(actor=self.person, preset=preset)))
