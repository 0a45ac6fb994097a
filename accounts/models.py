"""People, and every credential that a person can hold."""

from typing import Any, ClassVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.fields import LineField
from core.ids import uuid7
from core.writes import insert


class UserManager(BaseUserManager["User"]):
    """Makes accounts; e-mail addresses are compared without case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.password = make_password(password)  # a first password has nothing to sign out
        insert(user)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, role=User.Role.HOST, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person: a member who signs in with e-mail and password, or a guest who only gave a name.

    ``organization`` is the member's home; a guest has none, nor an e-mail, nor a usable password.
    """

    class Role(models.TextChoices):
        HOST = "host", _("host")
        VIEWER = "viewer", _("viewer")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    external_user_id = models.CharField(max_length=255, null=True, blank=True)
    email = models.EmailField(null=True, blank=True, unique=True)
    username = LineField(_("name"), max_length=150)
    role = models.CharField(max_length=6, choices=Role, default=Role.VIEWER)
    is_guest = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=64, blank=True, help_text=_("IANA name such as Europe/Berlin."))
    browser_zone = models.CharField(
        max_length=64, blank=True, help_text=_("Of the browser at the last sign-in; for mails where none was chosen.")
    )
    credentials_epoch = models.PositiveIntegerField(
        default=0, help_text=_("Raised to revoke every access token of this person at once.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["username"]

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="unique_email"),
            models.UniqueConstraint(fields=["organization", "external_user_id"], name="unique_external_user_id"),
            models.CheckConstraint(
                condition=Q(is_guest=False) | Q(email__isnull=True, organization__isnull=True, role="viewer"),
                name="guests_have_no_email_organization_or_host_role",
            ),
        ]

    def __str__(self) -> str:
        return self.username or self.email or str(self.id)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Include the epoch, so that revoking the tokens also signs the person out of the dashboard.
        value = f"{self.password}:{self.credentials_epoch}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def mail_zone(self) -> str:
        """The zone of times in mails to this person: the chosen one, else their browser's, else empty."""
        return self.time_zone or self.browser_zone

    def get_full_name(self) -> str:
        return self.username

    def get_short_name(self) -> str:
        return self.username


class RefreshToken(models.Model):
    """One link of a chain of rotating refresh tokens; the chain (``family``) began with one sign-in.

    ``session_id`` limits tokens from an exchanged code to one webinar session.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    family = models.UUIDField(default=uuid7, db_index=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="refresh_tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    session_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    family_expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="successors")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["family_expires_at"]),
            models.Index(fields=["family"], condition=Q(revoked_at__isnull=False), name="revoked_families"),
        ]

    def __str__(self) -> str:
        return f"refresh token {self.id}"


class BrowserSignIn(models.Model):
    """A member's sign-in in a browser; ``id`` is its name, and ``session_key`` that of Django's session at present."""

    id = models.UUIDField(primary_key=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="browser_sign_ins")
    session_key = models.CharField(max_length=40, blank=True)
    browser = models.CharField(max_length=20, blank=True)
    system = models.CharField(max_length=20, blank=True)
    network = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-last_used_at", "-id"]

    def __str__(self) -> str:
        return f"sign-in {self.id}"


class EndedSignIn(models.Model):
    """A browser sign-in that has ended: nothing derived from it is valid any more."""

    id = models.UUIDField(primary_key=True, editable=False)
    ended_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-ended_at"]
        verbose_name = "ended sign-in"

    def __str__(self) -> str:
        return f"sign-in {self.id}"


class DeviceToken(models.Model):
    """Lets a guest's browser open the same guest account again; replaced at every use."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="device_tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"device token {self.id}"


class Device(models.Model):
    """A browser, known by its signed ``device`` cookie."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"device {self.id}"


class DeviceUse(models.Model):
    """Records that an account was used on a device."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="uses")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="device_uses")
    first_used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["first_used_at"]
        constraints = [models.UniqueConstraint(fields=["device", "user"], name="one_row_per_device_and_account")]

    def __str__(self) -> str:
        return f"{self.user} on {self.device_id}"


class AuthCode(models.Model):
    """A single-use code that opens ``user``'s account on another device, for one webinar session."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="auth_codes")
    session_id = models.UUIDField()
    code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    tokens_expire_at = models.DateTimeField(
        default=timezone.now, help_text=_("When every token that came from this code ends.")
    )
    spent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"code for {self.user}"
