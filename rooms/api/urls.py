"""API operations of `rooms`."""

from django.urls import URLPattern, URLResolver, path

from rooms.api.views import PresetViewSet, RoomViewSet

urlpatterns: list[URLPattern | URLResolver] = [
    path("rooms", RoomViewSet.as_view({"get": "index", "post": "create"})),
    path("rooms/my", RoomViewSet.as_view({"get": "mine"})),
    path("rooms/<str:room_id>", RoomViewSet.as_view({"get": "retrieve", "patch": "update", "delete": "destroy"})),
    path("presets", PresetViewSet.as_view({"get": "index", "post": "create"})),
    path(
        "presets/<str:preset_id>",
        PresetViewSet.as_view({"get": "retrieve", "patch": "update", "delete": "destroy"}),
    ),
    path("presets/<str:preset_id>/default", PresetViewSet.as_view({"post": "make_default"})),
]
