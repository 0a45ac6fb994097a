"""Trimming: which span of a recording is shown. A background task cuts a file of that span, and viewers get that file.

Nothing is re-encoded, and the whole recording stays for those who lead the session.
"""

import contextlib
import shutil
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
from core.secrets import new_token
from media.processing.errors import CRASHED, StepFailed, code_of
from media.processing.running import patience, run_step
from realtime.outbox import emit
from recordings import storage
from recordings.errors import RecordingNotReady
from recordings.events import RecordingProgress
from recordings.models import Recording
from recordings.nudges import trim_wanted
from recordings.processing.due import in_turn
from recordings.processing.locks import LockLost, stay_alone, working_on
from recordings.processing.space import check_room
from recordings.replay import lock_recording, record_action

logger = structlog.get_logger(__name__)

SHORTEST = 1.0  # seconds
TRIES = 5
NUDGED_FOR = 60  # seconds after which an unhandled message is dropped; beat sends the next one


def set_trim(*, actor: Person, recording: Recording, **changes: float | None) -> Recording:
    """Show only what is between ``trim_start`` and ``trim_end``, in seconds of the recording; None: from its beginning,
    or to its end. Nothing is deleted.

    Raises NotFound, NotAllowed, RecordingNotReady, Invalid.
    """
    with transaction.atomic():
        locked = lock_recording(actor, recording)
        if locked.status != Recording.Status.COMPLETED:
            raise RecordingNotReady
        span = {"trim_start": locked.trim_start, "trim_end": locked.trim_end, **changes}
        start, end = _span(locked, span["trim_start"], span["trim_end"])
        if (start, end) != (locked.trim_start, locked.trim_end):
            locked.trim_start, locked.trim_end = start, end
            locked.save(update_fields=["trim_start", "trim_end", "updated_at"])
            record_action("recording.trimmed", actor, locked, start=start, end=end)
            emit(RecordingProgress.of(locked))
            trim_wanted.on_commit(str(locked.pk))
    return locked


def _span(recording: Recording, start: float | None, end: float | None) -> tuple[float | None, float | None]:
    """The span as stored: a limit that cuts nothing becomes None. Raises Invalid."""
    length = recording.duration or 0.0
    if start is not None and not 0 <= start < length:
        raise Invalid.field("trim_start", _("It must begin before the recording ends."), "outside")
    if end is not None and not 0 < end <= length + SHORTEST:
        raise Invalid.field("trim_end", _("It must end within the recording."), "outside")
    if (length if end is None else min(end, length)) - (start or 0.0) < min(SHORTEST, length):
        field = "trim_start" if end is None else "trim_end"
        raise Invalid.field(field, _("At least one second of the recording must be left."), "too_short")
    return (round(start, 3) if start else None), (None if end is None or end >= length else round(end, 3))


def due(**which: Any) -> list[Recording]:
    """Trimmed recordings without a trimmed file that are worth another try. ``which``: only these."""
    trimmed = Recording.objects.alive().filter(status=Recording.Status.COMPLETED, **which)
    rows = trimmed.exclude(trim_start=None, trim_end=None).select_related("session__room__library")
    return [recording for recording in rows if not recording.has_trimmed_file and _tries(recording) < TRIES]


def has_failed(recording: Recording) -> bool:
    """Whether the trimmed file could not be made, and is not tried again."""
    return recording.is_trimmed and not recording.has_trimmed_file and _tries(recording) >= TRIES


def cut(recording_id: UUID) -> bool:
    """Make the trimmed file, unless it exists or is being made; returns whether it was made."""
    found = due(pk=recording_id)
    if not found:
        return False
    with working_on(recording_id, found[0].session.room.library.organization_id) as may_work:
        found = due(pk=recording_id) if may_work else []
        if not found:
            return False
        [recording] = found
        folder = Path(settings.PROCESSING_DIR) / f"trim-{recording_id}"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            made = _cut(recording, folder)
        except LockLost:
            return False
        except (StepFailed, OSError) as error:
            code = error.code if isinstance(error, StepFailed) else code_of(error)
            logger.warning(
                "A trimmed file could not be made", recording=str(recording_id), code=code, detail=str(error)
            )
            _remember(recording, tries=_tries(recording) + 1)
            return False
        except Exception:
            logger.exception("Trimming was interrupted", recording=str(recording_id), code=CRASHED)
            _remember(recording, tries=_tries(recording) + 1)
            return False
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        _remember(recording, **made)
        return True


def cut_due() -> None:
    """Queue all missing trimmed files, in turn; a lost message only costs time."""
    for recording in in_turn(due()):
        trim_wanted.send_for(NUDGED_FOR, str(recording.pk))


def _cut(recording: Recording, folder: Path) -> dict[str, Any]:
    """Make and keep the file and its pictures; what is remembered of them, with their keys. Raises StepFailed, OSError,
    LockLost.
    """
    size = recording.file_size or 0
    check_room(size if recording.storage_type == Recording.StorageType.LOCAL else 2 * size)
    source = storage.local_path(recording) or _fetch(recording, folder / "video.mp4")
    output = folder / "trimmed.mp4"
    seconds = patience(size)
    values = {"file": str(source), "output": str(output), "start": recording.trim_start or 0.0}
    tick = partial(stay_alone, recording.pk)
    made = run_step("trim", {**values, "end": recording.trim_end}, seconds=seconds, tick=tick)
    run_step("check", {"file": str(output), "packets": made["packets"]}, seconds=seconds, tick=tick)
    pictures = _pictures(recording, output, folder, seconds)
    tick()
    key = _key(recording)
    storage.put_beside(recording, output, key)
    found: dict[str, Any] = {"bytes": int(made["bytes"]), "file": key}
    if pictures is not None:
        found |= {"poster": f"{key}-poster.jpg", "sprite_path": f"{key}-sprite.jpg", "sprite": pictures}
        storage.put_beside(recording, folder / "poster.jpg", found["poster"])
        storage.put_beside(recording, folder / "sprite.jpg", found["sprite_path"])
    return found


def _pictures(recording: Recording, video: Path, folder: Path, seconds: float) -> dict[str, Any] | None:
    """Poster and thumbnails of the span only: those of the whole video show what was cut out. None if they fail."""
    files = {"poster": str(folder / "poster.jpg"), "sprite": str(folder / "sprite.jpg")}
    values = {"file": str(video), "duration": recording.shown_seconds or 0.0, **files}
    try:
        sprite: dict[str, Any] = run_step("pictures", values, seconds=seconds)["sprite"]
    except StepFailed as error:
        logger.warning("No pictures could be taken of a trimmed file", recording=str(recording.pk), detail=str(error))
        return None
    return sprite


def _fetch(recording: Recording, path: Path) -> Path:
    """A local copy of what is stored elsewhere. Raises OSError, StorageMissing."""
    with storage.opened(recording.storage_type, recording.file_path) as there, path.open("wb") as here:
        shutil.copyfileobj(there, here, storage.CHUNK)
    return path


def _key(recording: Recording) -> str:
    """A new key each time, so that no link and no cache confuses the files of two spans."""
    return storage.key_of(recording, f"-{new_token(size=9)}.mp4")


def _tries(recording: Recording) -> int:
    made = recording.trimmed or {}
    is_same = (made.get("start"), made.get("end")) == (recording.trim_start, recording.trim_end)
    return int(made.get("tries", 0)) if is_same else 0


def _remember(recording: Recording, **found: Any) -> None:
    """Store the result for the span that was cut; another span may be wanted by now."""
    file = found.pop("file", "")
    made = {"start": recording.trim_start, "end": recording.trim_end, **found}
    with transaction.atomic():
        locked = Recording.objects.select_for_update(no_key=True).filter(pk=recording.pk).first()
        if locked is None:
            return
        before = {locked.trimmed_path, *locked.trimmed_pictures}
        locked.trimmed, locked.trimmed_path = made, file
        locked.save(update_fields=["trimmed", "trimmed_path", "updated_at"])
    for key in before - {""}:
        with contextlib.suppress(OSError, storage.StorageMissing):  # the clean-up finds the orphaned files
            storage.remove(recording.storage_type, key)
