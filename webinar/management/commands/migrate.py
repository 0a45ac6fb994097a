"""``manage.py migrate``: Django's own, after checking that the database belongs to this version."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from webinar.settings.variables import BASE_DIR


class Command(migrate.Command):
    """Refuses a database of version 0.1, whose tables have other names and places."""

    def handle(self, *args: Any, **options: Any) -> None:
        check_version(options["database"])
        super().handle(*args, **options)


def check_version(alias: str) -> None:
    """Raises CommandError if the database has migrations of our apps that this version does not have."""
    connection = connections[alias]
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    ours = {app.label for app in apps.get_app_configs() if app.path.startswith(str(BASE_DIR))}
    applied = MigrationRecorder(connection).applied_migrations()
    if not any(label in ours and (label, name) not in known for label, name in applied):
        return
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        message = _(
            "The database in %(folder)s was made by another version (0.1, or a later one) and cannot be used by this "
            "one: run that version on it, or start with another folder (DATA_DIR=…). Nothing was changed."
        )
        raise CommandError(message % {"folder": settings.DATA_DIR})
    message = _(
        "The database %(name)s was made by another version (0.1, or a later one) and cannot be used by this one: run "
        "that version on it, or start with an empty database (DATABASE_URL=…) and another folder than %(folder)s "
        "(DATA_DIR=…). Nothing was changed."
    )
    raise CommandError(message % {"name": name, "folder": settings.DATA_DIR})
