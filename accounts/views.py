"""Pages of a person: their account; and who may open the pages of hosts."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import AccountForm
from accounts.models import User
from accounts.person import ANONYMOUS, Person
from base.errors import NotAllowed, NotAuthenticated

View = Callable[..., HttpResponse]


def page_person(request: HttpRequest) -> Person:
    """Who opened a page: the member or guest of its session cookie."""
    return Person(user=request.user) if isinstance(request.user, User) else ANONYMOUS


def member_page(view: View) -> View:
    """For people who sign in. Anonymous ones and guests are sent to the sign-in and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, User) or request.user.is_guest:
            raise NotAuthenticated
        return view(request, *args, **kwargs)

    return guarded


def host_page(view: View) -> View:
    """For accounts with the role host. Other members are told so."""

    @wraps(view)
    @member_page
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, User) or request.user.role != User.Role.HOST:
            message = _(
                "This page is for hosts, and your account is one for watching. "
                "Ask an owner of your organization to make you a host, or open the link you were invited with."
            )
            raise NotAllowed(message)
        return view(request, *args, **kwargs)

    return guarded


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name, time zone, and the way to a new password."""
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your account was saved."))
        return redirect("account")
    return render(request, "accounts/account.html", {"form": form})
