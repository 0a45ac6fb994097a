"""Authentication with an API key."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.person import Person
from core.errors import NotAuthenticated
from organizations import keys


class KeyAuthentication(BaseAuthentication):
    """``X-API-Key``. A key that is present is always checked: an invalid one is answered 401, and so is one beside
    another credential.
    """

    def authenticate(self, request: Request) -> tuple[Any, Person] | None:
        key = request.META.get("HTTP_X_API_KEY")
        if key is None:
            return None
        person = keys.person_of_key(key.strip()) if "HTTP_AUTHORIZATION" not in request.META else None
        if person is None:
            raise NotAuthenticated
        return person.user, person

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
