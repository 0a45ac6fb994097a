"""Device tokens: with one, a guest's browser opens the same account again."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.credentials.revocation import lock_person
from accounts.credentials.tokens import InvalidToken
from accounts.models import DeviceToken, User
from core.secrets import hash_token, new_token
from core.writes import insert


def issue_device_token(user: User) -> str:
    """Make a token with which a guest's browser can open the same account again for a year."""
    token = new_token("dt_")
    now = timezone.now()
    insert(
        DeviceToken(
            user=user, token_hash=hash_token(token), created_at=now, expires_at=now + settings.DEVICE_TOKEN_LIFETIME
        )
    )
    return token


def replace_device_token(token: str) -> tuple[User, str]:
    """Return the guest of this device token and a new token; the old one stays valid for 24 hours.

    Raises InvalidToken.
    """
    now = timezone.now()
    with transaction.atomic():
        found = DeviceToken.objects.filter(token_hash=hash_token(token)).values_list("user", flat=True).first()
        user = lock_person(found) if found else None
        row = _device_tokens(token, now).first()
        if row is None or user is None or not user.is_active:
            raise InvalidToken
        if row.replaced_at is None:
            row.replaced_at = now
            row.save(update_fields=["replaced_at"])
        fresh = issue_device_token(user)
        # A replaced token stays valid for a day, and each use of it makes a new one.
        others = user.device_tokens.exclude(pk=row.pk).order_by("-created_at", "-id").values_list("pk", flat=True)
        user.device_tokens.filter(pk__in=list(others[settings.DEVICES_PER_GUEST :])).delete()
        return user, fresh


def owner_of_device(token: str) -> User | None:
    """The guest of this device token, without replacing it; None if the token is invalid."""
    row = _device_tokens(token, timezone.now()).select_related("user").first() if token else None
    return row.user if row is not None and row.user.is_active else None


def _device_tokens(token: str, now: datetime) -> QuerySet[DeviceToken]:
    return DeviceToken.objects.filter(
        Q(replaced_at=None) | Q(replaced_at__gt=now - settings.DEVICE_TOKEN_GRACE),
        token_hash=hash_token(token),
        revoked_at=None,
        expires_at__gt=now,
    )


def revoke_device_token(token: str) -> None:
    """Revoke a device token, so that its browser no longer opens the guest's account. Unknown tokens are ignored."""
    DeviceToken.objects.filter(token_hash=hash_token(token), revoked_at=None).update(revoked_at=timezone.now())
