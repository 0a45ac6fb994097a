"""Whether there is room to put a recording together."""

from django.conf import settings

from media.disk import free_bytes
from media.processing.errors import DISK_FULL, StepFailed

SPARE = 64 << 20  # bytes beside the video: pictures, and what others write meanwhile


def check_room(wanted: int) -> None:
    """Raises StepFailed when a video of so many bytes does not fit, before anything is written."""
    free = free_bytes(settings.PROCESSING_DIR)
    if free < wanted + SPARE:
        raise StepFailed(DISK_FULL, f"{free} bytes free, {wanted} wanted")
