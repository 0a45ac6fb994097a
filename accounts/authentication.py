"""Who calls the API: a bearer token, or the session cookie of our own pages (with CSRF check)."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from accounts import credentials
from accounts.browser_sessions import sign_in_of
from accounts.person import Person
from core.errors import NotAuthenticated


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer <JWT>``. A header that is present is always checked: an invalid one is answered 401."""

    def authenticate(self, request: Request) -> tuple[Any, Person] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        is_alone = "HTTP_X_API_KEY" not in request.META
        person = credentials.person_of_access_token(token.strip()) if scheme.lower() == "bearer" and is_alone else None
        if person is None:
            raise NotAuthenticated
        return person.user, person

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


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
