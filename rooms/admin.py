"""Rooms and presets for staff. Deleting moves them to the bin, as everywhere."""

from typing import Any, cast

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.admin import KeptAdmin
from rooms import bin as rooms_bin
from rooms.models import PRESET_FLAGS, Preset, Room
from rooms.services import follow_room


@admin.register(Room)
class RoomAdmin(KeptAdmin):
    """Rooms of all organizations."""

    actions = ("move_to_bin", "restore")

    list_display = ("title", "host", "library", "visibility", "access", "created_at", "deleted_at")
    list_filter = ("visibility", "access", ("deleted_at", admin.EmptyFieldListFilter), "library__organization")
    search_fields = ("id", "title", "slug", "host__email", "host__username")
    readonly_fields = ("id", "slug", "created_at", "updated_at", "deleted_at", "purged_at")
    raw_id_fields = ("host", "library")
    list_select_related = ("host", "library")
    date_hierarchy = "created_at"

    def save_model(self, request: HttpRequest, obj: Room, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            follow_room(obj.pk)

    @admin.action(description=_("Move to the bin, with all sessions"), permissions=["operate"])
    def move_to_bin(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        self.each(request, queryset, lambda room: rooms_bin.delete_room_for_staff(room, by=_staff(request)))

    @admin.action(description=_("Restore from the bin"), permissions=["operate"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        self.each(request, queryset, lambda room: rooms_bin.restore_room_for_staff(room, by=_staff(request)))


@admin.register(Preset)
class PresetAdmin(KeptAdmin):
    """Presets of all people."""

    actions = ("move_to_bin", "restore")

    list_display = ("name", "user", "library", "type", "is_default", "created_at", "deleted_at")
    list_filter = ("type", "is_default", ("deleted_at", admin.EmptyFieldListFilter), "library__organization")
    search_fields = ("id", "name", "user__email", "user__username")
    # Logos are uploaded through the API or the preset page, where they are re-encoded.
    readonly_fields = ("id", "logo", "created_at", "updated_at", "deleted_at")
    raw_id_fields = ("user", "library")
    list_select_related = ("user", "library")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = (
        (None, {"fields": ("id", "name", "user", "library", "type", "is_default", "max_join_limit")}),
        (_("Look"), {"fields": ("primary_color", "logo", "logo_destination_url")}),
        (_("Permissions"), {"fields": PRESET_FLAGS}),
        (_("Times"), {"fields": ("created_at", "updated_at", "deleted_at")}),
    )

    @admin.action(description=_("Move to the bin"), permissions=["operate"])
    def move_to_bin(self, request: HttpRequest, queryset: QuerySet[Preset]) -> None:
        self.each(request, queryset, lambda preset: rooms_bin.delete_preset_for_staff(preset, by=_staff(request)))

    @admin.action(description=_("Restore from the bin"), permissions=["operate"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Preset]) -> None:
        self.each(request, queryset, lambda preset: rooms_bin.restore_preset_for_staff(preset, by=_staff(request)))


def _staff(request: HttpRequest) -> User:
    return cast("User", request.user)
