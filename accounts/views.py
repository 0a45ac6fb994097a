"""A person's account page, and the decorators that say who may open a page."""

import contextlib
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import sign_ins
from accounts.browser_sessions import list_sign_in, see_sign_in, sign_in_of
from accounts.forms import AccountForm
from accounts.models import User
from accounts.names import renamed
from accounts.person import ANONYMOUS, Person
from core.errors import NotAllowed, NotAuthenticated, NotFound

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
        member = member_of(request)
        if member is None:
            raise NotAuthenticated
        response = view(request, *args, **kwargs)
        see_sign_in(request)  # not for who was refused
        return response

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
                renamed(user, str(form.initial["username"]))
        messages.success(request, _("Your account was saved."))
        return redirect("account")
    return account_page(request, form)


def account_page(request: HttpRequest, form: AccountForm, **context: object) -> HttpResponse:
    """Render the account page; ``context`` holds what other apps show on it."""
    member = member_of(request)
    assert member is not None
    list_sign_in(request, member)
    found = sign_ins.sign_ins_of(page_person(request))
    return render(request, "accounts/account.html", {"form": form, "sign_ins": found, **context})


@member_page
@require_POST
def end_sign_in(request: HttpRequest, sign_in_id: UUID) -> HttpResponse:
    """End one of the member's sign-ins."""
    with contextlib.suppress(NotFound):  # it ended by itself meanwhile
        sign_ins.end(actor=page_person(request), sign_in_id=sign_in_id)
    messages.success(request, _("The sign-in has ended."))
    return redirect("account")


@member_page
@require_POST
def end_other_sign_ins(request: HttpRequest) -> HttpResponse:
    """End all of the member's sign-ins but this one."""
    sign_ins.end_others(actor=page_person(request))
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("account")
