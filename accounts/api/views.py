"""The Auth operations: tokens for hosts, guests and other devices."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import credentials, devices, services, shapes
from accounts.api.serializers import (
    DeviceLoginRequest,
    ExchangeAuthCodeRequest,
    LoginRequest,
    LogoutRequest,
    RefreshTokenRequest,
    ViewerRegisterRequest,
)
from accounts.api.viewsets import ApiViewSet
from accounts.authentication import BearerAuthentication, PageSessionAuthentication
from accounts.credentials import InvalidCode, InvalidToken, SpentCode, Tokens
from accounts.hashers import HashingBusy
from accounts.models import User
from accounts.person import Person
from accounts.services import WrongPassword
from accounts.sign_in import sign_in
from core.api.throttles import limit_by_network, network_of_request
from core.api.views import SuccessResponse, operation
from core.errors import TooMany
from core.guard import CODE, DEVICE, guarded


class MeViewSet(ApiViewSet):
    """Who the caller is."""

    keys_allowed = False

    @operation("Auth", reply=shapes.User, for_limited_tokens=True)
    def me(self, request: Request) -> Response:
        """Tell who is signed in."""
        assert self.person.user is not None
        return self.reply(shapes.User.of(self.person.user, self.person))


class TokenViewSet(ApiViewSet):
    """Operations authorised by a secret in the body: cookies and bearer tokens sent with the request are ignored."""

    keys_allowed = False

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Ignore tokens and cookies; read API keys, so that they can be refused."""
        uncounted = (BearerAuthentication, PageSessionAuthentication)
        return [each for each in super().get_authenticators() if not isinstance(each, uncounted)]

    @operation(
        "Auth", request=LoginRequest, reply=shapes.SignedIn, errors=[WrongPassword, TooMany, HashingBusy], public=True
    )
    def login(self, request: Request) -> Response:
        """Sign in with e-mail and password."""
        user = sign_in(**self.parse(LoginRequest), network=network_of_request(request))
        return self._signed_in(user, credentials.issue_tokens(user))

    @operation("Auth", request=RefreshTokenRequest, reply=shapes.SignedIn, errors=[InvalidToken, TooMany], public=True)
    def refresh(self, request: Request) -> Response:
        """Spend a refresh token for new tokens."""
        return self._signed_in(*credentials.rotate(self.parse(RefreshTokenRequest)["refresh_token"]))

    @operation("Auth", request=LogoutRequest, reply=SuccessResponse, public=True)
    def logout(self, request: Request) -> Response:
        """End a sign-in: every token that came from it."""
        credentials.sign_out(self.parse(LogoutRequest)["refresh_token"])
        return self.reply({"message": _("Signed out.")}, SuccessResponse, secret=True)

    @operation(
        "Auth", request=ViewerRegisterRequest, reply=shapes.SignedInOnDevice, status=201, errors=[TooMany], public=True
    )
    def register(self, request: Request) -> Response:
        """Become a guest who only gives a name."""
        limit_by_network(request, "register", settings.REGISTER_LIMIT)
        asked = self.parse(ViewerRegisterRequest)
        with transaction.atomic():
            user, device_token = services.register_guest(**asked)
            tokens = credentials.issue_tokens(user, is_first=True)
            response = self._signed_in(user, tokens, device_token=device_token, status=201)
            return self._on_device(request, user, response)

    @operation(
        "Auth",
        request=DeviceLoginRequest,
        reply=shapes.SignedInOnDevice,
        errors=[InvalidToken, TooMany],
        public=True,
    )
    def device_login(self, request: Request) -> Response:
        """Be the same guest again on the same device."""
        body = self.parse(DeviceLoginRequest)
        with guarded(DEVICE, network=network_of_request(request)):
            user, device_token = services.open_device(**body)
        return self._on_device(
            request, user, self._signed_in(user, credentials.issue_tokens(user), device_token=device_token)
        )

    @operation(
        "Auth",
        request=ExchangeAuthCodeRequest,
        reply=shapes.SignedIn,
        errors=[InvalidCode, SpentCode, TooMany],
        public=True,
    )
    def exchange(self, request: Request) -> Response:
        """Open an account on this device with a code from another."""
        body = self.parse(ExchangeAuthCodeRequest)
        with guarded(CODE, network=network_of_request(request)):
            user, tokens = credentials.exchange_code(body["code"])
        return self._signed_in(user, tokens)

    def _on_device(self, request: Request, user: User, response: Response) -> Response:
        """Return ``response`` after noting that this browser is one of the person's devices."""
        devices.remember(request._request, user, response)
        return response

    def _signed_in(self, user: User, tokens: Tokens, *, device_token: str | None = None, status: int = 200) -> Response:
        values: dict[str, Any] = {
            "user": shapes.User.of(user, Person(user=user)),
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
        }
        signed_in = (
            shapes.SignedIn(**values)
            if device_token is None
            else shapes.SignedInOnDevice(**values, device_token=device_token)
        )
        return self.reply(signed_in, status=status, secret=True)
