"""Sending mails in the background, a few at once, so that a slow mail server delays nothing but mails."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from celery import Task

#: How many threads of a process may wait for the mail server: for account mails, and for invitations.
ACCOUNT_MAILS, INVITATION_MAILS = 2, 1
_AGAIN = 5  # seconds

_accounts = threading.BoundedSemaphore(ACCOUNT_MAILS)
_invitations = threading.BoundedSemaphore(INVITATION_MAILS)


class AccountMail(Task):
    """A task that sends a mail about an account; when all places are taken, it runs again a little later."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with _place(_accounts) as has_place:
            if has_place:
                return self.run(*args, **kwargs)
        # Not by `retry`: that would use up the tries meant for an unreachable mail server.
        return self.apply_async(args, kwargs, countdown=_AGAIN, retries=self.request.retries)


@contextlib.contextmanager
def sending_invitations() -> Iterator[bool]:
    """Yields whether this thread may send invitations now; if not, they stay due."""
    with _place(_invitations) as has_place:
        yield has_place


@contextlib.contextmanager
def _place(places: threading.BoundedSemaphore) -> Iterator[bool]:
    has_place = places.acquire(blocking=False)
    try:
        yield has_place
    finally:
        if has_place:
            places.release()
