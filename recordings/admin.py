"""Recordings for staff."""

from django.contrib import admin

from base.admin import ReadOnlyAdmin
from recordings.models import Recording, ReplayChoice, TextTrack


@admin.register(Recording)
class RecordingAdmin(ReadOnlyAdmin):
    """What was recorded in all sessions."""

    list_display = ("name", "session", "status", "phase", "duration", "file_size", "created_at")
    list_filter = ("status", "phase", "storage_type", "created_at")
    search_fields = ("name", "session__id", "session__title")
    list_select_related = ("session",)
    date_hierarchy = "created_at"


@admin.register(ReplayChoice)
class ReplayChoiceAdmin(ReadOnlyAdmin):
    """Where hosts decided how the replay is published."""

    list_display = ("session", "publishing", "updated_at")
    list_filter = ("publishing",)
    search_fields = ("session__id", "session__title")
    list_select_related = ("session",)


@admin.register(TextTrack)
class TextTrackAdmin(ReadOnlyAdmin):
    """Captions of all recordings."""

    list_display = ("label", "language", "recording", "source", "is_default", "created_at")
    list_filter = ("source", "language")
    search_fields = ("label", "recording__id", "recording__name")
    list_select_related = ("recording",)
