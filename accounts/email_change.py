"""A new e-mail address to sign in with: asked for with the password, proven by a link sent to it.

Nothing is stored until the link is used. The link is signed over the account, both addresses and the revocation
counter: it dies with its use, with a new password, and after a day.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import credentials
from accounts.models import User
from accounts.password_reset import HOUR, allow_mail
from accounts.sign_in import confirm_password
from core.errors import Conflict, Gone, Invalid
from core.limits import Limiter
from core.nudges import nudge

LINK_LIFETIME = timedelta(days=1)
_SALT = "accounts.email change"


class LinkOver(Gone):
    """A link that was used, is too old, or was never ours."""

    sentence = _("This link was used already or is too old. Ask for a new one on your account page.")


class AddressTaken(Conflict):
    """Another account got the address meanwhile."""

    code = "taken"
    sentence = _("There is an account with this e-mail address already.")


@dataclass(frozen=True, slots=True)
class Change:
    """What a link would do."""

    user: User
    new: str


@nudge
def address_link_wanted(user_id: str, new: str) -> None:
    """Send the link to the new address, or tell its owner that somebody wanted it."""


@nudge
def address_changed(user_id: str, old: str | None) -> None:
    """Tell the address that the account had."""


def ask(*, user: User, email: str, password: str, network: str) -> None:
    """Send the link to the new address. Whether another account has it is told to its owner only.

    Raises Invalid (malformed, or the present one), WrongPassword, TooMany, hashers.HashingBusy.
    """
    new = email.strip().lower()
    try:
        validate_email(new)
    except ValidationError:
        raise Invalid.field("email", _("This is not a valid e-mail address."), "invalid") from None
    if new == user.email:
        raise Invalid.field("email", _("This is your address already."), "same")
    confirm_password(user, password, network=network)
    Limiter().check("address-change", str(user.pk), settings.ACCOUNT_MAIL_LIMIT, HOUR)
    if allow_mail(new, network=network):
        address_link_wanted.send(str(user.pk), new)


def make_token(user: User, new: str) -> str:
    """What the link carries."""
    claims = {"user": str(user.pk), "old": user.email, "new": new, "epoch": user.credentials_epoch}
    return signing.dumps(claims, salt=_SALT)


def read(token: str) -> Change:
    """What the link would do; nothing happens. Raises LinkOver."""
    try:
        claims = signing.loads(token, salt=_SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature:
        raise LinkOver from None
    user = User.objects.filter(
        pk=claims["user"], email=claims["old"], credentials_epoch=claims["epoch"], is_active=True, is_guest=False
    ).first()
    if user is None:
        raise LinkOver
    return Change(user, claims["new"])


def confirm(token: str) -> User:
    """Change the address, tell the old one, and sign every browser and program of the account out.

    Raises LinkOver, AddressTaken.
    """
    with transaction.atomic():
        pk = read(token).user.pk
        User.objects.select_for_update(no_key=True).get(pk=pk)
        change = read(token)  # again, now that nobody else uses it
        user, old = change.user, change.user.email
        user.email = change.new
        try:
            with transaction.atomic():
                user.save(update_fields=["email"])
        except IntegrityError:
            raise AddressTaken from None
        credentials.revoke_all(user)
        address_changed.on_commit(str(user.pk), old)
    return user
