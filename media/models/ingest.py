"""The stream of an encoder into a room."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7


class Ingest(models.Model):
    """Where an encoder may stream into one media room, and whether one does. Its id is the gateway's name for it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an encoder")
        PUBLISHING = "publishing", _("publishing")
        INTERRUPTED = "interrupted", _("interrupted")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.CharField(max_length=64, unique=True, help_text=_("The name of its media room."))
    state = models.CharField(max_length=11, choices=State, default=State.WAITING)
    reason = models.CharField(
        max_length=40, blank=True, help_text=_("Why the last stream stopped, in the gateway's code.")
    )
    publishing_since = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.room
