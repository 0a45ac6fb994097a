"""django-allauth's choices for the dashboard."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: hosts are made by `create_host`, in admin, or by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
