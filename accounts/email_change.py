"""Changing the e-mail address of an account: asks for the password, then proves the new address by a mailed link.

Nothing is stored until the link is used. The link is signed over the account, both addresses and the revocation
counter, so it becomes invalid when used, when the password changes, and after a day.
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
    """The link was used, has expired, or was never issued."""

    sentence = _("This link was used already or is too old. Ask for a new one on your account page.")


class AddressTaken(Conflict):
    """Another account has taken the address in the meantime."""

    code = "taken"
    sentence = _("There is an account with this e-mail address already.")


@dataclass(frozen=True, slots=True)
class Change:
    """The change that a link makes."""

    user: User
    new: str


@nudge
def address_link_wanted(user_id: str, new: str) -> None:
    """Nudge: send the link to the new address, or tell the owner of that address that somebody asked for it."""


@nudge
def address_changed(user_id: str, old: str | None) -> None:
    """Nudge: tell the former address about the change."""


def ask(*, user: User, email: str, password: str, network: str) -> None:
    """Send the link to the new address. If another account has that address, only its owner learns so, by mail.

    Raises Invalid (malformed, or the present address), WrongPassword, TooMany, hashers.HashingBusy.
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
    """The signed content of the link."""
    claims = {"user": str(user.pk), "old": user.email, "new": new, "epoch": user.credentials_epoch}
    return signing.dumps(claims, salt=_SALT)


def read(token: str) -> Change:
    """The change that the link would make, without making it. Raises LinkOver."""
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
    """Change the address, notify the old one, and sign the account out of every browser and program.

    Raises LinkOver, AddressTaken.
    """
    with transaction.atomic():
        pk = read(token).user.pk
        User.objects.select_for_update(no_key=True).get(pk=pk)
        change = read(token)  # checked again, now under the lock
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
