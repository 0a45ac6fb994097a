"""``manage.py serve``: the whole product in one process; `make run` ends in it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webinar.serve.claims import CannotStart


class Command(BaseCommand):
    """Thin: everything is in ``webinar.serve``."""

    help = "Runs the whole product: pages, API, sockets, background work and LiveKit. Ctrl-C stops it."

    def handle(self, *args: Any, **options: Any) -> None:
        from webinar.serve.runner import run  # only serve needs every part

        try:
            run()
        except CannotStart as reason:
            raise CommandError(str(reason)) from reason
