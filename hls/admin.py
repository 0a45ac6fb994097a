"""Demand for HLS, for staff."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from hls.models import HLSNeed


@admin.register(HLSNeed)
class HLSNeedAdmin(ReadOnlyAdmin):
    """Why HLS of open sessions runs."""

    list_display = ("session", "ensured_at", "needed_at")
    search_fields = ("session__id", "session__title")
    list_select_related = ("session",)
