"""The bin of recordings: deleted recordings can be restored for some days, then their files are deleted.

A recording is here on its own. Recordings of a session in the bin are hidden with it, and restored with it.
"""

import contextlib
import shutil
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.person import Person
from audit.services import record
from core.errors import NotFound
from core.ids import parse_uuid
from media.captures.services import OVER, is_over
from media.models import Capture
from realtime.outbox import emit
from recordings import storage
from recordings.errors import RecordingActive
from recordings.events import RecordingDeleted, RecordingProgress
from recordings.models import Recording, RecordingQuerySet
from recordings.processing.sources import forget_work
from sessions.lifecycle import lock_session
from sessions.models import Session
from sessions.queries import find_session, managed_sessions, my_sessions
from sessions.rights.capabilities import capabilities, require

logger = structlog.get_logger(__name__)

#: Captures without a recording are not kept for long: their HLS was only for viewers.
UNRECORDED_FOR = timedelta(days=1)


# Reads


def in_bin() -> RecordingQuerySet:
    """What can be restored on its own; for staff also what belongs to a session in the bin."""
    return Recording.objects.binned()


def my_bin(person: Person) -> RecordingQuerySet:
    """What the caller, as host, can restore; the last deleted first."""
    mine = my_sessions(person).order_by().values("pk")
    return in_bin().filter(session__in=mine).order_by("-deleted_at", "-id")


def managed_bin(person: Person) -> RecordingQuerySet:
    """The same for all sessions that the caller manages, with their sessions."""
    mine = managed_sessions(person).order_by().values("pk")
    return in_bin().filter(session__in=mine).select_related("session").order_by("-deleted_at", "-id")


def find_in_bin(person: Person, recording_id: object) -> Recording:
    """A recording that this person, as host, can restore. Raises NotFound."""
    known = parse_uuid(recording_id)
    recording = in_bin().filter(pk=known).first() if known else None
    if recording is None:
        raise NotFound
    if not capabilities(person, find_session(person, recording.session_id)).may_delete:
        raise NotFound
    return recording


# Writes


def move_to_bin(recording: Recording, *, by: User | None, why: str = "recording.deleted") -> Recording:
    """Move a recording to the bin, for staff or by retention. Raises RecordingActive, NotFound."""
    with transaction.atomic():
        locked = _lock(recording, Recording.objects.alive())
        if locked.phase == Recording.Phase.CAPTURING:
            raise RecordingActive
        locked.deleted_at = timezone.now()
        locked.save(update_fields=["deleted_at", "updated_at"])
        emit(RecordingDeleted.of(locked))
        record(why, actor=by.pk if by else None, session=locked.session_id, recording=str(locked.pk))
    return locked


def restore(*, actor: Person, recording: Recording) -> Recording:
    """Restore it from the bin; for the host. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        session = lock_session(recording.session_id)
        require(capabilities(actor, session).may_delete)
        return _restore(recording, actor.user)


def restore_for_staff(recording: Recording, *, by: User) -> Recording:
    """The same for staff, whoever's it is. Raises NotFound."""
    with transaction.atomic():
        return _restore(recording, by)


def delete_for_good(recording: Recording, *, by: User) -> None:
    """Delete the files of a recording in the bin now; for staff. Raises NotFound."""
    with transaction.atomic():
        locked = _lock(recording, in_bin())
        _schedule_purge(locked, by)
    purge(locked)


def delete_mine_for_good(*, actor: Person, recording: Recording) -> None:
    """The same for the host; what cannot be deleted now is deleted by a later pass. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        session = lock_session(recording.session_id)
        require(capabilities(actor, session).may_delete)
        locked = _lock(recording, in_bin())
        _schedule_purge(locked, actor.user)
    with contextlib.suppress(OSError, storage.StorageMissing):
        purge(locked)


def schedule_purge_of(session: Session) -> RecordingQuerySet:
    """Make the session's recordings impossible to restore; their files are due. The session is locked."""
    Recording.objects.filter(session=session, files_deleted_at=None).update(deleted_at=_long_ago())
    return Recording.objects.filter(session=session, files_deleted_at=None)


def purge_due() -> int:
    """Delete the files of everything that has been in the bin long enough, and of captures without a recording."""
    due = Recording.objects.filter(files_deleted_at=None, deleted_at__lte=timezone.now() - settings.BIN_FOR)
    count = purge_all(due)
    unrecorded = Capture.objects.filter(
        state__in=OVER, files_deleted_at=None, ended_at__lte=timezone.now() - UNRECORDED_FOR, recordings=None
    )
    for capture in unrecorded:
        forget_capture(capture)
    return count


def purge_all(due: RecordingQuerySet) -> int:
    """Delete the files of each; what a storage refuses now, a later pass deletes. Returns how many."""
    count = 0
    for recording in due.select_related("capture", "session__room"):
        with contextlib.suppress(OSError, storage.StorageMissing):
            purge(recording)
            count += 1
    return count


def purge(recording: Recording) -> None:
    """Delete all files of a recording that can no longer be restored; repeating is harmless. The row stays, like
    attendance.

    Raises OSError or StorageMissing if the storage fails: the next pass tries again.
    """
    try:
        for key in keys_of(recording):
            storage.remove(recording.storage_type, key)
    except (OSError, storage.StorageMissing) as error:
        logger.warning("Files of a deleted recording could not be removed", recording=str(recording.pk), why=str(error))
        raise
    forget_work(recording.pk)
    recording.tracks.all().delete()
    Recording.objects.filter(pk=recording.pk, files_deleted_at=None).update(files_deleted_at=timezone.now())
    forget_capture(recording.capture)


def forget_capture(capture: Capture) -> bool:
    """Delete parts and segments of a capture that is over, if it has no recording left; returns whether it did."""
    capture.refresh_from_db()
    if not is_over(capture) or capture.recordings.filter(files_deleted_at=None).exists():
        return False
    shutil.rmtree(capture.folder, ignore_errors=True)
    if capture.folder.exists():
        return False
    Capture.objects.filter(pk=capture.pk).update(files_deleted_at=timezone.now())
    return True


def keys_of(recording: Recording) -> list[str]:
    """The keys of its files, including those stored but never verified; ``session.room`` should be loaded."""
    found = {recording.file_path, recording.poster_path, recording.sprite_path, recording.trimmed_path}
    found.update(recording.trimmed_pictures)
    found.add(recording.chosen_path)
    found.update(storage.key_of(recording, ending) for ending in storage.ENDINGS.values())
    return sorted(found - {""})


def _schedule_purge(locked: Recording, by: User | None) -> None:
    locked.deleted_at = _long_ago()
    locked.save(update_fields=["deleted_at", "updated_at"])
    record("recording.purged", actor=by.pk if by else None, session=locked.session_id, recording=str(locked.pk))


def _long_ago() -> datetime:
    """A deletion time after which nobody can restore it, whatever BIN_DAYS becomes."""
    return timezone.now() - timedelta(days=36_500)


def _restore(recording: Recording, by: User | None) -> Recording:
    locked = _lock(recording, in_bin())
    locked.deleted_at = None
    locked.retention_mailed_at = None  # retention announces it again before deleting it a second time
    locked.save(update_fields=["deleted_at", "retention_mailed_at", "updated_at"])
    emit(RecordingProgress.of(locked))
    record("recording.restored", actor=by.pk if by else None, session=locked.session_id, recording=str(locked.pk))
    return locked


def _lock(recording: Recording, among: RecordingQuerySet) -> Recording:
    """The current row, with its session locked first if there still is one. Raises NotFound."""
    with contextlib.suppress(NotFound):
        lock_session(recording.session_id)
    locked = (
        among.select_related("capture").select_for_update(no_key=True, of=("self",)).filter(pk=recording.pk).first()
    )
    if locked is None:
        raise NotFound
    return locked
