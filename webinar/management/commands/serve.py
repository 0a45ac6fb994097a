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
            default="all",
            help="A list of pages, sockets, media, worker and beat: what this process runs, beside others with the "
            "rest, on the same DATA_DIR, PostgreSQL and Redis and with a PORT of its own (docs/scaling.md). "
            "all: everything, the default. web: pages,sockets.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from webinar.serve.parts import read_parts
        from webinar.serve.static import bring_up_to_date

        try:
            parts = read_parts(options["role"])
            bring_up_to_date()
            from webinar.serve.runner import run  # only serve needs every part; it looks for static files at once

            run(parts)
        except CannotStart as reason:
            raise CommandError(str(reason)) from reason
