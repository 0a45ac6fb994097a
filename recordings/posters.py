"""The poster of a recording: the automatic one, a moment of the recording that the host chose, or their own picture.

Each choice has a file of a new name, so that no cache shows the former one. The picture of a moment is made in the
background.
"""

import contextlib
import errno
import io
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from core.errors import Invalid
from core.pictures import PictureTooLarge, PictureUnreadable, decode
from core.secrets import new_token
from media.errors import DiskFull
from media.processing.errors import StepFailed
from media.processing.running import patience, run_step
from realtime.outbox import emit
from recordings import storage
from recordings.errors import RecordingNotReady
from recordings.events import RecordingProgress
from recordings.models import Recording, RecordingQuerySet
from recordings.nudges import poster_wanted
from recordings.processing.locks import LockLost, alone_on, stay_alone
from recordings.replay import lock_recording, record_action

logger = structlog.get_logger(__name__)

MAX_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 40_000_000
WIDTH = 1280  # pixels; a larger picture is made smaller
TRIES = 5
NUDGED_FOR = 60  # seconds after which an unhandled message is dropped; beat sends the next one


def choose_moment(*, actor: Person, recording: Recording, at: float) -> Recording:
    """Show the picture of this second of the recording. Its file is made by a task; until then the automatic one shows.

    Raises NotFound, NotAllowed, RecordingNotReady, Invalid (field ``at``).
    """
    with transaction.atomic():
        locked = _lock(actor, recording)
        if not 0 <= at <= (locked.duration or 0.0):
            raise Invalid.field("at", _("This moment is not in the recording."), "outside")
        _choose(locked, actor, {"at": round(at, 3), "file": ""})
        poster_wanted.on_commit(str(locked.pk))
    return locked


def upload(*, actor: Person, recording: Recording, raw: bytes) -> Recording:
    """Show the host's own picture, written anew. Raises NotFound, NotAllowed, RecordingNotReady, Invalid (field
    ``file``), DiskFull, StorageMissing.
    """
    with transaction.atomic():
        locked = _lock(actor, recording)  # refused before anything is decoded
    picture = _clean(raw)
    key = _key(locked)
    with _storing(), tempfile.TemporaryDirectory(dir=_folder()) as folder:
        path = Path(folder) / "poster.jpg"
        path.write_bytes(picture)
        storage.put_beside(locked, path, key)
    try:
        with transaction.atomic():
            locked = _lock(actor, recording)
            _choose(locked, actor, {"file": key})
    except BaseException:
        _remove(recording.storage_type, key)
        raise
    return locked


def reset(*, actor: Person, recording: Recording) -> Recording:
    """Show the automatic poster again. Repeating it changes nothing. Raises NotFound, NotAllowed, RecordingNotReady."""
    with transaction.atomic():
        locked = _lock(actor, recording)
        if locked.chosen_poster is not None:
            _choose(locked, actor, None)
    return locked


def is_being_made(recording: Recording) -> bool:
    """Whether the chosen moment has no picture yet, and will have one."""
    chosen = recording.chosen_poster or {}
    return "at" in chosen and not chosen.get("file") and int(chosen.get("tries", 0)) < TRIES


def has_failed(recording: Recording) -> bool:
    """Whether the picture of the chosen moment could not be made, and is not tried again."""
    chosen = recording.chosen_poster or {}
    return "at" in chosen and not chosen.get("file") and not is_being_made(recording)


def make_due() -> None:
    """Queue all missing pictures; a lost message only costs time."""
    for recording_id in _due().values_list("pk", flat=True):
        poster_wanted.send_for(NUDGED_FOR, str(recording_id))


def make(recording_id: UUID) -> bool:
    """Make the picture of the chosen moment, unless it exists or is being made; returns whether it was made."""
    with alone_on(recording_id) as is_alone:
        recording = _due().filter(pk=recording_id).select_related("session__room").first() if is_alone else None
        if recording is None or not is_being_made(recording):
            return False
        key = _key(recording)
        folder = _folder() / f"poster-{recording_id}"
        try:
            folder.mkdir(exist_ok=True, mode=0o700)
            _take(recording, folder, key)
        except LockLost:
            return False
        except (StepFailed, OSError, storage.StorageMissing) as error:
            logger.warning("A chosen poster could not be made", recording=str(recording_id), detail=str(error))
            _remember(recording, tries=int((recording.chosen_poster or {}).get("tries", 0)) + 1)
            return False
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if not _remember(recording, file=key):
            _remove(recording.storage_type, key)
            return False
        return True


def _due() -> RecordingQuerySet:
    return Recording.objects.alive().filter(status=Recording.Status.COMPLETED, chosen_poster__file="").order_by("pk")


def _take(recording: Recording, folder: Path, key: str) -> None:
    source, output = storage.local_path(recording), folder / "poster.jpg"
    if source is None:
        source = folder / "video.mp4"
        with storage.opened(recording.storage_type, recording.file_path) as there, source.open("wb") as here:
            shutil.copyfileobj(there, here, storage.CHUNK)
    values = {"file": str(source), "at": recording.chosen_moment, "output": str(output)}
    tick = partial(stay_alone, recording.pk)
    run_step("frame", values, seconds=patience(recording.file_size or 0), tick=tick)
    storage.put_beside(recording, output, key)


def _remember(recording: Recording, **found: Any) -> bool:
    """Store what came of it, if the same moment is still wanted; returns whether it is."""
    with transaction.atomic():
        locked = Recording.objects.select_for_update(no_key=True).filter(pk=recording.pk).first()
        if locked is None or locked.chosen_moment != recording.chosen_moment or locked.chosen_path:
            return False
        locked.chosen_poster = {**(locked.chosen_poster or {}), **found}
        locked.save(update_fields=["chosen_poster", "updated_at"])
    return True


def _lock(actor: Person, recording: Recording) -> Recording:
    locked = lock_recording(actor, recording)
    if locked.status != Recording.Status.COMPLETED:
        raise RecordingNotReady
    return locked


def _choose(locked: Recording, actor: Person, chosen: dict[str, Any] | None) -> None:
    """Store the choice; the file of the former one goes. The recording is locked."""
    former, locked.chosen_poster = locked.chosen_path, chosen
    locked.save(update_fields=["chosen_poster", "updated_at"])
    record_action("recording.poster_chosen", actor, locked)
    emit(RecordingProgress.of(locked))
    if former:
        transaction.on_commit(partial(_remove, locked.storage_type, former), robust=True)


def _remove(storage_type: str, key: str) -> None:
    with contextlib.suppress(OSError, storage.StorageMissing):  # the clean-up finds the orphaned file
        storage.remove(storage_type, key)


def _clean(raw: bytes) -> bytes:
    """The picture as a JPEG of at most WIDTH pixels. Raises Invalid."""
    if len(raw) > MAX_BYTES:
        raise Invalid.field("file", _("The picture may have at most 2 MiB."), "too_large")
    try:
        image = decode(raw, most_pixels=MOST_PIXELS)
    except PictureTooLarge:
        raise Invalid.field("file", _("The picture has too many pixels: 40 million at most."), "too_large") from None
    except PictureUnreadable:
        raise Invalid.field("file", _("This is not a PNG, JPEG or WebP picture.")) from None
    image.thumbnail((WIDTH, WIDTH))
    if image.mode == "RGBA":
        from PIL import Image

        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _key(recording: Recording) -> str:
    """A new key each time, so that no link and no cache shows the former picture."""
    return storage.key_of(recording, f"-{new_token(size=9)}-poster.jpg")


def _folder() -> Path:
    folder = Path(settings.PROCESSING_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextlib.contextmanager
def _storing() -> Iterator[None]:
    """Turn errors of disk and storage into what a person can read."""
    try:
        yield
    except OSError as error:
        raise (DiskFull if error.errno == errno.ENOSPC else storage.StorageMissing) from error
