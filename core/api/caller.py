"""The caller of the API, as far as the API's conventions know them; implemented by ``accounts.person.Person``."""

from typing import Any, Protocol, cast
from uuid import UUID

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class Caller(Protocol):
    """A caller, possibly anonymous."""

    @property
    def is_known(self) -> bool:
        """Whether the caller has an account."""

    @property
    def is_key(self) -> bool:
        """Whether the caller uses an API key."""

    @property
    def session_id(self) -> UUID | None:
        """The one session to which the sign-in is limited; None: not limited."""

    @property
    def identity(self) -> str:
        """Equal for the same caller with the same limits, and different for everybody else."""


class SignedIn(BasePermission):
    """Allows any known caller; operations marked public do not use it."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return caller_of(request).is_known


def caller_of(request: Request) -> Caller:
    """The caller of this request; also without credentials (UNAUTHENTICATED_TOKEN)."""
    return cast("Caller", request.auth)
