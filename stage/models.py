"""Requests to come on stage: raised hands and join requests. Places on it are ``sessions.models.StageMember``."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import LineField
from core.ids import uuid7
from sessions.models import Session

MESSAGE_LIMIT = 280


class StageRequest(models.Model):
    """A person's request to come on stage; at most one of each kind is pending per person and session."""

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="%(class)ss")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss")
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    responded_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the person, or their leaving, took it back before it was decided.")
    )

    class Meta:
        abstract = True
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user"],
                condition=Q(status="pending", taken_back_at=None),
                name="one_pending_%(class)s_per_person",
            ),
            models.CheckConstraint(
                condition=Q(status="pending", responded_at=None)
                | Q(status__in=["approved", "rejected"], responded_at__isnull=False, taken_back_at=None),
                name="%(class)s_decided_exactly_when_responded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.status}"

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING and self.taken_back_at is None

    def decide(self, status: "StageRequest.Status") -> None:
        """Decide the request, now."""
        self.status, self.responded_at = status, timezone.now()
        self.save(update_fields=["status", "responded_at", "updated_at"])

    def take_back(self) -> None:
        """Withdraw the request."""
        self.taken_back_at = timezone.now()
        self.save(update_fields=["taken_back_at", "updated_at"])


class HandRaise(StageRequest):
    """A raised hand, with what the person wants to say."""

    message = LineField(max_length=MESSAGE_LIMIT, blank=True)


class JoinRequest(StageRequest):
    """A request to join the stage."""
