"""Rooms: the permanent address of a webinar series. Presets: what people may do in a session."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, ParagraphsField
from core.ids import uuid7
from organizations.models import Library

GTM_CONTAINER = RegexValidator(r"^(GTM-[A-Z0-9]{4,12})?$", _("A container id looks like GTM-ABC123."))
COLOR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour is # and six hexadecimal digits, such as #1d4ed8."))

#: Why a room cannot require registration yet: there is no way to register, so nobody could join.
NO_REGISTRATION_YET = _("Registration is not available yet. Choose “open”.")

DEFAULT_COLOR = "#1d4ed8"
LONGEST_DESCRIPTION = 10_000
LONGEST_THANKS = 1000
LONGEST_LINK = 500
LONGEST_LINK_LABEL = 80


class RoomQuerySet(models.QuerySet["Room"]):
    """Rooms; ``alive`` leaves out deleted ones, ``available`` also those of closed organizations, which only staff can
    reach. ``binned`` are those that can be restored.
    """

    def alive(self) -> "RoomQuerySet":
        return self.filter(deleted_at=None)

    def available(self) -> "RoomQuerySet":
        return self.alive().filter(library__organization__is_active=True)

    def binned(self) -> "RoomQuerySet":
        return self.filter(purged_at=None, deleted_at__gt=timezone.now() - settings.BIN_FOR)

    def complete(self) -> "RoomQuerySet":
        """With everything that a reply needs: host, and ``active_session_id`` (a room has at most one live session)."""
        live = FilteredRelation("sessions", condition=Q(sessions__status="live", sessions__deleted_at=None))
        return self.select_related("host").annotate(_live=live).annotate(active_session_id=F("_live__id"))


class Room(models.Model):
    """A place that webinars happen in, with one host and one public address."""

    class Access(models.TextChoices):
        OPEN = "open", _("anyone with the link")
        REGISTRATION = "registration", _("registered people")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("public: listed for everyone")
        UNLISTED = "unlisted", _("unlisted: whoever has the link")
        PRIVATE = "private", _("private: members and team only")

    class Publishing(models.TextChoices):
        AUTOMATIC = "automatic", _("as soon as they are ready")
        REVIEW = "review", _("when the host has published them")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rooms")
    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="rooms")
    slug = models.SlugField(max_length=64, unique=True, editable=False)
    title = LineField(max_length=255)
    description = ParagraphsField(blank=True, max_length=LONGEST_DESCRIPTION)
    access = models.CharField(max_length=12, choices=Access, default=Access.OPEN)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    thank_you_text = ParagraphsField(
        blank=True, max_length=LONGEST_THANKS, help_text=_("What the audience reads when a session is over.")
    )
    thank_you_link_url = models.CharField(
        max_length=LONGEST_LINK, blank=True, validators=[URLValidator(["http", "https"])]
    )
    thank_you_link_label = LineField(max_length=LONGEST_LINK_LABEL, blank=True)
    survey = models.JSONField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("What its audience is asked when a session is over; null: nothing."),
    )
    replay_publishing = models.CharField(
        max_length=9,
        blank=True,
        choices=Publishing,
        help_text=_("How recordings of its sessions are published; empty: by REPLAY_PUBLISHING."),
    )
    analytics_container_id = models.CharField(max_length=16, blank=True, validators=[GTM_CONTAINER])
    analytics_enabled = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, help_text=_("Since when it is in the bin."))
    purged_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Since when nothing is left of it but this row.")
    )

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["visibility", "-created_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def effective_replay_publishing(self) -> "Room.Publishing":
        """How recordings are published here unless a session has its own way."""
        return Room.Publishing(self.replay_publishing or settings.REPLAY_PUBLISHING)

    def clean(self) -> None:
        if self.access == Room.Access.REGISTRATION:
            raise ValidationError({"access": ValidationError(NO_REGISTRATION_YET, "not_available")})


class PresetQuerySet(models.QuerySet["Preset"]):
    """Presets; ``alive`` leaves out deleted ones, ``binned`` are those that can be restored."""

    def alive(self) -> "PresetQuerySet":
        return self.filter(deleted_at=None)

    def binned(self) -> "PresetQuerySet":
        return self.filter(deleted_at__gt=timezone.now() - settings.BIN_FOR)


class Preset(models.Model):
    """A named set of permissions and branding. A session follows it until it goes live, then keeps a copy."""

    class Type(models.TextChoices):
        WHIP = "whip", _("browser or WHIP")
        RTMP = "rtmp", _("encoder (RTMP)")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="presets")
    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="presets")
    name = LineField(max_length=255)
    type = models.CharField(max_length=4, choices=Type)
    stage_enabled = models.BooleanField(default=True)
    max_join_limit = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    chat_enabled = models.BooleanField(default=True)
    poll_enabled = models.BooleanField(default=True)
    viewer_count_visible = models.BooleanField(default=True)
    primary_color = models.CharField(max_length=7, validators=[COLOR])
    logo = models.FileField(upload_to="logos/", blank=True, help_text=_("Re-encoded at upload; at most 1 MiB."))
    logo_destination_url = models.URLField(max_length=2048, blank=True)
    host_add_co_host = models.BooleanField(default=True)
    host_camera_enabled = models.BooleanField(default=True)
    host_screen_share = models.BooleanField(default=True)
    host_chat_send_text = models.BooleanField(default=True)
    host_chat_send_file = models.BooleanField(default=False)
    host_chat_receive_message = models.BooleanField(default=True)
    host_poll_create = models.BooleanField(default=True)
    host_poll_vote = models.BooleanField(default=True)
    host_poll_view = models.BooleanField(default=True)
    onstage_camera_enabled = models.BooleanField(default=True)
    onstage_screen_share = models.BooleanField(default=True)
    onstage_viewer_view = models.BooleanField(default=True)
    audience_stage_join_request = models.BooleanField(default=True)
    audience_can_see_participants = models.BooleanField(default=False)
    audience_chat_send_text = models.BooleanField(default=True)
    audience_chat_send_file = models.BooleanField(default=False)
    audience_chat_receive_message = models.BooleanField(default=True)
    audience_poll_create = models.BooleanField(default=False)
    audience_poll_vote = models.BooleanField(default=True)
    audience_poll_view = models.BooleanField(default=True)
    moderator_manage_stage = models.BooleanField(default=True)
    moderator_manage_chat = models.BooleanField(default=True)
    moderator_manage_poll = models.BooleanField(default=True)
    recording_enabled = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = PresetQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "library"],
                condition=Q(is_default=True, deleted_at=None),
                name="one_default_preset_per_owner_and_library",
            ),
            models.CheckConstraint(
                condition=Q(max_join_limit__gte=1, max_join_limit__lte=100), name="join_limit_range"
            ),
        ]

    def __str__(self) -> str:
        return self.name


#: The permissions and limits that a session copies when it goes live, in the contract's order.
PRESET_FLAGS: tuple[str, ...] = tuple(
    field.name
    for field in Preset._meta.concrete_fields
    if isinstance(field, models.BooleanField) and field.name != "is_default"
)
