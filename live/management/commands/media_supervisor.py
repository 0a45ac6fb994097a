"""``manage.py media_supervisor``: captures and the gateway for encoders, as a service of its own."""

import signal
from queue import SimpleQueue
from typing import Any

from django.core.management.base import BaseCommand

from live.supervisor import make_supervisor

STOP_SECONDS = 20.0


class Command(BaseCommand):
    """Run until a signal asks to stop; engines finish their files first."""

    help = "Run captures and the gateway for encoders. `serve` does so by itself unless MEDIA_SUPERVISOR=false."

    def handle(self, *args: Any, **options: Any) -> None:
        # Not an Event: a signal that comes while this thread begins to wait for one would wait for its lock for ever.
        signals: SimpleQueue[int] = SimpleQueue()
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, lambda number, _frame: signals.put(number))
        supervisor = make_supervisor()
        supervisor.start()
        self.stdout.write("The media supervisor runs. Ctrl-C stops it.")
        signals.get()
        supervisor.stop(STOP_SECONDS)
