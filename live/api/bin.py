"""The bin of rooms, sessions and presets: what is in it, bringing it back, deleting it for good.

Included before the apps' own addresses: “bin” is no id.
"""

from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.fields import Moment
from core.api.views import PAGING, SuccessResponse, operation, page_of
from core.errors import NotFound
from live.services import bin as everything
from rooms import bin as rooms_bin
from rooms.api.serializers import PresetResponse, RoomResponse
from rooms.api.views import page_reply
from sessions import bin as sessions_bin
from sessions.api.serializers import SessionResponse
from sessions.bin import restorable_until
from sessions.models import Session


class ContentsResponse(serializers.Serializer[everything.Contents]):
    """What belongs to a session, or to all sessions that went with a room."""

    recordings = serializers.IntegerField(help_text="Those that went with it.")
    bytes = serializers.IntegerField(help_text="Of their files.")
    people = serializers.IntegerField(help_text="In the report.")
    messages = serializers.IntegerField()
    polls = serializers.IntegerField()
    questions = serializers.IntegerField()
    captions = serializers.IntegerField(help_text="Lines.")


class _Binned(serializers.Serializer[Any]):
    """What everything in the bin has."""

    id = serializers.UUIDField()
    deleted_at = Moment()
    restorable_until = serializers.SerializerMethodField(help_text="Then it goes for good.")

    @extend_schema_field(Moment())
    def get_restorable_until(self, row: Any) -> str:
        return str(Moment().to_representation(restorable_until(row.deleted_at)))


class BinnedSessionResponse(_Binned):
    """A session in the bin, with all that belongs to it."""

    room_id = serializers.UUIDField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=Session.Status.choices)
    scheduled_start_time = Moment(allow_null=True)
    started_at = Moment(allow_null=True)
    ended_at = Moment(allow_null=True)
    contents = ContentsResponse()


class BinnedRoomResponse(_Binned):
    """A room in the bin, with the sessions that went with it."""

    title = serializers.CharField()
    slug = serializers.CharField()
    sessions = serializers.IntegerField(source="session_count")
    contents = ContentsResponse()


class BinnedPresetResponse(_Binned):
    """A preset in the bin."""

    name = serializers.CharField()


class _Page(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    limit = serializers.IntegerField()


class BinnedSessionListResponse(_Page):
    """One page of them, the last deleted first."""

    sessions = BinnedSessionResponse(many=True)


class BinnedRoomListResponse(_Page):
    """One page of them, the last deleted first."""

    rooms = BinnedRoomResponse(many=True)


class BinnedPresetListResponse(_Page):
    """One page of them, the last deleted first."""

    presets = BinnedPresetResponse(many=True)


def _page_of(request: Request, rows: QuerySet[Any]) -> tuple[list[Any], dict[str, int]]:
    page, limit = page_of(request)
    start = (page - 1) * limit
    return list(rows[start : start + limit]), {"total": rows.order_by().count(), "page": page, "limit": limit}


class SessionBinViewSet(ApiViewSet):
    """Sessions that were deleted by themselves."""

    @operation("Sessions", reply=BinnedSessionListResponse, parameters=PAGING, operation_id="sessions_bin")
    def index(self, request: Request) -> Response:
        """List the sessions of your rooms that were deleted and can be brought back, the last deleted first."""
        rows, found = _page_of(request, sessions_bin.my_bin(self.person))
        contents = everything.contents_of(rows)
        for row in rows:
            row.contents = contents[row.pk]
        return self.reply({"sessions": rows, **found}, BinnedSessionListResponse, secret=True)

    @operation("Sessions", reply=SessionResponse, errors=[NotFound, sessions_bin.RoomInBin])
    def restore(self, request: Request, session_id: str) -> Response:
        """Bring a deleted session back, with all that went with it. For the host alone."""
        session = sessions_bin.find_in_bin(self.person, session_id)
        back = sessions_bin.restore_session(actor=self.person, session=session)
        return self.reply(back, SessionResponse, secret=True)

    @operation("Sessions", errors=[NotFound])
    def purge(self, request: Request, session_id: str) -> Response:
        """Delete a session that is in the bin for good, with its files, now. It cannot be undone."""
        session = sessions_bin.find_in_bin(self.person, session_id)
        everything.delete_session_for_good(actor=self.person, session=session)
        return self.reply({"message": _("The session was deleted for good.")}, SuccessResponse)


class RoomBinViewSet(ApiViewSet):
    """Rooms."""

    @operation("Rooms", reply=BinnedRoomListResponse, parameters=PAGING, operation_id="rooms_bin")
    def index(self, request: Request) -> Response:
        """List the rooms that were deleted and that you can bring back, the last deleted first."""
        rows, found = _page_of(request, rooms_bin.my_rooms_in_bin(self.person))
        contents = everything.contents_of_rooms(rows)
        for row in rows:
            row.session_count, row.contents = contents[row.pk].sessions, contents[row.pk].contents
        return self.reply({"rooms": rows, **found}, BinnedRoomListResponse, secret=True)

    @operation("Rooms", reply=RoomResponse, errors=[NotFound])
    def restore(self, request: Request, room_id: str) -> Response:
        """Bring a deleted room back, with the sessions that went with it. Its address is the same."""
        room = rooms_bin.find_room_in_bin(self.person, room_id)
        return self.reply(rooms_bin.restore_room(actor=self.person, room=room), RoomResponse)

    @operation("Rooms", errors=[NotFound])
    def purge(self, request: Request, room_id: str) -> Response:
        """Delete a room that is in the bin for good, with all its sessions and their files. It cannot be undone."""
        room = rooms_bin.find_room_in_bin(self.person, room_id)
        everything.delete_room_for_good(actor=self.person, room=room)
        return self.reply({"message": _("The room was deleted for good.")}, SuccessResponse)


class PresetBinViewSet(ApiViewSet):
    """Presets of one's own."""

    @operation("Presets", reply=BinnedPresetListResponse, parameters=PAGING, operation_id="presets_bin")
    def index(self, request: Request) -> Response:
        """List the presets of yours that were deleted and can be brought back, the last deleted first."""
        return page_reply(self, request, "presets", rooms_bin.my_presets_in_bin(self.person), BinnedPresetListResponse)

    @operation("Presets", reply=PresetResponse, errors=[NotFound])
    def restore(self, request: Request, preset_id: str) -> Response:
        """Bring a deleted preset back. It is your default again unless another one has become it."""
        preset = rooms_bin.find_preset_in_bin(self.person, preset_id)
        return self.reply(rooms_bin.restore_preset(actor=self.person, preset=preset), PresetResponse)

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
