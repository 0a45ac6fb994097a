"""LiveKit's webhooks and who needs HLS, for staff."""

from django.contrib import admin

from base.admin import ReadOnlyAdmin
from live.models import HLSNeed, MediaEvent


@admin.register(MediaEvent)
class MediaEventAdmin(ReadOnlyAdmin):
    """Events of the last days."""

    list_display = ("event_id", "event", "room", "received_at")
    list_filter = ("event", "received_at")
    search_fields = ("event_id", "room")
    date_hierarchy = "received_at"


@admin.register(HLSNeed)
class HLSNeedAdmin(ReadOnlyAdmin):
    """Why HLS of open sessions runs."""

    list_display = ("session", "ensured_at", "needed_at")
    search_fields = ("session__id", "session__title")
    list_select_related = ("session",)
