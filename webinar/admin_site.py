"""The admin site: sign-in uses the common limiter for passwords, and passwords are changed in one place."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.hashers import HashingBusy
from accounts.services import WrongPassword
from accounts.sign_in import sign_in
from core.addresses import client_network, clients_are_hidden
from core.errors import TooMany


class StaffSignInForm(AdminAuthenticationForm):
    """E-mail and password of staff."""

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            assert self.request is not None
            network = client_network(self.request)
            try:
                self.user_cache = sign_in(email=email, password=password, network=network)
            except WrongPassword:
                raise self.get_invalid_login_error() from None
            except (TooMany, HashingBusy) as problem:
                raise ValidationError(str(problem.sentence), code=problem.code) from None
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


class Site(AdminSite):
    """Django's admin site with our sign-in."""

    login_form = StaffSignInForm

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the name of somebody who is signed in without access: guests have no e-mail address."""
        user = request.user
        named = {} if isinstance(user, AnonymousUser) else {"username": user.username}
        return super().login(request, {**(extra_context or {}), **named})

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Say first what only whoever runs the server can mend."""
        if clients_are_hidden():
            words = _(
                "Everybody counts as one address: something stands in front of this server that hides who sends what. "
                "Limits meet all at once. Name the proxy in TRUSTED_PROXIES (see docs/going-public.md)."
            )
            messages.warning(request, words)
        return super().index(request, extra_context)

    def password_change(  # type: ignore[override]  # Django renders a template here
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")
