"""Messages between people in a session, and reports of them; the team's own chat; the message to the lobby."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, ShortParagraphsField
from core.ids import uuid7
from sessions.models import Session

LONGEST_MESSAGE = 500
LONGEST_REASON = 300
LONGEST_LOBBY_MESSAGE = 200


class ChatMessage(models.Model):
    """A message in a session: to everybody, or (``recipient``) to one person.

    Name and role are those at the moment of sending. The chat is ordered by ``published_at``: a held message takes its
    place when it is approved. Deleted messages keep their row for slow mode and for reports, and are shown to nobody.
    """

    class Status(models.TextChoices):
        VISIBLE = "visible", _("visible")
        HELD = "held", _("waits for the team")
        REJECTED = "rejected", _("rejected")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="chat_messages")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chat_messages")
    username = LineField(max_length=150)
    role = models.CharField(max_length=9)
    text = ShortParagraphsField(max_length=LONGEST_MESSAGE)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="direct_messages"
    )
    recipient_username = LineField(max_length=150, null=True, blank=True)
    client_id = models.UUIDField(
        null=True, blank=True, help_text=_("The sender's own mark: sent again it is the same message.")
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.VISIBLE)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    pinned_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["published_at", "id"]
        indexes = [
            models.Index(fields=["session", "published_at", "id"]),
            models.Index(fields=["session", "user", "created_at"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["session", "user", "client_id"], name="one_message_per_client_id"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(pinned_at__isnull=False), name="one_pinned_message_per_session"
            ),
            models.CheckConstraint(
                condition=Q(pinned_at=None) | Q(recipient=None, status="visible", deleted_at=None),
                name="pinned_messages_are_public",
            ),
            models.CheckConstraint(
                condition=Q(status="visible", published_at__isnull=False)
                | Q(status__in=["held", "rejected"], published_at=None, recipient=None),
                name="published_exactly_when_visible",
            ),
            models.CheckConstraint(
                condition=Q(recipient=None) | ~Q(recipient=F("user")), name="nobody_writes_to_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk}"

    @property
    def is_direct(self) -> bool:
        return self.recipient_id is not None


class ChatReport(models.Model):
    """A person's report of a message; open until the crew closes it. One for each person and message."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.ForeignKey(ChatMessage, on_delete=models.CASCADE, related_name="reports")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = ShortParagraphsField(max_length=LONGEST_REASON, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["message", "reported_by"], name="one_report_per_person_and_message")
        ]

    def __str__(self) -> str:
        return f"Report {self.pk}"


class TeamMessage(models.Model):
    """A message of the crew and the speakers among themselves; no other audience ever reads it.

    Name and role are those at the moment of sending. Deleted messages lose their row.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="team_messages")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    username = LineField(max_length=150)
    role = models.CharField(max_length=9)
    text = ShortParagraphsField(max_length=LONGEST_MESSAGE)
    client_id = models.UUIDField(
        null=True, blank=True, help_text=_("The sender's own mark: sent again it is the same message.")
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["session", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["session", "user", "client_id"], name="one_team_message_per_client_id")
        ]

    def __str__(self) -> str:
        return f"Team message {self.pk}"


class LobbyMessage(models.Model):
    """What the crew tells everybody who waits before the session is live; gone when it goes live."""

    session = models.OneToOneField(Session, primary_key=True, on_delete=models.CASCADE, related_name="lobby_message")
    text = LineField(max_length=LONGEST_LOBBY_MESSAGE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Lobby message of {self.session_id}"
