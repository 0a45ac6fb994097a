"""Who calls the API: a bearer token, an API key, or the session cookie of our own pages (with CSRF check)."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from accounts import credentials
from accounts.browser_sessions import sign_in_of
from accounts.person import Person
from core.errors import NotAuthenticated


class HeaderAuthentication(BaseAuthentication):
    """``Authorization: Bearer <JWT>`` or ``X-API-Key``. A header that is present alone is judged: invalid is 401."""

    def authenticate(self, request: Request) -> tuple[Any, Person] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        key = request.META.get("HTTP_X_API_KEY")
        if header is None and key is None:
            return None
        person = None
        if header is not None:
            scheme, _, token = header.partition(" ")
            if scheme.lower() == "bearer" and key is None:
                person = credentials.person_of_access_token(token.strip())
        elif key is not None:
            person = credentials.person_of_api_key(key.strip())
        if person is None:
            raise NotAuthenticated
        return person.user, person

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class KeyAuthentication(HeaderAuthentication):
    """Only ``X-API-Key`` is judged: for operations whose body alone authorises, so that a stale bearer token that a
    client sends along with its refresh token does no harm, while keys are still known and can be refused."""

    def authenticate(self, request: Request) -> tuple[Any, Person] | None:
        return super().authenticate(request) if "HTTP_X_API_KEY" in request.META else None


class PageSessionAuthentication(BaseAuthentication):
    """The dashboard's or watch page's session cookie; unsafe methods need the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, Person] | None:
        user = getattr(request._request, "user", None)
        if user is None or not user.is_active or user.is_anonymous:
            return None
        check = CSRFCheck(lambda _request: None)  # type: ignore[arg-type]
        check.process_request(request._request)
        reason = check.process_view(request._request, None, (), {})  # type: ignore[arg-type]
        if reason:
            raise PermissionDenied(f"CSRF Failed: {reason}")
        return user, Person(user=user, sign_in=sign_in_of(request._request))
