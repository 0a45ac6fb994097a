"""Password hashing with a bounded number of hashes at once: a hash deliberately costs most of a second of a core, so
that unbounded hashing could be used to block everybody.

Every path to a password, our own and those of Django and its admin, uses the hasher of PASSWORD_HASHERS, so the bound
holds for all of them. At most PASSWORD_HASHES are computed at once and PASSWORD_QUEUE wait, in threads that do no other
work meanwhile; beyond that the answer is 503 at once.
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.translation import gettext_lazy as _

from core.errors import Busy

_LONGEST_WAIT = 20.0  # seconds; a caller that waits longer is refused


class HashingBusy(Busy):
    """Too many passwords are being checked right now."""

    sentence = _("Many people are signing in right now. Try again in a few seconds.")
    retry_after = 5


class HashingQueue:
    """Runs ``at_once`` callers and lets ``queue`` more wait."""

    def __init__(self, at_once: int, queue: int) -> None:
        self._inside = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(at_once + queue)

    @contextmanager
    def turn(self) -> Generator[None]:
        """Hold one of the places. Raises HashingBusy when the queue is full or does not move."""
        if not self._places.acquire(blocking=False):
            raise HashingBusy
        try:
            if not self._inside.acquire(timeout=_LONGEST_WAIT):
                raise HashingBusy
            try:
                yield
            finally:
                self._inside.release()
        finally:
            self._places.release()


hashing_queue = HashingQueue(settings.PASSWORD_HASHES, settings.PASSWORD_QUEUE)


class QueuedPBKDF2PasswordHasher(PBKDF2PasswordHasher):
    """Django's default hash, computed within the queue's bound."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with hashing_queue.turn():
            return super().encode(password, salt, iterations)
