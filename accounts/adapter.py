"""django-allauth's choices for the dashboard.

Of allauth we use the forms and pages of sign-in, sign-out, change and reset of passwords (``accounts.entrance``). Its
table of e-mail addresses counts for nothing here: the address of an account is ``User.email``.
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
from accounts.models import User
from accounts.services import WrongPassword
from accounts.sign_in import sign_in
from core.addresses import client_address, client_network


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: hosts are made by `create_host`, in admin, or by invitation."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WrongPassword.sentence,
        "enter_current_password": _("This is not your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Pages are pages: allauth would answer JSON, and take the key of a mailed link from the address."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The one judge of passwords instead of Django's backends. Raises TooMany, HashingBusy."""
        email, password = str(credentials.get("email", "")), str(credentials.get("password", ""))
        try:
            return sign_in(email=email, password=password, network=client_network(request))
        except WrongPassword:
            return None

    def is_safe_url(self, url: str | None) -> bool:
        """A place of this site and nothing else: no other host of ours, no other port."""
        return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Home: the dashboard for hosts, the account for others, who have nothing to see on a dashboard."""
        is_host = isinstance(request.user, User) and request.user.role == User.Role.HOST
        return resolve_url(settings.LOGIN_REDIRECT_URL if is_host else "account")

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **options: Any) -> HttpResponse:
        response = super().post_login(request, user, **options)
        assert isinstance(user, User)
        devices.remember(request, user)
        return response
