"""Use cases of accounts: guests, sign-in, revocation."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import credentials
from accounts.changes import rights_changed
from accounts.models import DeviceToken, RefreshToken, User
from accounts.names import clean_name
from audit.services import record
from core.errors import NotAuthenticated
from core.nudges import hook


class WrongPassword(NotAuthenticated):
    """E-mail and password do not match; the error does not say which one is wrong."""

    code = "wrong_password"
    sentence = _("E-mail and password do not match.")


def register_guest(*, display_name: str) -> tuple[User, str]:
    """Create a guest account and the device token that opens it again. Raises Invalid for an unusable name."""
    with transaction.atomic():
        user = User.objects.create_user(username=clean_name(display_name), is_guest=True)
        return user, credentials.issue_device_token(user)


def open_device(*, device_token: str) -> tuple[User, str]:
    """Return the guest of this device token and the token that replaces it. Raises credentials.InvalidToken."""
    return credentials.replace_device_token(device_token)


def check_password(*, email: str, password: str) -> User:
    """Return the active member with this e-mail and password; callers come through :mod:`accounts.sign_in`.

    Takes the same time whether the account exists or not. Raises WrongPassword.
    """
    user = User.objects.select_related("organization").filter(email__iexact=email.strip(), is_guest=False).first()
    if user is None:
        make_password(password)  # costs the same time as checking a real password
        raise WrongPassword
    if not user.check_password(password) or not user.is_active:
        raise WrongPassword
    if user.organization is not None and not user.organization.is_active:
        raise WrongPassword
    return user


def generate_code(*, user: User, session_id: UUID, session_ends_at: datetime) -> str:
    """A single-use code that opens ``user``'s account on another device for one session.

    The caller has checked that ``user`` may enter it. ``session_ends_at`` is the session's expected end: tokens from
    the code expire 24 hours after it.
    """
    return credentials.issue_code(user, session_id=session_id, session_ends_at=session_ends_at)


@hook
def closed(user: User) -> None:
    """Hook: the account is closed, in the present transaction; apps above this one end what depends on it."""


def set_active(*, user: User, is_active: bool, by: User | None = None) -> None:
    """Open or close an account; closing revokes everything that opens it."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=is_active)
        user.is_active = is_active
        rights_changed(user.pk)
        if not is_active:
            credentials.revoke_all(user)
            closed(user)
        action = "user.opened" if is_active else "user.closed"
        record(action, actor=by.pk if by else None, subject=user.pk)


def revoke_tokens(tokens: QuerySet[RefreshToken] | QuerySet[DeviceToken]) -> int:
    """Revoke these rows and close what was opened with them; returns how many were not revoked before."""
    with transaction.atomic():
        holding = tokens.filter(revoked_at=None)
        people = set(holding.order_by().values_list("user", flat=True))
        revoked = holding.update(revoked_at=timezone.now())
        rights_changed(*people)
    return revoked
