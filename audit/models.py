"""Who did what, when, to whom."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from audit.actions import in_words
from core.ids import uuid7


class Unchangeable(TypeError):
    """Something tried to change the audit log."""

    def __init__(self) -> None:
        super().__init__("The audit log is only added to.")


class AuditEntries(models.QuerySet["AuditEntry"]):
    """Allows reading and inserting only."""

    def update(self, **_fields: Any) -> int:
        raise Unchangeable

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Unchangeable


class AuditEntry(models.Model):
    """One action of the crew or the staff. ``action`` is dotted, such as ``chat.message_deleted``.

    ``details`` never holds the text of a direct message, a token or a key. An entry is never changed or deleted. It
    keeps the names after the rows are gone, so it has no foreign keys to them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    action = models.CharField(max_length=64)
    session_id = models.UUIDField(null=True, blank=True, db_index=True)
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    details = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    objects = AuditEntries.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.action} at {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Unchangeable
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Unchangeable

    @property
    def sentence(self) -> str:
        """The action in the reader's language: between the actor's and the subject's name, or after the subject's."""
        return in_words(self.action, self.details)
