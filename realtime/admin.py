"""The outbox for staff: events that wait for the broker. Usually empty."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from realtime.models import OutboxEvent


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    """Waiting events, and those that the broker refused too often; deleting one means that nobody receives it."""

    list_display = ("id", "type", "topic", "at", "attempts", "retry_at", "set_aside_at")
    list_filter = (("set_aside_at", admin.EmptyFieldListFilter), "type", "at")
    search_fields = ("topic", "type", "error")
    readonly_fields = ("topic", "type", "data", "at", "attempts", "retry_at", "error", "set_aside_at")
