"""django-allauth's choices for the dashboard."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

from accounts import devices
from accounts.models import User
from base.addresses import client_address


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: hosts are made by `create_host`, in admin, or by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        # Its limits count the same address as the API's.
        return client_address(request)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **options: Any) -> HttpResponse:
        response = super().post_login(request, user, **options)
        assert isinstance(user, User)
        devices.remember(request, user)
        return response
