"""Rows that every app may need."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7


class IdempotentReply(models.Model):
    """The reply of a create, kept so that a repeated request gets the same answer and is done once.

    ``reply_sealed`` is empty while the first request is still running.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scope = models.CharField(max_length=64, unique=True, help_text=_("Hash of caller, method, address and key."))
    body_hash = models.CharField(max_length=64)
    reply_sealed = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "idempotent replies"

    def __str__(self) -> str:
        return f"reply {self.id}"
