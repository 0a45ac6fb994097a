"""Writing the audit log."""

from typing import Any
from uuid import UUID

from audit.models import AuditEntry


def record(
    action: str, *, actor: UUID | None, session: UUID | None = None, subject: UUID | None = None, **details: Any
) -> AuditEntry:
    """Record that ``actor`` did ``action``, in the transaction of the action itself.

    ``actor`` and ``subject`` are users; ``details`` are JSON values that the other columns do not hold.
    """
    return AuditEntry.objects.create(
        actor_id=actor, action=action, session_id=session, subject_id=subject, details=details
    )
