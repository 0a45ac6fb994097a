"""Organizations, their libraries and members, and the keys of other systems."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.fields import LineField
from core.ids import uuid7


class Organization(models.Model):
    """A tenant: the people and libraries that belong together."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = LineField(max_length=255)
    is_active = models.BooleanField(
        default=True, help_text=_("Otherwise none of its people signs in and none of its keys works; nothing is lost.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Library(models.Model):
    """A shelf of rooms, presets and recordings; each organization has one default library."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="libraries")
    name = LineField(max_length=255)
    is_default = models.BooleanField(default=False)
    attendance_retention_days = models.PositiveIntegerField(
        _("Days that attendance is kept"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(36_500)],
        help_text=_("After the end of a session who came is deleted for good. Empty: never."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "libraries"
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_default=True), name="one_default_library_per_organization"
            ),
            models.CheckConstraint(
                condition=Q(attendance_retention_days__isnull=True) | Q(attendance_retention_days__gte=1),
                name="attendance_is_kept_for_a_day_or_more",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's place in an organization. Owners and admins act as host in every session of it."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        ADMIN = "admin", _("admin")
        MEMBER = "member", _("member")

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=6, choices=Role, default=Role.MEMBER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["organization", "user"]
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="one_membership_per_person")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class APIKey(models.Model):
    """A key for other systems. It acts as one host of its organization and dies with that person's place in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="api_keys")
    acts_as = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = LineField(max_length=255)
    prefix = models.CharField(max_length=12, editable=False, help_text=_("First characters, to recognise it by."))
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
