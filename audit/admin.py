"""The audit log for staff: read-only for everybody."""

from django.contrib import admin

from audit.models import AuditEntry
from core.admin import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Filter by action, search by people and session."""

    list_display = ["at", "action", "actor", "subject", "session_id"]
    list_filter = ["action"]
    search_fields = ["session_id__exact", "actor__username", "actor__email", "subject__username", "subject__email"]
    list_select_related = ["actor", "subject"]
    date_hierarchy = "at"
