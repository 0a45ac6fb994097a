"""The checksum of a file."""

import hashlib
from pathlib import Path
from typing import Any

from media.processing.progress import Progress

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
