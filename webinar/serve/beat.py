"""Celery's beat inside the process: sends what is due; of several processes with a beat one does at a time."""

import time

import structlog
from celery.beat import PersistentScheduler
from django.conf import settings

from core.background import BackgroundThread
from realtime.leases import Lease
from webinar.celery import app

logger = structlog.get_logger(__name__)

LEASE_SECONDS = 30.0  # a beat that died is replaced after this
LONGEST_SLEEP = LEASE_SECONDS / 3  # within which the lease is renewed, or asked for again
SYNC_EVERY = 180.0  # seconds between two writings of when what was sent last


class Beat:
    """The thread that sends. The file that remembers is opened by whoever has the lease, and closed with it."""

    def __init__(self) -> None:
        self._lease = Lease("beat", LEASE_SECONDS)
        self._thread = BackgroundThread("celery-beat", self._run)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Send nothing more, and remember what was sent; another beat goes on at once."""
        self._thread.stop()

    def _run(self) -> None:
        while not self._thread.is_stopping():
            if not self._lease.holds():
                self._thread.pause(LONGEST_SLEEP)
                continue
            try:
                self._send()
            except Exception:
                logger.exception("Beat broke off; it begins again")
                self._thread.pause(1.0)
        self._lease.release()

    def _send(self) -> None:
        """Send what is due until we should stop or another one does."""
        scheduler = PersistentScheduler(
            app, schedule_filename=settings.CELERY_BEAT_SCHEDULE_FILENAME, max_interval=LONGEST_SLEEP, lazy=False
        )
        next_sync = time.monotonic() + SYNC_EVERY
        try:
            while not self._thread.is_stopping() and self._lease.holds():
                self._thread.pause(scheduler.tick() or 0.0)
                if time.monotonic() >= next_sync:
                    next_sync = time.monotonic() + SYNC_EVERY
                    scheduler.sync()
        finally:
            scheduler.close()
