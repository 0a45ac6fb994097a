"""django-allauth's choices for the dashboard."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from base.addresses import client_address


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: hosts are made by `create_host`, in admin, or by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        # Its limits count the same address as the API's.
        return client_address(request)
