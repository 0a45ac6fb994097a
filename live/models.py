"""What LiveKit told us, remembered so that it counts once; and who needs HLS."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions.models import Session


class MediaEvent(models.Model):
    """A LiveKit webhook that has been taken in; LiveKit's event id makes a repeated delivery harmless."""

    event_id = models.CharField(primary_key=True, max_length=64)
    event = models.CharField(max_length=64)
    room = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}"


class HLSNeed(models.Model):
    """Who needs the HLS of an open session: those who watch it, and whoever asked for it until its end.

    What is recorded has HLS anyway.
    """

    session = models.OneToOneField(Session, primary_key=True, on_delete=models.CASCADE, related_name="hls_need")
    ensured_at = models.DateTimeField(null=True, blank=True, help_text=_("Since when it is to run until the end."))
    needed_at = models.DateTimeField(null=True, blank=True, help_text=_("When a viewer last asked for it."))

    def __str__(self) -> str:
        return str(self.session_id)
