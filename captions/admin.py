"""Captions for staff: read, never written."""

from django.contrib import admin

from captions.models import CaptionLine
from core.admin import ReadOnlyAdmin


@admin.register(CaptionLine)
class CaptionLineAdmin(ReadOnlyAdmin):
    """The caption lines of all sessions."""

    list_display = ("text", "language", "session", "written_by", "at")
    list_filter = ("language", "at")
    search_fields = ("text", "session__id", "session__title")
    list_select_related = ("session", "written_by")
    date_hierarchy = "at"
