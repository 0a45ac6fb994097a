"""LiveKit's webhooks, for staff."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from live.models import MediaEvent


@admin.register(MediaEvent)
class MediaEventAdmin(ReadOnlyAdmin):
    """Events of the last days."""

    list_display = ("event_id", "event", "room", "received_at")
    list_filter = ("event", "received_at")
    search_fields = ("event_id", "room")
    date_hierarchy = "received_at"
