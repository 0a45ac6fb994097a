"""Mails in the background: a few at once, so that a mail server that is slow holds up mails and nothing else."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from celery import Task

#: Threads of a process that may wait for the mail server: for mails about accounts, and for invitations.
ACCOUNT_MAILS, INVITATION_MAILS = 2, 1
_AGAIN = 5  # seconds

_accounts = threading.BoundedSemaphore(ACCOUNT_MAILS)
_invitations = threading.BoundedSemaphore(INVITATION_MAILS)


class AccountMail(Task):
    """A task that sends a mail about an account; when as many are being sent as may, it comes again a little later."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with _place(_accounts) as has_place:
            if has_place:
                return self.run(*args, **kwargs)
        # Not by `retry`: that would use up the tries that a mail server which is away has.
        return self.apply_async(args, kwargs, countdown=_AGAIN, retries=self.request.retries)


@contextlib.contextmanager
def sending_invitations() -> Iterator[bool]:
    """Whether this thread may send invitations now; otherwise they are still due."""
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
