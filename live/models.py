"""LiveKit's webhooks, stored so that each counts once."""

from django.db import models
from django.utils import timezone


class MediaEvent(models.Model):
    """A LiveKit webhook that was received; LiveKit's event id makes a repeated delivery harmless."""

    event_id = models.CharField(primary_key=True, max_length=64)
    event = models.CharField(max_length=64)
    room = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}"
