"""Reads of the audit log."""

from uuid import UUID

from django.db.models import QuerySet

from audit.models import AuditEntry


def entries_of(session_id: UUID) -> QuerySet[AuditEntry]:
    """What the crew did in a session, the latest first; one query whatever their number."""
    return AuditEntry.objects.filter(session_id=session_id).select_related("actor", "subject")
