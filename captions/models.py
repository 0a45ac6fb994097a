"""Captions of a session."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import LineField
from core.ids import uuid7
from sessions.models import Session


class CaptionLine(models.Model):
    """One line of captions in one language; kept for the captions of recordings."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="captions")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = LineField(max_length=500)
    language = models.CharField(max_length=35, default="und", help_text=_("BCP 47; `und` when nobody said which."))
    at = models.DateTimeField(help_text=_("When it was said."))
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["session", "created_at"])]

    def __str__(self) -> str:
        return self.text
