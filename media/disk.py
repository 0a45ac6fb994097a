"""How much disk is left: new captures are refused early, so that those that run, and the database, have room."""

import shutil
from pathlib import Path

from django.conf import settings

from media.errors import DiskFull

#: Below this share of the reserve even what runs is finished: a full disk would stop the database too.
_LAST_SHARE = 4


def free_bytes(folder: Path | None = None) -> int:
    """Free on the disk of ``folder``, by default where captures are written; the folder need not exist yet."""
    place = folder or settings.CAPTURE_DIR
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def is_low() -> bool:
    """Whether nothing new may be captured."""
    return free_bytes() < settings.DISK_RESERVE


def is_nearly_full() -> bool:
    """Whether even running captures have to end."""
    return free_bytes() < settings.DISK_RESERVE // _LAST_SHARE


def check_space() -> None:
    """Raises DiskFull when nothing new may be captured."""
    if is_low():
        raise DiskFull
