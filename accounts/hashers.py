"""Password hashes, a few at once: hashing costs most of a second of a core on purpose, so whoever makes us hash could
make everybody wait.

Every way to a password, our own and those of Django and its admin, ends in the hasher of PASSWORD_HASHERS, so the
bound holds for all of them. At most PASSWORD_HASHES are made at once and PASSWORD_QUEUE wait, whose threads answer
nothing else meanwhile; beyond that the answer is 503 at once.
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.translation import gettext_lazy as _

from core.errors import Unavailable

_LONGEST_WAIT = 20.0  # seconds: a queue that does not move is no queue


class HashingBusy(Unavailable):
    """No password can be judged right now."""

    code = "busy"
    sentence = _("Many people are signing in right now. Try again in a few seconds.")


class HashingQueue:
    """Lets ``at_once`` through and ``queue`` wait."""

    def __init__(self, at_once: int, queue: int) -> None:
        self._inside = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(at_once + queue)

    @contextmanager
    def turn(self) -> Generator[None]:
        """One turn. Raises HashingBusy when the queue is full or does not move."""
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
    """Django's default hash, made in turn."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with hashing_queue.turn():
            return super().encode(password, salt, iterations)
