"""Background tasks of accounts: periodic clean-up, and mails, so that response times do not reveal whether one was
sent.
"""

from celery import shared_task

from accounts import credentials, guests
from accounts.email_change import make_token
from accounts.mails import address_changed_mail, address_link_mail, address_taken_mail, password_reset_mail
from accounts.models import User
from accounts.password_reset import resettable
from core import replies
from mails.places import AccountMail

#: An unreachable mail server is retried for about an hour.
_RETRIED = {
    "base": AccountMail,
    "autoretry_for": (OSError,),
    "retry_backoff": 15,
    "max_retries": 8,
    "ignore_result": True,
}


@shared_task
def forget_spent_credentials() -> None:
    """Delete expired and spent tokens, codes and kept replies."""
    credentials.forget_spent()
    replies.forget_old()


@shared_task(name="accounts.tasks.forget_idle_guests", ignore_result=True)
def forget_idle_guests() -> None:
    """Delete guests who never joined anything."""
    guests.forget_idle()


@shared_task(name="accounts.tasks.send_password_reset", **_RETRIED)
def send_password_reset(address: str) -> None:
    """The link for a new password, if a member has this address."""

    user = resettable(address)
    if user is not None:
        password_reset_mail(user).send()


@shared_task(name="accounts.tasks.send_address_link", **_RETRIED)
def send_address_link(user_id: str, new: str) -> None:
    """Mail the link that proves a new address; if another account has the address, tell its owner instead."""

    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    is_taken = User.objects.filter(email__iexact=new).exists()
    mail = address_taken_mail(new) if is_taken else address_link_mail(user, new, token=make_token(user, new))
    mail.send()


@shared_task(name="accounts.tasks.send_address_changed", **_RETRIED)
def send_address_changed(user_id: str, old: str | None) -> None:
    """Tell the address that an account had."""

    user = User.objects.filter(pk=user_id).first()
    if user is not None and old:
        address_changed_mail(user, old).send()
