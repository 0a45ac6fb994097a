"""``manage.py media_supervisor``: captures and the gateway for encoders, as a service of its own."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from live.supervisor import make_supervisor

STOP_SECONDS = 20.0


class Command(BaseCommand):
    """Run until a signal asks to stop; engines finish their files first."""

    help = "Run captures and the gateway for encoders. `serve` does so by itself unless MEDIA_SUPERVISOR=false."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, lambda *_what: stopping.set())
        supervisor = make_supervisor()
        supervisor.start()
        self.stdout.write("The media supervisor runs. Ctrl-C stops it.")
        stopping.wait()
        supervisor.stop(STOP_SECONDS)
