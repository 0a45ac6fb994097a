"""The outbox for staff: what waits to be told. It is empty but for moments."""

from django.contrib import admin

from base.admin import ReadOnlyAdmin
from realtime.models import OutboxEvent


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    """Waiting events; removing one means that nobody hears of it."""

    list_display = ("id", "type", "topic", "at")
    list_filter = ("type", "at")
    search_fields = ("topic", "type")
    readonly_fields = ("topic", "type", "data", "at")
