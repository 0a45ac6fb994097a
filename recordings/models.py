"""Recordings of sessions: their spans, processing state, and publication."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import LineField
from core.ids import uuid7
from media.models import Capture
from sessions.models import Session


class RecordingQuerySet(models.QuerySet["Recording"]):
    """Recordings. ``alive`` leaves out those in the bin (on their own, or with their session or its room);
    ``available`` also those of closed organizations, which only staff can reach.

    Lock rows of them with ``of=("self",)``: session and room are locked first, by ``lock_session``.
    """

    def alive(self) -> "RecordingQuerySet":
        return self.filter(deleted_at=None, session__deleted_at=None, session__room__deleted_at=None)

    def available(self) -> "RecordingQuerySet":
        return self.alive().filter(session__room__library__organization__is_active=True)

    def binned(self) -> "RecordingQuerySet":
        """Recordings that were deleted on their own and can be restored."""
        return self.filter(files_deleted_at=None, deleted_at__gt=timezone.now() - settings.BIN_FOR)

    def with_session_in_bin(self) -> "RecordingQuerySet":
        """Recordings in the bin with their session or room, including those that were deleted before it."""
        return self.filter(
            Q(session__deleted_at__isnull=False) | Q(session__room__deleted_at__isnull=False),
            files_deleted_at=None,
            session__purged_at=None,
        )

    def active(self) -> "RecordingQuerySet":
        """Recordings that are running now."""
        return self.alive().filter(phase=Recording.Phase.CAPTURING)


class Recording(models.Model):
    """A span of a capture's parts, from ``started_at`` to ``stopped_at``, made into one file.

    ``status`` is the published one (recording until the file is ready), ``phase`` says how far it is. The marks that
    cut the capture's parts are ``start:<id>`` and ``stop:<id>``. ``file_path`` is a key in the storage, set once the
    copy there was verified. A deleted one stays in the bin until its files are deleted for good.
    """

    class Status(models.TextChoices):
        RECORDING = "recording", _("recording")
        COMPLETED = "completed", _("completed")
        FAILED = "failed", _("failed")

    class Phase(models.TextChoices):
        CAPTURING = "capturing", _("being recorded")
        PROCESSING = "processing", _("being processed")
        DONE = "done", _("done")

    class StorageType(models.TextChoices):
        LOCAL = "local", _("on this machine")
        S3 = "s3", _("S3-compatible")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="recordings")
    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="recordings")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = LineField(max_length=255)
    status = models.CharField(max_length=9, choices=Status, default=Status.RECORDING)
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.CAPTURING)
    progress = models.PositiveSmallIntegerField(default=0, help_text=_("Of the processing, in percent."))
    steps = models.JSONField(default=dict, blank=True, help_text=_("What the processing has done: step → its result."))
    retry_count = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True, help_text=_("When a failed step is tried again."))
    error_message = models.CharField(max_length=500, blank=True)

    storage_type = models.CharField(max_length=5, choices=StorageType, default=StorageType.LOCAL)
    file_path = models.CharField(max_length=255, blank=True)
    file_size = models.PositiveBigIntegerField(null=True, blank=True, help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64, blank=True)
    duration = models.FloatField(null=True, blank=True, help_text=_("Seconds."))
    poster_path = models.CharField(max_length=255, blank=True)
    chosen_poster = models.JSONField(
        null=True,
        blank=True,
        help_text=_("The host's own choice: at (seconds; none: an uploaded picture), file, tries if it failed."),
    )
    sprite_path = models.CharField(max_length=255, blank=True, help_text=_("Small pictures for seeking, in one file."))
    sprite = models.JSONField(
        null=True, blank=True, help_text=_("Of the sprite: interval in seconds, columns, rows, width, height, count.")
    )

    published_at = models.DateTimeField(null=True, blank=True, help_text=_("Since when people may watch the replay."))
    replay_decided_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When it was first decided whether people may watch it.")
    )
    trim_start = models.FloatField(null=True, blank=True, help_text=_("Seconds; what is before is not shown."))
    trim_end = models.FloatField(null=True, blank=True, help_text=_("Seconds; what is after is not shown."))

    trimmed_path = models.CharField(max_length=255, blank=True, help_text=_("The trimmed file, when there is one."))
    trimmed = models.JSONField(
        null=True, blank=True, help_text=_("Which span the trimmed file is of: start, end, bytes; tries, if it failed.")
    )

    is_kept = models.BooleanField(default=False, help_text=_("Retention does not delete it."))
    retention_mailed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    first_picture_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the file's second 0 was, which comes a little after started_at.")
    )
    stopped_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, help_text=_("Since when it is in the bin."))
    files_deleted_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Since when there is nothing left of it but this row.")
    )

    objects = RecordingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["phase", "retry_at"]), models.Index(fields=["deleted_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(phase="capturing"), name="one_active_recording_per_session"
            ),
            models.CheckConstraint(
                condition=~Q(status="completed") | ~Q(file_path=""), name="completed_recordings_have_a_file"
            ),
            models.CheckConstraint(
                condition=Q(trim_start=None) | Q(trim_end=None) | Q(trim_end__gt=F("trim_start")),
                name="trimmed_recordings_end_after_they_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def egress_id(self) -> str:
        """The published id of the process that makes its file."""
        return str(self.capture_id)

    @property
    def seconds(self) -> int | None:
        """Its length in whole seconds; None until it is known."""
        return None if self.duration is None else round(self.duration)

    @property
    def is_trimmed(self) -> bool:
        """Whether a part of it is hidden."""
        return self.trim_start is not None or self.trim_end is not None

    @property
    def has_trimmed_file(self) -> bool:
        """Whether there is a file of exactly the span that is shown now."""
        made = self.trimmed or {}
        is_same = (made.get("start"), made.get("end")) == (self.trim_start, self.trim_end)
        return self.is_trimmed and bool(self.trimmed_path) and bool(made.get("bytes")) and is_same

    @property
    def shown_path(self) -> str:
        """The key of the video that people watch: the whole or the trimmed file; empty while that is being made."""
        if self.is_trimmed:
            return self.trimmed_path if self.has_trimmed_file else ""
        return self.file_path

    @property
    def shown_seconds(self) -> float | None:
        """The length of that video in seconds; None until it is known."""
        if self.duration is None:
            return None
        return (self.duration if self.trim_end is None else self.trim_end) - (self.trim_start or 0.0)

    @property
    def trimmed_pictures(self) -> tuple[str, str]:
        """The keys of the trimmed file's own poster and sprite (``poster``, ``sprite_path``); empty without them."""
        made = self.trimmed or {}
        return str(made.get("poster") or ""), str(made.get("sprite_path") or "")

    @property
    def chosen_moment(self) -> float | None:
        """The second of the recording that the host chose as its poster; None for an upload, and without a choice."""
        at = (self.chosen_poster or {}).get("at")
        return None if at is None else float(at)

    @property
    def chosen_path(self) -> str:
        """The key of the poster that the host chose; empty without one, and while it is being made."""
        return str((self.chosen_poster or {}).get("file") or "")

    @property
    def is_choice_shown(self) -> bool:
        """Whether viewers get the chosen poster: there is one, and it is no moment that was trimmed away."""
        at = self.chosen_moment
        is_outside = at is not None and not (self.trim_start or 0.0) <= at <= (self.trim_end or at)
        return bool(self.chosen_path) and not is_outside

    @property
    def start_mark(self) -> str:
        """The mark of the first part that belongs to it."""
        return f"start:{self.id}"

    @property
    def stop_mark(self) -> str:
        """The mark of the first part after it."""
        return f"stop:{self.id}"


class LibraryRetention(models.Model):
    """A library's own retention of recordings, instead of RECORDING_RETENTION_DAYS."""

    library = models.OneToOneField(
        "organizations.Library", primary_key=True, on_delete=models.CASCADE, related_name="recording_retention"
    )
    days = models.PositiveIntegerField(help_text=_("0: for ever."))

    def __str__(self) -> str:
        return f"{self.library}: {self.days}"


class TextTrack(models.Model):
    """Captions of a recording in one language, as WebVTT; its times are those of the whole recording, not trimmed."""

    class Source(models.TextChoices):
        CAPTIONS = "captions", _("written during the session")
        UPLOAD = "upload", _("uploaded")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="tracks")
    language = models.CharField(max_length=35, default="und", help_text=_("BCP 47; `und` when nobody said which."))
    label = LineField(max_length=100)
    source = models.CharField(max_length=8, choices=Source)
    text = models.TextField(help_text=_("WebVTT."))
    is_default = models.BooleanField(default=False, help_text=_("Shown to whoever turns captions on."))
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-is_default", "language", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recording"], condition=Q(is_default=True), name="one_default_track_per_recording"
            ),
            models.UniqueConstraint(
                fields=["recording", "language"], condition=Q(source="captions"), name="one_track_per_captions_language"
            ),
        ]

    def __str__(self) -> str:
        return self.label
