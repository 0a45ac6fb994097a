"""The outbox for staff: what waits to be told. It is empty but for moments."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from realtime.models import OutboxEvent


@admin.register(OutboxEvent)
class OutboxEventAdmin(admin.ModelAdmin):
    """Waiting events; removing one means that nobody hears of it."""

    list_display = ("id", "type", "topic", "at")
    list_filter = ("type", "at")
    search_fields = ("topic", "type")
    readonly_fields = ("topic", "type", "data", "at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
