"""What must happen whenever a password changes, whichever way it changed."""

from django.contrib.auth.models import AbstractBaseUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import credentials
from accounts.models import User


class SignOutEverywhere:
    """A password "validator" for Django's hook ``password_changed``, which pages, admin and commands all reach.

    It accepts every password; once one was changed, all tokens, codes and other browsers of the person are signed out.
    """

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Every password is fine here; the other validators judge."""

    def get_help_text(self) -> str | Promise:
        return _("Changing your password signs you out everywhere else.")

    def password_changed(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Called by Django after the new password is saved."""
        if isinstance(user, User):
            credentials.revoke_all(user)
