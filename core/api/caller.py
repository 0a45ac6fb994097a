"""Who calls the API, as far as the API's conventions need to know; ``accounts.person.Person`` is one."""

from typing import Any, Protocol, cast
from uuid import UUID

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class Caller(Protocol):
    """A caller, anonymous ones included."""

    @property
    def is_known(self) -> bool:
        """Whether somebody's account is behind it."""

    @property
    def is_key(self) -> bool:
        """Whether an API key speaks."""

    @property
    def session_id(self) -> UUID | None:
        """The one session to which the sign-in is limited."""

    @property
    def identity(self) -> str:
        """The same for the same caller with the same limits, and for nobody else."""


class SignedIn(BasePermission):
    """Any known caller; operations marked public do not use it."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return caller_of(request).is_known


def caller_of(request: Request) -> Caller:
    """Who calls; also without any credential (UNAUTHENTICATED_TOKEN)."""
    return cast("Caller", request.auth)
