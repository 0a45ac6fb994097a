"""``manage.py serve``: the whole product in one process; `make run` starts it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webinar.serve.claims import CannotStart


class Command(BaseCommand):
    """A thin wrapper of ``webinar.serve``."""

    help = "Runs the whole product: pages, API, sockets, background work and LiveKit. Ctrl-C stops it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--role",
            choices=["all", "web"],
            default="all",
            help="web: pages, API and sockets only, beside a product that does the rest, on the same DATA_DIR, "
            "PostgreSQL and Redis and with a PORT of its own.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from webinar.serve.runner import run, run_web  # imported here: only serve needs every part

        try:
            if options["role"] == "web":
                run_web()
            else:
                run()
        except CannotStart as reason:
            raise CommandError(str(reason)) from reason
