"""One worker at a time for each recording, and so many at once.

The locks are the system's own, on files: whoever is killed has none any more, and nothing has to run out first.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings


@contextlib.contextmanager
def working_on(recording_id: UUID) -> Iterator[bool]:
    """Whether this process may work on the recording now: nobody else does, and there is a free place."""
    with contextlib.ExitStack() as stack:
        folder = settings.PROCESSING_DIR
        yield stack.enter_context(_locked(folder / f"{recording_id}.lock")) and any(
            stack.enter_context(_locked(folder / f"place-{number}.lock")) for number in range(settings.PROCESSING_LIMIT)
        )


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
