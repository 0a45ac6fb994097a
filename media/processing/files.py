"""Files that appear whole or not at all and are flushed to disk; checksums; how reading and writing report progress."""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Progress = Callable[[float], None]
"""Called with a share from 0 to 1; callers may call as often as they like."""


def ignore_progress(share: float) -> None:
    """Ignores progress."""


@contextlib.contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path`` with its ending; it replaces ``path`` when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.stem}.draft{path.suffix}")
    draft.unlink(missing_ok=True)
    try:
        yield draft
        flush(draft)
        draft.replace(path)
        flush(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Wait until a file's contents, or a folder's entries, are on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


CHUNK = 1 << 20


def checksum(values: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Step ``checksum``: ``file`` → ``sha256`` (hexadecimal) and ``bytes``."""
    path = Path(values["file"])
    total, done, digest = path.stat().st_size, 0, hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            digest.update(data)
            done += len(data)
            progress(done / max(1, total))
    return {"sha256": digest.hexdigest(), "bytes": done}
