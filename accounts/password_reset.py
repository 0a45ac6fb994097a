"""A forgotten password: whoever asks reads the same at once, and the rest happens in the background."""

from django.conf import settings

from accounts.models import User
from core.limits import Limiter
from core.nudges import nudge

HOUR = 3600
#: What one network may ask for, in shares of what may go to one address.
_ADDRESSES = 10


@nudge
def reset_link_wanted(address: str) -> None:
    """Send the link, if a member has this address."""


def ask(*, email: str, network: str) -> None:
    """Have a link sent to the member with this address, if there is one. Raises TooMany for the network only."""
    address = email.strip().lower()
    if allow_mail(address, network=network):
        reset_link_wanted.send(address)


def resettable(address: str) -> User | None:
    """The active member whose password a mail to this address may change."""
    return User.objects.filter(email__iexact=address, is_active=True, is_guest=False).first()


def allow_mail(address: str, *, network: str) -> bool:
    """Whether one more mail may go to this address; what is asked for beyond that is dropped without a word.

    Raises TooMany when the network has had its share.
    """
    limiter = Limiter()
    limiter.check("account-mail-by", network, settings.ACCOUNT_MAIL_LIMIT * _ADDRESSES, HOUR)
    return limiter.allows("account-mail-to", address, settings.ACCOUNT_MAIL_LIMIT, HOUR)
