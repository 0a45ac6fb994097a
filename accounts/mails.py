"""Mails about an account."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from mails.delivery import write_mail


def public_link(name: str, **kwargs: object) -> str:
    """The page ``name`` at the configured public address, never at the host name of a request."""
    return settings.BASE_URL + reverse(name, kwargs=kwargs)


def password_reset_mail(user: User) -> EmailMessage:
    """The link with which a new password is chosen."""
    link = public_link(
        "account_reset_password_from_key", uidb36=user_pk_to_url_str(user), key=default_token_generator.make_token(user)
    )
    return _mail(_("Choose a new password"), "password_reset", user.email, link=link)


def address_link_mail(user: User, new: str, *, token: str) -> EmailMessage:
    """The link that proves a new address."""
    link = public_link("email_link", token=token)
    return _mail(_("Confirm your new e-mail address"), "address_link", new, link=link, name=user.username)


def address_taken_mail(address: str) -> EmailMessage:
    """Tells the owner of an address that somebody asked for it for another account."""
    link = public_link("account_reset_password")
    return _mail(_("Your e-mail address belongs to an account"), "address_taken", address, link=link)


def address_changed_mail(user: User, old: str) -> EmailMessage:
    """Tells the former address of an account about the change."""
    return _mail(_("Your e-mail address was changed"), "address_changed", old, new=user.email, name=user.username)


def _mail(subject: str, template: str, to: str | None, **context: Any) -> EmailMessage:
    return write_mail(f"accounts/email/{template}.txt", subject=subject, to=to, **context)
