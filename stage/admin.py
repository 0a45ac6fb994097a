"""Requests to come on stage, for staff."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from stage.models import HandRaise, JoinRequest


@admin.register(HandRaise)
class HandRaiseAdmin(ReadOnlyAdmin):
    """Raised hands."""

    list_display = ("user", "session", "status", "created_at", "responded_at")
    list_filter = ("status", "created_at")
    search_fields = ("user__username", "session__title")


@admin.register(JoinRequest)
class JoinRequestAdmin(ReadOnlyAdmin):
    """Requests to join the stage."""

    list_display = ("user", "session", "status", "created_at", "responded_at")
    list_filter = ("status", "created_at")
    search_fields = ("user__username", "session__title")
