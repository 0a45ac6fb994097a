"""The limiter in front of every password and every secret that could be guessed: one count of wrong tries.

A try is counted before the secret is checked and given back if it was right, so that simultaneous tries cannot exceed
the limit. A secret of an account counts for the account from this network, and for the network across accounts:
guessing one password is slow, and so is trying one password on many accounts. Nobody can lock an account for other
networks.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from core.errors import Gone, NotAuthenticated, NotFound, TooManyForAccount, TooManyFromNetwork
from core.limits import Limiter, Place

_MINUTE = 60
#: Exceptions that mean that the secret was wrong; any other outcome does not count as a try.
WRONG = (NotAuthenticated, NotFound, Gone)


@dataclass(frozen=True, slots=True)
class SecretKind:
    """One kind of secret. ``network`` and ``account`` name the settings of its limits in ``seconds``."""

    name: str
    network: str
    seconds: int = _MINUTE
    account: str | None = None


PASSWORD = SecretKind("password", "LOGIN_NETWORK_LIMIT", 15 * _MINUTE, "LOGIN_FAILURE_LIMIT")
CODE = SecretKind("code", "CODE_FAILURE_LIMIT")
DEVICE = SecretKind("device", "CODE_FAILURE_LIMIT")
INVITATION = SecretKind("invitation", "CODE_FAILURE_LIMIT")
MAILED_KEY = SecretKind("mailed-key", "CODE_FAILURE_LIMIT")
STREAM_KEY = SecretKind("stream-key", "STREAM_KEY_FAILURE_LIMIT")


@contextmanager
def guarded(kind: SecretKind, *, network: str, account: str | None = None) -> Generator[None]:
    """Context manager around the check of one secret. Raises TooMany, before the check, after too many wrong tries.

    ``network`` comes from :func:`core.addresses.network_of` of the client's address; ``account`` is the owner of the
    secret, for kinds that count by account.
    """
    limiter, places = Limiter(), list[Place]()
    try:
        if kind.account is not None and account is not None:
            limit = getattr(settings, kind.account)
            own = limiter.reserve(kind.name, f"{account}\n{network}", limit, kind.seconds, TooManyForAccount)
            places.append(own)
        limit = getattr(settings, kind.network)
        places.append(limiter.reserve(kind.name, network, limit, kind.seconds, TooManyFromNetwork))
        yield
    except WRONG:
        raise
    except BaseException:
        for place in places:
            place.give_back()
        raise
    for place in places[:-1]:
        place.forget()
    places[-1].give_back()
