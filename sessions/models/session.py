"""The session row."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, ParagraphsField
from core.ids import uuid7
from rooms.models import LONGEST_DESCRIPTION, Preset, Room


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions; ``alive`` leaves out deleted ones and those of deleted rooms, ``available`` also those of closed
    organizations, which only staff can reach. ``binned``: deleted on their own and restorable; sessions deleted with
    their room are restored with it.
    """

    def alive(self) -> "SessionQuerySet":
        return self.filter(deleted_at=None, room__deleted_at=None)

    def available(self) -> "SessionQuerySet":
        return self.alive().filter(room__library__organization__is_active=True)

    def binned(self) -> "SessionQuerySet":
        return self.filter(purged_at=None, deleted_at__gt=timezone.now() - settings.BIN_FOR)

    def live(self) -> "SessionQuerySet":
        return self.filter(status=Session.Status.LIVE)

    def open(self) -> "SessionQuerySet":
        """Accessible sessions with a media room: live, or with an open backstage."""
        return self.available().opened()

    def opened(self) -> "SessionQuerySet":
        """All sessions that are open according to their row, accessible or not."""
        return self.filter(
            Q(status=Session.Status.LIVE) | Q(status=Session.Status.SCHEDULED, backstage_opened_at__isnull=False)
        )


class Session(models.Model):
    """One event in a room. Only ``sessions.lifecycle`` changes its status.

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

    class ChatFrom(models.TextChoices):
        EVERYONE = "everyone", _("everyone")
        REGISTERED = "registered", _("team and people with an account")
        CREW = "crew", _("team only")

    class Layout(models.TextChoices):
        SCREEN = "screen", _("shared screen large, cameras beside")
        GRID = "grid", _("grid")
        SPEAKER = "speaker", _("speaker large")
        SPOTLIGHT = "spotlight", _("one person alone")
        SIDE_BY_SIDE = "side_by_side", _("side by side")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="sessions")
    preset = models.ForeignKey(Preset, on_delete=models.PROTECT, related_name="sessions")
    preset_copy = models.JSONField(
        null=True, blank=True, editable=False, help_text=_("The preset as it was at go-live.")
    )
    title = LineField(max_length=255)
    description = ParagraphsField(blank=True, max_length=LONGEST_DESCRIPTION)
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
    poll_enabled_override = models.BooleanField(null=True, blank=True)
    max_join_limit_override = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    replay_publishing = models.CharField(
        max_length=9,
        blank=True,
        choices=Room.Publishing,
        help_text=_("How its recordings are published; empty: as the room's are."),
    )
    slow_mode = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(3600)], help_text=_("Seconds between two chat messages of a person.")
    )
    chat_from = models.CharField(max_length=10, choices=ChatFrom, default=ChatFrom.EVERYONE)
    direct_to_crew_only = models.BooleanField(
        default=False, help_text=_("The audience's direct messages reach the team alone.")
    )
    hold_messages = models.BooleanField(default=False, help_text=_("The team approves messages of the audience."))
    block_links = models.BooleanField(default=False)
    blocked_words = models.JSONField(default=list, blank=True)
    is_door_closed = models.BooleanField(default=False, help_text=_("Nobody new of the audience comes in."))
    stage_hidden_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Since when the team hides and mutes the whole stage.")
    )
    stage_layout = models.CharField(
        max_length=12,
        choices=Layout,
        default=Layout.SCREEN,
        db_default=Layout.SCREEN,
        editable=False,
        help_text=_("How the stage is arranged for everybody; without a shared screen “screen” is a grid."),
    )
    spotlight = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text=_("Who is shown alone with the layout “spotlight”."),
    )
    host_video_enabled = models.BooleanField(default=False, editable=False)
    host_audio_enabled = models.BooleanField(default=False, editable=False)
    stream_key_sealed = models.TextField(blank=True, editable=False)
    stream_key_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    media_confirmed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When the media room was last seen to be as wanted.")
    )
    last_active_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When team or a publisher was last seen.")
    )
    idle_warned_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, help_text=_("Since when it is in the bin."))
    purged_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("Since when nothing is left of it but this row, who came, and what was reported."),
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["status", "scheduled_start_time"]),
            models.Index(fields=["-created_at", "-id"], condition=Q(deleted_at=None), name="sessions_newest_first"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["room"], condition=Q(status="live"), name="one_live_session_per_room"),
            models.CheckConstraint(
                condition=Q(status__in=["scheduled", "expired"], started_at=None)
                | Q(status__in=["live", "ended"], started_at__isnull=False),
                name="started_exactly_when_it_was_live",
            ),
            models.CheckConstraint(
                condition=Q(spotlight=None) | Q(stage_layout="spotlight"), name="spotlight_only_with_its_layout"
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
    def took_place(self) -> bool:
        """Whether it was ever live: then deleting it does not mean "cancelled" but "no longer available"."""
        return self.started_at is not None

    @property
    def is_gone(self) -> bool:
        """Whether it or its room is in the bin; ``room`` should be loaded."""
        return self.deleted_at is not None or self.room.deleted_at is not None

    @property
    def is_withdrawn(self) -> bool:
        """Whether its organization was closed; ``room.library.organization`` should be loaded."""
        return not self.room.library.organization.is_active

    @property
    def is_backstage(self) -> bool:
        """Whether it is scheduled with an open backstage."""
        return self.status == self.Status.SCHEDULED and self.backstage_opened_at is not None

    @property
    def is_stage_hidden(self) -> bool:
        """Whether the crew hid the stage: nobody publishes, everyone sees the "right back" slate."""
        return self.stage_hidden_at is not None

    def flag(self, name: str) -> Any:
        """The preset's value ``name`` for this session: from the copy once it went live."""
        return getattr(self.preset, name) if self.preset_copy is None else self.preset_copy[name]

    def flags(self) -> dict[str, Any]:
        """What :meth:`flag` gives, for who asks for many; the preset should be loaded whole."""
        return vars(self.preset) if self.preset_copy is None else self.preset_copy

    @property
    def effective_chat_enabled(self) -> bool:
        return self.flag("chat_enabled") if self.chat_enabled_override is None else self.chat_enabled_override

    @property
    def effective_stage_enabled(self) -> bool:
        return self.flag("stage_enabled") if self.stage_enabled_override is None else self.stage_enabled_override

    @property
    def effective_poll_enabled(self) -> bool:
        return self.flag("poll_enabled") if self.poll_enabled_override is None else self.poll_enabled_override

    @property
    def effective_max_join_limit(self) -> int:
        return self.max_join_limit_override or self.flag("max_join_limit")

    @property
    def effective_replay_publishing(self) -> Room.Publishing:
        """How its recordings are published; ``room`` should be loaded."""
        return Room.Publishing(self.replay_publishing or self.room.effective_replay_publishing)

    @property
    def idle_ends_at(self) -> datetime | None:
        """When an abandoned live session ends by itself; None without a warning."""
        if not self.is_live or self.idle_warned_at is None or self.last_active_at is None:
            return None
        return self.last_active_at + settings.ABANDONED_LIVE_AFTER

    @property
    def duration(self) -> int | None:
        """Whole seconds on air so far; None if it was never live."""
        if self.started_at is None:
            return None
        end: datetime = self.ended_at or timezone.now()
        return max(0, int((end - self.started_at).total_seconds()))
