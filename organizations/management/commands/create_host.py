"""``manage.py create_host EMAIL --password … [--organization NAME] [--name NAME]``."""

import argparse
import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.errors import Invalid
from organizations import services


class Command(BaseCommand):
    """Make an account that can hold webinars; works beside a running product."""

    help = "Make a host account, with an organization and its library. The first one becomes the administrator."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("email", help="Address to sign in with.")
        parser.add_argument("--password", help="Its password; asked for when left out.")
        parser.add_argument("--organization", help="Name of a new organization, or of an existing one to join.")
        parser.add_argument("--name", help="How the host is called; default: the address before the @.")

    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"]
        if password is None:
            try:
                password = getpass.getpass(_("Password: "))
            except (EOFError, KeyboardInterrupt):
                raise CommandError(_("Give a password with --password.")) from None
        try:
            user = services.create_host(
                email=options["email"],
                password=password,
                organization_name=options["organization"],
                username=options["name"],
            )
        except Invalid as problem:
            raise CommandError(str(problem.sentence)) from None
        organization = user.organization.name if user.organization else ""
        line = _("%(email)s can sign in now and belongs to “%(organization)s”.")
        self.stdout.write(line % {"email": user.email, "organization": organization})
        if user.is_superuser:
            self.stdout.write(_("As the first account it is also the administrator: see /admin/."))
