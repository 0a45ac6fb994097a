"""Which rooms are to be captured: written here, done by the supervisor.

Call the writing functions with the room's session locked; the supervisor is nudged once that transaction is over.
"""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from base.ids import parse_uuid
from media import disk
from media.capture import Health
from media.errors import CaptureLimit
from media.models import Capture
from media.supervisor import nudge

OVER = (Capture.State.ENDED, Capture.State.FAILED)
_HEALTH_SECONDS = 10


def want_capture(room: str) -> Capture:
    """The wanted capture of ``room``, a new one where there is none.

    Raises CaptureLimit when as many rooms as CAPTURE_LIMIT are captured already (two that ask at the same moment may
    exceed it by one), and DiskFull.
    """
    capture = running_capture(room)
    if capture is None:
        if Capture.objects.filter(wanted=True).count() >= settings.CAPTURE_LIMIT:
            raise CaptureLimit
        disk.check_space()
        capture = Capture.objects.create(room=room)
        transaction.on_commit(nudge, robust=True)
    return capture


def end_captures(room: str) -> int:
    """Nothing of ``room`` is to be captured any more; how many were. The supervisor finishes their files."""
    ended = Capture.objects.filter(room=room, wanted=True).update(wanted=False)
    if ended:
        transaction.on_commit(nudge, robust=True)
    return ended


def running_capture(room: str) -> Capture | None:
    """The one that is wanted now."""
    return Capture.objects.filter(room=room, wanted=True).first()


def is_over(capture: Capture) -> bool:
    """Whether its files are as complete as they will ever be."""
    return capture.state in OVER


def publish_health(room: str, health: Health) -> None:
    """The supervisor: this is what the engine of ``room`` told last."""
    cache.set(_health(room), health, _HEALTH_SECONDS)


def capture_health(room: str) -> Health | None:
    """What the engine of ``room`` told within the last ten seconds."""
    health: Health | None = cache.get(_health(room))
    return health


def _health(room: str) -> str:
    return f"capture-health:{room}"


def orphan_folders(before: datetime) -> list[Path]:
    """Folders that no capture owns, last changed before then: left by a database that was taken back, or by hand."""
    root = settings.CAPTURE_DIR
    if not root.is_dir():
        return []
    folders = {folder.name: folder for folder in root.iterdir() if folder.is_dir()}
    ids = [known for name in folders if (known := parse_uuid(name)) is not None]
    for capture_id in Capture.objects.filter(pk__in=ids).values_list("pk", flat=True):
        folders.pop(str(capture_id), None)
    return sorted(folder for folder in folders.values() if folder.stat().st_mtime < before.timestamp())
