"""The acting person, as every service and capability check receives it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import NotAuthenticated


class Scope(TextChoices):
    """Scopes of API keys."""

    ROOMS = "rooms", _("rooms and presets")
    SESSIONS = "sessions", _("sessions, as their host")
    CODES = "codes", _("sign-in codes for people")


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """What an API key allows: to act as one person, in one organization, within ``scopes``."""

    id: UUID
    acts_as_id: UUID
    organization_id: UUID
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """A caller. ``user`` is None for anonymous callers; ``api_key`` is the grant of the API key that acts for ``user``.

    ``session_id`` limits the caller to one webinar session (tokens from an exchanged code). ``family`` names the
    sign-in of an access token, ``sign_in`` that of a browser: what is derived from a sign-in ends with it.
    """

    user: User | None = None
    api_key: KeyGrant | None = None
    session_id: UUID | None = None
    family: UUID | None = None
    sign_in: UUID | None = None

    @property
    def is_known(self) -> bool:
        return self.user is not None

    @property
    def is_key(self) -> bool:
        return self.api_key is not None

    @property
    def identity(self) -> str:
        """Tells callers apart: account, key and limit to a session."""
        key = self.api_key.id if self.api_key else ""
        return f"{self.user.id if self.user else ''}:{key}:{self.session_id or ''}"

    def account(self) -> User:
        """The account behind the caller. Raises NotAuthenticated for anonymous ones."""
        if self.user is None:
            raise NotAuthenticated
        return self.user

    def has_scope(self, scope: Scope) -> bool:
        """Whether this caller may do what ``scope`` covers; only API keys are limited by scopes."""
        return self.api_key is None or scope in self.api_key.scopes


ANONYMOUS = Person()


def anonymous() -> Person:
    """The caller without credentials; Django REST framework finds it by this name (settings/api.py)."""
    return ANONYMOUS
