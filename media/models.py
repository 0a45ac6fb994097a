"""What media engines run for the product: first wanted, then running, then confirmed.

Rows name media rooms, not sessions: this app knows nothing of the product around it.
"""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7


class Capture(models.Model):
    """What is captured of a media room, across restarts, into one folder of parts and HLS segments.

    ``wanted`` says that an engine is to run; the supervisor with the lease (``owner``, ``lease_until``) runs it and
    restarts a dead engine, which continues in the same folder. Recordings are spans of its parts. The journal in the
    folder is authoritative about files; this row says what is wanted and what became of it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an engine")
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.CharField(max_length=64, db_index=True, help_text=_("The name of its media room."))
    wanted = models.BooleanField(default=True)
    is_for_viewers = models.BooleanField(
        default=False, help_text=_("Only viewers want it: it gives way to recordings and to HLS that hosts asked for.")
    )
    organization = models.CharField(max_length=36, blank=True, help_text=_("Whose share it counts to."))
    host = models.CharField(max_length=36, blank=True, help_text=_("The host whose share it counts to."))
    asked_by = models.CharField(max_length=36, blank=True, help_text=_("The viewer for whom it was begun."))
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    owner = models.CharField(max_length=64, blank=True, help_text=_("The supervisor that runs it."))
    lease_until = models.DateTimeField(null=True, blank=True)
    restarts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(null=True, blank=True, help_text=_("Its first picture."))
    first_segment_at = models.DateTimeField(null=True, blank=True, help_text=_("When HLS could be watched at first."))
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    files_deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["room"], condition=Q(wanted=True), name="one_wanted_capture_per_room"),
        ]

    def __str__(self) -> str:
        return f"{self.room} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def folder(self) -> Path:
        """Where the engine writes."""
        return settings.CAPTURE_DIR / str(self.id)


class Ingest(models.Model):
    """Where an encoder may stream into one media room, and whether one does. Its id is also the gateway's id for it."""

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
    detail = models.CharField(max_length=200, blank=True, help_text=_("What was wrong with the last stream."))
    publishing_since = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.room
