"""Forms of `accounts`."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    UserTokenForm,
)
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import password_reset
from accounts.hashers import HashingBusy
from accounts.models import User
from accounts.services import WrongPassword
from accounts.sign_in import LONGEST_PASSWORD, confirm_password
from core.addresses import client_network
from core.errors import NotFound, Problem, TooMany
from core.guard import MAILED_KEY, guarded
from core.zones import known_zones


class AccountForm(forms.ModelForm):
    """What a person may change of their own account: never role or organization."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_("All dates and times are shown in this zone."),
    )

    class Meta:
        model = User
        fields = ("username", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs["autocomplete"] = "name"
        self.fields["username"].help_text = _("Shown to people in your webinars.")
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [("", _("The zone of my browser")), *((name, name.replace("_", " ")) for name in _places())]


#: Regions of the time zone database; its other names are aliases and files of other kinds.
_REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia"}
    | {"Atlantic", "Australia", "Europe", "Indian", "Pacific", "UTC"}
)


def _places() -> list[str]:
    """The time zones that a person may choose: places and UTC."""
    return sorted(name for name in known_zones() if name.split("/")[0] in _REGIONS)


_NEW_PASSWORD = {"password1": _("New password"), "password2": _("New password again")}


def _label(form: forms.BaseForm, **labels: Any) -> None:
    """Call allauth's fields what the other pages call them, without a placeholder that repeats the label."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    """E-mail and password, checked by ``accounts.sign_in`` through the adapter."""

    problem: Problem | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, login=_("E-mail"), password=_("Password"))
        self.fields["password"].validators.append(MaxLengthValidator(LONGEST_PASSWORD))

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except (TooMany, HashingBusy) as problem:
            self.problem = problem
            raise ValidationError(str(problem.sentence), code=problem.code) from None


class PasswordForm(ChangePasswordForm):
    """The old password, and the new one twice."""

    problem: Problem | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, oldpassword=_("Current password"), **_NEW_PASSWORD)

    def clean_oldpassword(self) -> str:
        password = str(self.cleaned_data.get("oldpassword", ""))[:LONGEST_PASSWORD]
        assert isinstance(self.user, User)
        try:
            confirm_password(self.user, password, network=client_network(context.request))
        except WrongPassword:
            raise ValidationError(_("This is not your current password."), code="wrong") from None
        except (TooMany, HashingBusy) as problem:
            self.problem = problem
            raise ValidationError(str(problem.sentence), code=problem.code) from None
        return password


class PasswordResetForm(ResetPasswordForm):
    """The address for which a reset link is wanted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, email=_("E-mail"))

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def save(self, request: HttpRequest, **_kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        password_reset.ask(email=email, network=client_network(request))
        return email


class NewPasswordForm(ResetPasswordKeyForm):
    """The new password twice, after a mailed link was opened."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, **_NEW_PASSWORD)


class ResetKeyForm(UserTokenForm):
    """The key of a mailed link; wrong ones are counted by the guard."""

    def _get_user(self, uidb36: str) -> User | None:
        user = super()._get_user(uidb36)
        return user if isinstance(user, User) and user.is_active and not user.is_guest else None

    def clean(self) -> dict[str, Any]:
        try:
            with guarded(MAILED_KEY, network=client_network(context.request)):
                return self._judged()
        except NotFound:
            raise ValidationError(_("This link does not work any more."), code="invalid") from None

    def _judged(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except ValidationError:
            raise NotFound from None


class EmailForm(forms.Form):
    """The new sign-in address, and the password."""

    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send a link to it. Your address changes when you open the link and confirm."),
    )
    password = forms.CharField(
        label=_("Current password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
