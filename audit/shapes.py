"""What the audit log publishes, in replies."""

from typing import Any, Self
from uuid import UUID

from pydantic import Field

from audit import models
from core.published import Moment, Published


class AuditEntry(Published, name="AuditEntryResponse"):
    """One thing that somebody of the crew did, or that happened by itself: then ``actor_id`` is null.

    Names are null once the account is gone.
    """

    id: UUID
    at: Moment
    action: str
    sentence: str = Field(
        description="The action in words, in the caller's language: between actor and subject, or after the subject."
    )
    actor_id: UUID | None
    actor_username: str | None
    subject_id: UUID | None
    subject_username: str | None
    details: dict[str, Any]

    @classmethod
    def of(cls, entry: models.AuditEntry) -> Self:
        """``entry.actor`` and ``entry.subject`` should be loaded."""
        return cls(
            id=entry.pk,
            at=entry.at,
            action=entry.action,
            sentence=entry.sentence,
            actor_id=entry.actor_id,
            actor_username=entry.actor.username if entry.actor else None,
            subject_id=entry.subject_id,
            subject_username=entry.subject.username if entry.subject else None,
            details=entry.details,
        )


class AuditEntries(Published, name="AuditListResponse"):
    """One page of the log, the latest first."""

    entries: list[AuditEntry]
    total: int
    page: int
    limit: int
