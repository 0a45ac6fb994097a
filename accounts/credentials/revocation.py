"""Revoking credentials, and deleting old ones."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.changes import rights_changed
from accounts.models import AuthCode, BrowserSignIn, DeviceToken, EndedSignIn, RefreshToken, User

#: How long the end of a browser's sign-in is remembered: longer than anything derived from it lives.
_SIGN_INS_KNOWN = timedelta(days=2)


def lock_person(user_id: UUID) -> User | None:
    """Lock the person's row until the transaction ends; inserts that refer to it are not blocked."""
    return User.objects.select_for_update(no_key=True).filter(pk=user_id).first()


def revoke_rows(rows: QuerySet[RefreshToken], now: datetime) -> None:
    """Revoke those of ``rows`` that are not revoked yet; the caller holds the locks of their people."""
    rows.filter(revoked_at=None).update(revoked_at=now)


def revoke_all(user: User) -> None:
    """Revoke everything that opens ``user``'s account except the password: tokens, device tokens, codes, browser
    sessions.
    """
    now = timezone.now()
    with transaction.atomic():
        lock_person(user.pk)
        User.objects.filter(pk=user.pk).update(credentials_epoch=F("credentials_epoch") + 1)
        revoke_rows(user.refresh_tokens.all(), now)
        user.device_tokens.filter(revoked_at=None).update(revoked_at=now)
        user.auth_codes.filter(spent_at=None).update(spent_at=now)
        user.browser_sign_ins.all().delete()  # the one that goes on is listed again
        rights_changed(user.pk)
    user.refresh_from_db(fields=["credentials_epoch"])


def end_sign_in(sign_in: UUID, user_id: UUID | None) -> None:
    """A browser signed out: end what was derived from its sign-in. Repeating it is harmless."""
    with transaction.atomic():
        EndedSignIn.objects.bulk_create([EndedSignIn(pk=sign_in)], ignore_conflicts=True)
        BrowserSignIn.objects.filter(pk=sign_in).delete()
        if user_id is not None:
            rights_changed(user_id)


def forget_spent() -> int:
    """Delete credentials that can neither be used nor be recognised as re-used any more; returns how many."""
    now = timezone.now()
    deleted = 0
    for rows in (
        # Spent and revoked ones stay until they would have expired: their re-use must still be recognised.
        RefreshToken.objects.filter(Q(expires_at__lte=now) | Q(family_expires_at__lte=now)),
        DeviceToken.objects.filter(
            Q(expires_at__lte=now) | Q(replaced_at__lte=now - settings.DEVICE_TOKEN_GRACE) | Q(revoked_at__isnull=False)
        ),
        AuthCode.objects.filter(expires_at__lte=now - timedelta(days=1)),
        EndedSignIn.objects.filter(ended_at__lte=now - _SIGN_INS_KNOWN),
        BrowserSignIn.objects.filter(last_used_at__lte=now - timedelta(seconds=settings.SESSION_COOKIE_AGE)),
    ):
        deleted += rows.delete()[0]
    return deleted
