"""Prepares a new DATA_DIR, so that somebody can sign in."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.person import Person
from core.errors import Invalid
from organizations.services import create_host
from rooms.services import create_standard_preset
from webinar.serve.claims import CannotStart


@dataclass(frozen=True, slots=True)
class FirstHost:
    """The new account; ``password`` is None if the operator chose it."""

    email: str
    password: str | None


def migrate() -> bool:
    """Migrate the database to this version; returns whether anything was to do."""
    if not is_migration_due():
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True


def is_migration_due() -> bool:
    """Whether the database lacks migrations of this version."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def make_first_host() -> FirstHost | None:
    """Make a host with a default preset if there is no account yet; otherwise None.

    Raises CannotStart if DEMO_HOST_EMAIL or DEMO_HOST_PASSWORD is not acceptable.
    """
    if User.objects.filter(is_guest=False).exists():
        return None
    password = settings.DEMO_HOST_PASSWORD or "-".join(secrets.token_hex(2) for _part in range(4))
    try:
        user = create_host(email=settings.DEMO_HOST_EMAIL, password=password)
    except Invalid as problem:
        message = _("The first account could not be made: %(reason)s Check DEMO_HOST_EMAIL and DEMO_HOST_PASSWORD.")
        raise CannotStart(message % {"reason": problem.sentence}) from problem
    create_standard_preset(actor=Person(user=user))
    return FirstHost(settings.DEMO_HOST_EMAIL, None if settings.DEMO_HOST_PASSWORD else password)
