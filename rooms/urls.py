"""Pages of `rooms`."""

from django.urls import path

from rooms import views

urlpatterns = [
    path("rooms", views.rooms, name="rooms"),
    path("rooms/<uuid:room_id>/edit", views.room_edit, name="room_edit"),
    path("rooms/<uuid:room_id>/delete", views.room_delete, name="room_delete"),
    path("w/<slug:slug>/qr.svg", views.room_qr, name="room_qr"),
    path("presets", views.presets, name="presets"),
    path("presets/new", views.preset_new, name="preset_new"),
    path("presets/<uuid:preset_id>", views.preset, name="preset"),
    path("presets/<uuid:preset_id>/delete", views.preset_delete, name="preset_delete"),
]
