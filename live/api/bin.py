"""The bin of rooms, sessions and presets: listing, restoring, deleting for good.

Included before the apps' own addresses, so that “bin” is not taken for an id.
"""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.views import PAGING, SuccessResponse, operation
from core.errors import NotFound
from live import shapes
from live.services import bin as everything
from rooms import bin as rooms_bin
from rooms import shapes as rooms
from rooms.api.views import page_reply
from rooms.models import Room
from sessions import bin as sessions_bin
from sessions import shapes as sessions
from sessions.models import Session


def _binned_sessions(rows: list[Session]) -> list[shapes.BinnedSession]:
    contents = everything.contents_of(rows)
    return [shapes.BinnedSession.of(row, contents[row.pk]) for row in rows]


def _binned_rooms(rows: list[Room]) -> list[shapes.BinnedRoom]:
    contents = everything.contents_of_rooms(rows)
    return [shapes.BinnedRoom.of(row, contents[row.pk]) for row in rows]


class SessionBinViewSet(ApiViewSet):
    """Sessions that were deleted on their own."""

    @operation("Sessions", reply=shapes.BinnedSessions, parameters=PAGING, operation_id="sessions_bin")
    def index(self, request: Request) -> Response:
        """List the sessions of your rooms that were deleted and can be brought back, the last deleted first."""
        rows = sessions_bin.my_bin(self.person)
        return page_reply(self, request, "sessions", rows, shapes.BinnedSessions, every=_binned_sessions, secret=True)

    @operation("Sessions", reply=sessions.Session, errors=[NotFound, sessions_bin.RoomInBin])
    def restore(self, request: Request, session_id: str) -> Response:
        """Restore a deleted session with everything that was deleted with it. For the host only."""
        session = sessions_bin.find_in_bin(self.person, session_id)
        back = sessions_bin.restore_session(actor=self.person, session=session)
        return self.reply(sessions.seen_by(self.person, back), secret=True)

    @operation("Sessions", errors=[NotFound])
    def purge(self, request: Request, session_id: str) -> Response:
        """Delete a session that is in the bin for good, with its files, now. It cannot be undone."""
        session = sessions_bin.find_in_bin(self.person, session_id)
        everything.delete_session_for_good(actor=self.person, session=session)
        return self.reply({"message": _("The session was deleted for good.")}, SuccessResponse)


class RoomBinViewSet(ApiViewSet):
    """Rooms."""

    @operation("Rooms", reply=shapes.BinnedRooms, parameters=PAGING, operation_id="rooms_bin")
    def index(self, request: Request) -> Response:
        """List the rooms that were deleted and that you can bring back, the last deleted first."""
        rows = rooms_bin.my_rooms_in_bin(self.person)
        return page_reply(self, request, "rooms", rows, shapes.BinnedRooms, every=_binned_rooms, secret=True)

    @operation("Rooms", reply=rooms.Room, errors=[NotFound])
    def restore(self, request: Request, room_id: str) -> Response:
        """Restore a deleted room with the sessions that were deleted with it. It keeps its address."""
        room = rooms_bin.find_room_in_bin(self.person, room_id)
        back = rooms_bin.restore_room(actor=self.person, room=room)
        return self.reply(rooms.Room.of(back, self.person))

    @operation("Rooms", errors=[NotFound])
    def purge(self, request: Request, room_id: str) -> Response:
        """Delete a room that is in the bin for good, with all its sessions and their files. It cannot be undone."""
        room = rooms_bin.find_room_in_bin(self.person, room_id)
        everything.delete_room_for_good(actor=self.person, room=room)
        return self.reply({"message": _("The room was deleted for good.")}, SuccessResponse)


class PresetBinViewSet(ApiViewSet):
    """Presets of one's own."""

    @operation("Presets", reply=shapes.BinnedPresets, parameters=PAGING, operation_id="presets_bin")
    def index(self, request: Request) -> Response:
        """List the presets of yours that were deleted and can be brought back, the last deleted first."""
        rows = rooms_bin.my_presets_in_bin(self.person)
        return page_reply(self, request, "presets", rows, shapes.BinnedPresets, each=shapes.BinnedPreset.of)

    @operation("Presets", reply=rooms.Preset, errors=[NotFound])
    def restore(self, request: Request, preset_id: str) -> Response:
        """Restore a deleted preset. It is your default again unless you have another one by now."""
        preset = rooms_bin.find_preset_in_bin(self.person, preset_id)
        return self.reply(rooms.Preset.of(rooms_bin.restore_preset(actor=self.person, preset=preset)))

    @operation("Presets", errors=[NotFound])
    def purge(self, request: Request, preset_id: str) -> Response:
        """Delete a preset that is in the bin for good. It cannot be undone."""
        preset = rooms_bin.find_preset_in_bin(self.person, preset_id)
        everything.delete_preset_for_good(actor=self.person, preset=preset)
        return self.reply({"message": _("The preset was deleted for good.")}, SuccessResponse)


urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/bin", SessionBinViewSet.as_view({"get": "index"})),
    path("sessions/<str:session_id>/restore", SessionBinViewSet.as_view({"post": "restore"})),
    path("sessions/<str:session_id>/delete_for_good", SessionBinViewSet.as_view({"post": "purge"})),
    path("rooms/bin", RoomBinViewSet.as_view({"get": "index"})),
    path("rooms/<str:room_id>/restore", RoomBinViewSet.as_view({"post": "restore"})),
    path("rooms/<str:room_id>/delete_for_good", RoomBinViewSet.as_view({"post": "purge"})),
    path("presets/bin", PresetBinViewSet.as_view({"get": "index"})),
    path("presets/<str:preset_id>/restore", PresetBinViewSet.as_view({"post": "restore"})),
    path("presets/<str:preset_id>/delete_for_good", PresetBinViewSet.as_view({"post": "purge"})),
]
