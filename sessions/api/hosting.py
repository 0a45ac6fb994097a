"""The operation that moves a room to another host."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.views import operation
from core.errors import LimitReached, NotAllowed, NotFound
from rooms.permissions import Memberships, may_manage_room
from rooms.queries import find_room
from rooms.shapes import Room
from sessions import hosting
from sessions.api.serializers import MoveRoomRequest


class RoomHostViewSet(ApiViewSet):
    """The host of a room."""

    @operation(
        "Rooms",
        request=MoveRoomRequest,
        reply=Room,
        errors=[NotFound, NotAllowed, hosting.RoomIsOpen, LimitReached],
        operation_id="rooms_move",
    )
    def move(self, request: Request, room_id: str) -> Response:
        """Make another host of the organization the host of a room, with all of its sessions and recordings.

        By its host, or an owner or admin of its organization; not while a session is live or in rehearsal. Sessions to
        come get new stream keys, and both hosts are told by mail.
        """
        room = find_room(self.person, room_id)
        if not may_manage_room(Memberships.of(self.person), room):
            raise NotAllowed
        user_id = self.parse(MoveRoomRequest)["user_id"]
        moved = hosting.move_room(actor=self.person, room=room, user_id=user_id)
        return self.reply(Room.of(moved, self.person))


urlpatterns: list[URLPattern | URLResolver] = [
    path("rooms/<str:room_id>/host", RoomHostViewSet.as_view({"post": "move"})),
]
