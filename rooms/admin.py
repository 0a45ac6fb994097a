"""Rooms and presets for staff. Deleting is hiding, as everywhere: rows stay until nothing refers to them."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rooms.models import PRESET_FLAGS, Preset, Room
from rooms.services import follow_room


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):
    """Rooms of all organizations."""

    list_display = ("title", "host", "library", "visibility", "access", "created_at", "deleted_at")
    list_filter = ("visibility", "access", ("deleted_at", admin.EmptyFieldListFilter), "library__organization")
    search_fields = ("id", "title", "slug", "host__email", "host__username")
    readonly_fields = ("id", "slug", "created_at", "updated_at")
    raw_id_fields = ("host", "library")
    list_select_related = ("host", "library")
    date_hierarchy = "created_at"

    def save_model(self, request: HttpRequest, obj: Room, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            follow_room(obj.pk)


@admin.register(Preset)
class PresetAdmin(admin.ModelAdmin):
    """Presets of all people."""

    list_display = ("name", "user", "library", "type", "is_default", "created_at", "deleted_at")
    list_filter = ("type", "is_default", ("deleted_at", admin.EmptyFieldListFilter), "library__organization")
    search_fields = ("id", "name", "user__email", "user__username")
    # A logo comes in through the API or the preset page, where it is re-encoded.
    readonly_fields = ("id", "logo", "created_at", "updated_at")
    raw_id_fields = ("user", "library")
    list_select_related = ("user", "library")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = (
        (None, {"fields": ("id", "name", "user", "library", "type", "is_default", "max_join_limit")}),
        (_("Look"), {"fields": ("primary_color", "logo", "logo_destination_url")}),
        (_("Permissions"), {"fields": PRESET_FLAGS}),
        (_("Times"), {"fields": ("created_at", "updated_at", "deleted_at")}),
    )
