"""Sign-in, sign-out and passwords: the only pages of allauth that are mounted.

Guests are not members here: signing in replaces the guest, and a guest has no password to change.
"""

from typing import Any

from allauth.account import views
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path, re_path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.pages import forget_guest
from accounts.views import guest_of, member_of, member_page
from core.errors import Problem


class SaysProblem:
    """Shows the form again when a service refused, with its sentence and the HTTP status it has in the API."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        problem: Problem | None = getattr(form, "problem", None)
        if problem is not None:
            response.status_code = problem.status
            if problem.retry_after is not None:
                response["Retry-After"] = str(problem.retry_after)
        return response


class SignInView(SaysProblem, views.LoginView):
    """E-mail and password. Guests see which guest they are and can sign in as a member; members are redirected."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if member_of(request) is None:
            return super().dispatch(request, *args, **kwargs)
        url = self.get_authenticated_redirect_url()
        # avoids a redirect from this page to itself
        return HttpResponseRedirect(reverse("account") if url.split("?")[0] == request.path else url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"guest": guest_of(self.request)}


@method_decorator(never_cache, name="dispatch")
class SignOutView(views.LogoutView):
    """Signs members and guests out; a guest does not become the same guest again."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_guest = guest_of(request) is not None
        response: HttpResponse = super().post(request, *args, **kwargs)
        if is_guest:
            forget_guest(request, response)
        return response


@method_decorator([member_page, never_cache], name="dispatch")
class PasswordView(SaysProblem, views.PasswordChangeView):
    """Change the password, knowing the old one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User) and not request.user.has_usable_password():
            messages.info(request, _("Your account has no password yet. Have a link sent to you and choose one."))
            return redirect("account_reset_password")
        return super().dispatch(request, *args, **kwargs)

    def get_default_success_url(self) -> str:
        return reverse("account")


@method_decorator(never_cache, name="dispatch")
class ForgottenPasswordView(views.PasswordResetView):
    """Mails a link in the background, so that an unknown address gets the same answer in the same time."""


@method_decorator(never_cache, name="dispatch")
class LinkSentView(views.PasswordResetDoneView):
    """Says what to do now."""


@method_decorator(never_cache, name="dispatch")
class ChoosePasswordView(views.PasswordResetFromKeyView):
    """Target of the mailed link: moves the key out of the address into the session at once."""


@method_decorator(never_cache, name="dispatch")
class PasswordChosenView(views.PasswordResetFromKeyDoneView):
    """Says that the password was changed."""


urlpatterns: list[URLPattern] = [
    path("accounts/login/", SignInView.as_view(), name="account_login"),
    path("accounts/logout/", SignOutView.as_view(), name="account_logout"),
    path("accounts/password/change/", PasswordView.as_view(), name="account_change_password"),
    path("accounts/password/reset/", ForgottenPasswordView.as_view(), name="account_reset_password"),
    path("accounts/password/reset/done/", LinkSentView.as_view(), name="account_reset_password_done"),
    path(
        "accounts/password/reset/key/done/", PasswordChosenView.as_view(), name="account_reset_password_from_key_done"
    ),
    re_path(
        r"accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]{1,32})-(?P<key>[0-9A-Za-z-]{1,128})/$",
        ChoosePasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
]
