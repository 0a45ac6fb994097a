"""Checks the disk space for assembling a recording."""

from django.conf import settings

from media.disk import free_bytes
from media.processing.errors import DISK_FULL, StepFailed

SPARE = 64 << 20  # bytes besides the video: pictures, and what others write meanwhile


def check_room(wanted: int) -> None:
    """Raises StepFailed, before anything is written, if a video of this many bytes does not fit."""
    free = free_bytes(settings.PROCESSING_DIR)
    if free < wanted + SPARE:
        raise StepFailed(DISK_FULL, f"{free} bytes free, {wanted} wanted")
