"""The dashboard's settings for django-allauth.

Of allauth we use the forms and pages for sign-in, sign-out, password change and password reset (``accounts.entrance``).
We do not use its table of e-mail addresses: the address of an account is ``User.email``.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts import devices
from accounts.middleware import ZONE_COOKIE
from accounts.models import User
from accounts.services import WrongPassword
from accounts.sign_in import sign_in
from core.addresses import client_address, client_network
from core.zones import known_zones


class AccountAdapter(DefaultAccountAdapter):
    """No open sign-up: hosts are made with `create_host`, in the admin, or by invitation."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WrongPassword.sentence,
        "enter_current_password": _("This is not your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Always False: allauth would otherwise answer JSON, and take the key of a mailed link from the address."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Check the password with our own service instead of Django's backends. Raises TooMany, HashingBusy."""
        email, password = str(credentials.get("email", "")), str(credentials.get("password", ""))
        try:
            return sign_in(email=email, password=password, network=client_network(request))
        except WrongPassword:
            return None

    def is_safe_url(self, url: str | None) -> bool:
        """Accept only addresses of this very site: no other host name of ours, and no other port."""
        return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The dashboard for hosts; the account page for everybody else, who would see an empty dashboard."""
        is_host = isinstance(request.user, User) and request.user.role == User.Role.HOST
        return resolve_url(settings.LOGIN_REDIRECT_URL if is_host else "account")

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **options: Any) -> HttpResponse:
        response = super().post_login(request, user, **options)
        assert isinstance(user, User)
        devices.remember(request, user)
        _remember_zone(user, request.COOKIES.get(ZONE_COOKIE, ""))
        return response


def _remember_zone(user: User, zone: str) -> None:
    """So that mails can show times as this person's pages do."""
    if zone != user.browser_zone and zone in known_zones():
        user.browser_zone = zone
        user.save(update_fields=["browser_zone"])
