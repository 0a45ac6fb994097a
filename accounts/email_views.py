"""Pages with which members change their sign-in address. Opening the link changes nothing; its button does."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import email_change
from accounts.forms import EmailForm
from accounts.models import User
from accounts.services import WrongPassword
from accounts.views import member_page
from core.addresses import client_network
from core.errors import Problem
from core.forms import add_problem
from core.guard import MAILED_KEY, guarded

_TOKEN = "email_change"  # noqa: S105 — the name under which the session keeps it


@member_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_email(request: HttpRequest) -> HttpResponse:
    """Ask for the link."""
    form, status = EmailForm(request.POST or None), 200
    assert isinstance(request.user, User)
    if request.method == "POST" and form.is_valid():
        try:
            email_change.ask(user=request.user, network=client_network(request), **form.cleaned_data)
        except WrongPassword:
            form.add_error("password", _("This is not your current password."))
        except Problem as problem:
            add_problem(form, problem)
            status = problem.status if problem.retry_after is not None else 200
        else:
            sent = _("Check your e-mail: a link is on its way to %(address)s. Open it to confirm the new address.")
            messages.success(request, sent % {"address": form.cleaned_data["email"]})
            return redirect("account")
    return render(request, "accounts/change_email.html", {"form": form}, status=status)


@never_cache
@require_safe
def email_link(request: HttpRequest, token: str) -> HttpResponse:
    """Target of the mailed link: moves the key into the session, so that it does not stand in an address that gets
    shared.
    """
    request.session[_TOKEN] = token[:1024]
    response = redirect("confirm_email")
    response["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest) -> HttpResponse:
    """Show the change and make it. Possession of the link proves the address, so no sign-in is needed."""
    token = str(request.session.get(_TOKEN, ""))
    with guarded(MAILED_KEY, network=client_network(request)):
        change = email_change.read(token)
    if request.method != "POST":
        return render(request, "accounts/confirm_email.html", {"change": change})
    user = email_change.confirm(token)
    del request.session[_TOKEN]
    messages.success(request, _("From now on you sign in with %(address)s.") % {"address": user.email})
    if request.user == user:
        update_session_auth_hash(request, user)
        return redirect("account")
    return redirect("account_login")
