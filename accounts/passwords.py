"""What a password must be, and what must happen after each change, however it was made."""

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import credentials
from accounts.models import User
from core.errors import FieldError, Invalid


class SignOutEverywhere:
    """A password "validator", used for Django's hook ``password_changed``, which pages, admin and commands all call.

    It accepts every password. After a change it revokes all tokens, codes and other browser sessions of the person.
    """

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Accept every password; the other validators check it."""

    def get_help_text(self) -> str | Promise:
        return _("Changing your password signs you out everywhere else.")

    def password_changed(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Called by Django after the new password is saved."""
        if isinstance(user, User):
            credentials.revoke_all(user)


def require_strong(password: str, user: User) -> None:
    """Raises Invalid, with the reasons, for a password that is too weak for ``user``."""
    try:
        validate_password(password, user)
    except ValidationError as weak:
        errors = [FieldError("password", str(fault.code), " ".join(fault.messages)) for fault in weak.error_list]
        raise Invalid(errors, sentence=" ".join(str(error.message) for error in errors)) from None
