"""Demand for HLS."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.models import Session


class HLSNeed(models.Model):
    """Why an open session needs HLS: somebody watches it, or it was requested until the end.

    A recorded session has HLS anyway.
    """

    session = models.OneToOneField(Session, primary_key=True, on_delete=models.CASCADE, related_name="hls_need")
    ensured_at = models.DateTimeField(null=True, blank=True, help_text=_("Since when it is to run until the end."))
    needed_at = models.DateTimeField(null=True, blank=True, help_text=_("When a viewer last asked for it."))

    def __str__(self) -> str:
        return str(self.session_id)
