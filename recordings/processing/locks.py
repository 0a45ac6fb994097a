"""Locks for processing: one worker for each recording, a limit of simultaneous ones, and a share for each organization.

They are the operating system's file locks: a killed process holds none, and nothing has to expire.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import UUID

from django.conf import settings

from organizations.models import Organization


@contextlib.contextmanager
def working_on(recording_id: UUID, organization_id: UUID | None = None) -> Iterator[bool]:
    """Yields whether this process may work on the recording now: nobody else does, a place is free, and the
    organization has not used up its share.
    """
    with contextlib.ExitStack() as stack:
        yield (
            stack.enter_context(alone_on(recording_id))
            and (organization_id is None or stack.enter_context(share_of(organization_id)))
            and stack.enter_context(free_place())
        )


def alone_on(recording_id: UUID) -> AbstractContextManager[bool]:
    """Yields whether nobody else works on the recording."""
    return _locked(_path(str(recording_id)))


def free_place() -> AbstractContextManager[bool]:
    """Yields whether fewer than PROCESSING_LIMIT recordings are being processed."""
    return _one_of("place", settings.PROCESSING_LIMIT)


def share_of(organization_id: UUID) -> AbstractContextManager[bool]:
    """Yields whether the organization may have one more: all places but one while others exist."""
    has_others = Organization.objects.order_by()[1:2].exists()
    return _one_of(f"share-{organization_id}", max(1, settings.PROCESSING_LIMIT - (1 if has_others else 0)))


@contextlib.contextmanager
def _one_of(name: str, most: int) -> Iterator[bool]:
    with contextlib.ExitStack() as stack:
        yield any(stack.enter_context(_locked(_path(f"{name}-{number}"))) for number in range(most))


def _path(name: str) -> Path:
    return Path(settings.PROCESSING_DIR) / f"{name}.lock"


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[bool]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
