"""Forgotten passwords. Every request gets the same answer at once; the rest happens in the background."""

from django.conf import settings

from accounts.models import User
from core.errors import TooManyFromNetwork
from core.limits import Limiter
from core.nudges import nudge

HOUR = 3600
#: How many mails one network may ask for, as a multiple of those allowed for one address.
_ADDRESSES = 10


@nudge
def reset_link_wanted(address: str) -> None:
    """Nudge: send the link, if a member has this address."""


def ask(*, email: str, network: str) -> None:
    """Have a link sent to the member with this address, if there is one. Raises TooMany for the network only."""
    address = email.strip().lower()
    if allow_mail(address, network=network):
        reset_link_wanted.send(address)


def resettable(address: str) -> User | None:
    """The active member whose password a mail to this address may change."""
    return User.objects.filter(email__iexact=address, is_active=True, is_guest=False).first()


def allow_mail(address: str, *, network: str) -> bool:
    """Whether one more mail may go to this address; requests beyond the limit are dropped silently.

    Raises TooMany when the network has reached its limit.
    """
    limiter = Limiter()
    limiter.check("account-mail-by", network, settings.ACCOUNT_MAIL_LIMIT * _ADDRESSES, HOUR, TooManyFromNetwork)
    return limiter.allows("account-mail-to", address, settings.ACCOUNT_MAIL_LIMIT, HOUR)
