"""A person's account page, and the decorators that say who may open a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.browser_sessions import sign_in_of
from accounts.forms import AccountForm
from accounts.models import User
from accounts.names import renamed
from accounts.person import ANONYMOUS, Person
from core.errors import NotAllowed, NotAuthenticated

View = Callable[..., HttpResponseBase]


def page_person(request: HttpRequest) -> Person:
    """The member or guest of the request's session cookie."""
    if not isinstance(request.user, User):
        return ANONYMOUS
    return Person(user=request.user, sign_in=sign_in_of(request))


def member_of(request: HttpRequest) -> User | None:
    """The signed-in member; None for anonymous visitors and guests."""
    return request.user if isinstance(request.user, User) and not request.user.is_guest else None


def guest_of(request: HttpRequest) -> User | None:
    """The guest of this browser, who gave a name or came by a personal link."""
    return request.user if isinstance(request.user, User) and request.user.is_guest else None


def member_page(view: View) -> View:
    """Decorator: only for members. Anonymous visitors and guests sign in first and then return."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if member_of(request) is None:
            raise NotAuthenticated
        return view(request, *args, **kwargs)

    return guarded


def host_page(view: View) -> View:
    """Decorator: only for accounts with the role host. Other members read why they cannot open the page."""

    @wraps(view)
    @member_page
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
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
        with transaction.atomic():
            user = form.save()
            if "username" in form.changed_data:
                renamed(user)
        messages.success(request, _("Your account was saved."))
        return redirect("account")
    return account_page(request, form)


def account_page(request: HttpRequest, form: AccountForm, **context: object) -> HttpResponse:
    """Render the account page; ``context`` holds what other apps show on it."""
    return render(request, "accounts/account.html", {"form": form, **context})
