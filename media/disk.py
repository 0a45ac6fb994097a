"""Free disk space: new captures are refused early, so that running ones and the database still have room."""

import shutil
from pathlib import Path

from django.conf import settings

from media.errors import DiskFull

#: Below this share of the reserve even running captures are finished: a full disk would stop the database too.
_LAST_SHARE = 4


def free_bytes(folder: Path | None = None) -> int:
    """Free bytes on the disk of ``folder``, by default the captures'; the folder need not exist yet."""
    place = folder or settings.CAPTURE_DIR
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def is_low() -> bool:
    """Whether no new capture may start."""
    return free_bytes() < settings.DISK_RESERVE


def is_nearly_full() -> bool:
    """Whether even running captures must end."""
    return free_bytes() < settings.DISK_RESERVE // _LAST_SHARE


def check_space() -> None:
    """Raises DiskFull when no new capture may start."""
    if is_low():
        raise DiskFull
