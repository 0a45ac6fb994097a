"""Password checks behind one counter of wrong tries: for pages, API, admin, and confirmation of sensitive changes."""

from accounts.models import User
from accounts.services import WrongPassword, check_password
from core.guard import PASSWORD, guarded

LONGEST_PASSWORD = 1024


def sign_in(*, email: str, password: str, network: str) -> User:
    """The active member with this e-mail and password. ``network`` is the client's.

    Raises WrongPassword, TooMany (too many wrong ones), hashers.HashingBusy.
    """
    with guarded(PASSWORD, network=network, account=email.strip().lower()):
        if len(password) > LONGEST_PASSWORD:  # no account has such a long address
            raise WrongPassword
        return check_password(email=email, password=password)


def confirm_password(user: User, password: str, *, network: str) -> None:
    """Check that the user of this browser knows the account's password. Raises like :func:`sign_in`."""
    with guarded(PASSWORD, network=network, account=(user.email or str(user.pk)).lower()):
        if not user.check_password(password):
            raise WrongPassword
