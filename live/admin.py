"""LiveKit's webhooks for staff, as they were taken in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from live.models import MediaEvent


@admin.register(MediaEvent)
class MediaEventAdmin(admin.ModelAdmin):
    """Events of the last days."""

    list_display = ("event_id", "event", "room", "received_at")
    list_filter = ("event", "received_at")
    search_fields = ("event_id", "room")
    date_hierarchy = "received_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
