"""Captures and ingests for staff: read, never written."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from media.models import Capture, Ingest


@admin.register(Capture)
class CaptureAdmin(ReadOnlyAdmin):
    """Captures, and what became of them."""

    list_display = ("room", "state", "wanted", "restarts", "started_at", "ended_at", "error")
    list_filter = ("state", "wanted", "created_at")
    search_fields = ("id", "room")
    date_hierarchy = "created_at"


@admin.register(Ingest)
class IngestAdmin(ReadOnlyAdmin):
    """Ingests of encoders."""

    list_display = ("room", "state", "publishing_since", "reason", "changed_at")
    list_filter = ("state", "created_at")
    search_fields = ("id", "room")
