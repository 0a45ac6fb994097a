"""Locks for processing: one worker for each recording, a limit of simultaneous ones, and a share for each organization.

On one machine the locks are the system's own, on files: whoever is killed has none any more, and nothing has to run out
first. Places and shares are those of a machine. That nobody else works on a recording has to hold on all machines: with
Redis there is a lease for it as well, which is renewed while the work goes on.
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
from realtime.leases import Lease, kept

LEASE_SECONDS = 30.0  # a machine that died in the middle is replaced after this

_leases: dict[UUID, Lease] = {}  # of the recordings that this process works on


class LockLost(Exception):
    """Another machine may work on the recording by now."""


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


@contextlib.contextmanager
def alone_on(recording_id: UUID) -> Iterator[bool]:
    """Yields whether nobody else works on the recording, here or on another machine."""
    with _locked(_path(str(recording_id))) as is_alone_here:
        if not is_alone_here:
            yield False
            return
        lease = Lease(f"processing:{recording_id}", LEASE_SECONDS)
        with kept(lease) as is_alone:
            if is_alone:
                _leases[recording_id] = lease
            try:
                yield is_alone
            finally:
                _leases.pop(recording_id, None)


def stay_alone(recording_id: UUID) -> None:
    """To be asked between steps of the work on a recording. Raises LockLost when the lease could not be kept."""
    if recording_id in _leases and not _leases[recording_id].is_ours():
        raise LockLost


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
