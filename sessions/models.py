"""The session row, who came to it, and who is there now."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from base.ids import uuid7
from rooms.models import Preset, Room


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions; ``alive`` leaves out deleted ones and those of deleted rooms."""

    def alive(self) -> "SessionQuerySet":
        return self.filter(deleted_at=None, room__deleted_at=None)

    def live(self) -> "SessionQuerySet":
        return self.filter(status=Session.Status.LIVE)

    def open(self) -> "SessionQuerySet":
        """Those with a media room: live, or with an open backstage."""
        return self.alive().filter(
            Q(status=Session.Status.LIVE) | Q(status=Session.Status.SCHEDULED, backstage_opened_at__isnull=False)
        )


class Session(models.Model):
    """One event in a room. ``sessions.lifecycle`` has the only functions that change its status.

    scheduled → live → ended; scheduled → expired → scheduled (rescheduled). While scheduled the backstage may be open:
    the crew's media room exists, the audience sees nothing.
    """

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("scheduled")
        LIVE = "live", _("live")
        ENDED = "ended", _("ended")
        EXPIRED = "expired", _("expired")

    class Mode(models.TextChoices):
        WEBCAM = "webcam", _("from the browser")
        RTMP = "rtmp", _("from an encoder")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="sessions")
    preset = models.ForeignKey(Preset, on_delete=models.PROTECT, related_name="sessions")
    preset_copy = models.JSONField(
        null=True, blank=True, editable=False, help_text=_("The preset as it was at go-live.")
    )
    title = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.SCHEDULED, editable=False)
    mode = models.CharField(max_length=6, choices=Mode, default=Mode.WEBCAM)
    scheduled_start_time = models.DateTimeField(null=True, blank=True)
    planned_duration = models.PositiveIntegerField(
        default=60, validators=[MinValueValidator(1), MaxValueValidator(24 * 60)], help_text=_("Minutes.")
    )
    backstage_opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    max_viewers = models.PositiveIntegerField(default=0, editable=False)
    chat_enabled_override = models.BooleanField(null=True, blank=True)
    stage_enabled_override = models.BooleanField(null=True, blank=True)
    max_join_limit_override = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    host_video_enabled = models.BooleanField(default=False, editable=False)
    host_audio_enabled = models.BooleanField(default=False, editable=False)
    stream_key_sealed = models.TextField(blank=True, editable=False)
    stream_key_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    media_confirmed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When the media room was last seen to be as wanted.")
    )
    last_active_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When crew or a publisher was last seen.")
    )
    idle_warned_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["status", "scheduled_start_time"])]
        constraints = [
            models.UniqueConstraint(fields=["room"], condition=Q(status="live"), name="one_live_session_per_room"),
            models.CheckConstraint(
                condition=Q(status__in=["scheduled", "expired"], started_at=None)
                | Q(status__in=["live", "ended"], started_at__isnull=False),
                name="started_exactly_when_it_was_live",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def media_room(self) -> str:
        """The name of its room in LiveKit."""
        return str(self.id)

    @property
    def is_live(self) -> bool:
        return self.status == self.Status.LIVE

    @property
    def is_backstage(self) -> bool:
        """Scheduled, with the crew's media room open."""
        return self.status == self.Status.SCHEDULED and self.backstage_opened_at is not None

    def flag(self, name: str) -> Any:
        """The preset's value ``name`` as it counts for this session: the copy's once it went live."""
        return getattr(self.preset, name) if self.preset_copy is None else self.preset_copy[name]

    @property
    def effective_chat_enabled(self) -> bool:
        return self.flag("chat_enabled") if self.chat_enabled_override is None else self.chat_enabled_override

    @property
    def effective_stage_enabled(self) -> bool:
        return self.flag("stage_enabled") if self.stage_enabled_override is None else self.stage_enabled_override

    @property
    def effective_max_join_limit(self) -> int:
        return self.max_join_limit_override or self.flag("max_join_limit")

    @property
    def duration(self) -> int | None:
        """Whole seconds on air so far, None before it was."""
        if self.started_at is None:
            return None
        end: datetime = self.ended_at or timezone.now()
        return max(0, int((end - self.started_at).total_seconds()))


class Attendance(models.Model):
    """That a person came to a session: one row per person and session, whatever the number of tabs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attendances")
    joined_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [models.UniqueConstraint(fields=["session", "user"], name="one_attendance_per_person")]

    def __str__(self) -> str:
        return f"{self.user} in {self.session}"


class Presence(models.Model):
    """A sign of life: ``user`` was seen in the session through ``source`` at ``seen_at``.

    A person is present while any of their rows is younger than PRESENCE_TIMEOUT. Sources: one for each process that
    holds sockets, and LiveKit.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences")
    source = models.CharField(max_length=64)
    is_crew = models.BooleanField(default=False)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "user", "source"], name="one_presence_per_source")]
        indexes = [models.Index(fields=["session", "seen_at"])]

    def __str__(self) -> str:
        return f"{self.user} by {self.source}"
