"""Writes of recordings: one function for each use case.

Engines follow the rows: the media supervisor reads them, and is nudged when they change.
"""

import contextlib
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.person import Person
from audit.services import record
from core.errors import NoneFound, NotAuthenticated, NotFound, Problem
from media.captures.port import PartBegun, read_journal
from media.errors import CaptureLimit, DiskFull
from media.models import Capture
from media.supervisor import nudge
from realtime.outbox import emit
from recordings import shapes
from recordings.errors import RecordingNotReady, StorageFull, TrimmedFileNotReady
from recordings.events import RecordingFailed, RecordingProgress, RecordingStarted, RecordingStopped
from recordings.keeping.bin import move_to_bin
from recordings.keeping.usage import check_share
from recordings.links import sign_download
from recordings.models import Recording
from recordings.nudges import processing_due
from recordings.queries import active_recording, recordings_of
from recordings.replay import lock_recording
from sessions import lifecycle
from sessions.captures import want_for_host
from sessions.errors import SessionEnded, SessionNotLive
from sessions.models import Session
from sessions.rights.capabilities import capabilities, require


def start_recording(*, actor: Person, session: Session) -> tuple[Recording, bool]:
    """Start recording the session; returns the recording, and whether it is new: a running one is returned unchanged.

    Raises NotAllowed, NotFound, SessionNotLive (rehearsals are not recorded), SessionEnded, CaptureLimit, DiskFull,
    StorageFull.
    """
    if actor.user is None:
        raise NotAuthenticated
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_record)
        if locked.status == Session.Status.ENDED:
            raise SessionEnded
        if not locked.is_live:
            raise SessionNotLive
        active = active_recording(locked)
        if active is not None:
            return active, False
        return _begin(locked, actor.user), True


def stop_recording(*, actor: Person, session: Session) -> Recording:
    """Stop recording; what was recorded gets processed. If none runs, the newest recording is returned unchanged.

    Raises NotAllowed, NotFound, NoneFound (nothing was ever recorded).
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_record)
        active = active_recording(locked)
        if active is not None:
            _stop(active, actor.user)
        newest = active or recordings_of(locked).first()
    if newest is None:
        raise NoneFound
    return newest


def went_live(session: Session, user: User | None) -> None:
    """Start recording if the session's preset says so. A failure never stops a session from going live; the crew is
    told.

    The session is locked.
    """
    if not session.flag("recording_enabled"):
        return
    try:
        _begin(session, user)
    except (CaptureLimit, DiskFull, StorageFull) as problem:
        _refused(session, user, problem)


def close(session: Session) -> None:
    """The session is over: stop its recording. The session is locked."""
    active = active_recording(session)
    if active is not None:
        _stop(active, None)


def cut(capture: Capture) -> None:
    """A mark stands in this capture's journal: stopped recordings may be complete now."""
    _process(list(Recording.objects.filter(capture=capture, phase=Recording.Phase.PROCESSING)))


def capture_over(capture: Capture) -> None:
    """The capture is over: its running recording stops, or fails if there is nothing."""
    for recording in Recording.objects.filter(phase=Recording.Phase.CAPTURING, capture=capture):
        with transaction.atomic():
            with contextlib.suppress(NotFound):  # the session is in the bin: no events
                lifecycle.lock_session(recording.session_id)
            recording = Recording.objects.select_for_update(no_key=True).get(pk=recording.pk)  # noqa: PLW2901
            if recording.phase == Recording.Phase.CAPTURING:
                _broke_off(recording, capture)
    cut(capture)


def rename_recording(*, actor: Person, recording: Recording, name: str) -> Recording:
    """Rename it. Raises NotAllowed, NotFound."""
    with transaction.atomic():
        found = lock_recording(actor, recording)
        if found.name != name:
            found.name = name
            found.save(update_fields=["name", "updated_at"])
            emit(RecordingProgress.of(found))
    return found


def download(*, actor: Person, recording: Recording, is_original: bool = False) -> shapes.RecordingDownload:
    """A link for ``actor``, who may have the recording: of a trimmed one to the trimmed file, or to all of it.

    Raises RecordingNotReady, TrimmedFileNotReady.
    """
    if recording.status != Recording.Status.COMPLETED:
        raise RecordingNotReady
    is_trimmed = recording.is_trimmed and not is_original
    if is_trimmed and not recording.has_trimmed_file:
        raise TrimmedFileNotReady
    path, expires_at = sign_download(recording, actor, is_trimmed=is_trimmed)
    return shapes.RecordingDownload(download_url=settings.BASE_URL + path, expires_at=expires_at)


def delete_recording(*, actor: Person, recording: Recording) -> Recording:
    """Move it to the bin. Raises NotAllowed, NotFound, RecordingActive."""
    with transaction.atomic():
        found = lock_recording(actor, recording)
        require(capabilities(actor, found.session).may_delete)
        return move_to_bin(found, by=actor.user)


def _begin(session: Session, user: User | None) -> Recording:
    check_share(session.room.library.organization_id)
    capture = want_for_host(session)
    recording = Recording.objects.create(session=session, capture=capture, started_by=user, name=_name(session))
    emit(RecordingStarted.of(recording))
    record("recording.started", actor=user.pk if user else None, session=session.pk)
    transaction.on_commit(nudge, robust=True)
    return recording


def _refused(session: Session, user: User | None, problem: Problem) -> None:
    """A recording that never began, to show the reason."""
    why, now = str(problem.sentence), timezone.now()
    capture = Capture.objects.create(
        room=session.media_room, wanted=False, state=Capture.State.FAILED, error=why, ended_at=now
    )
    recording = Recording.objects.create(
        session=session,
        capture=capture,
        started_by=user,
        name=_name(session),
        status=Recording.Status.FAILED,
        phase=Recording.Phase.DONE,
        stopped_at=now,
        error_message=why,
    )
    emit(RecordingFailed.of(recording))


def _stop(recording: Recording, user: User | None, why: str = "") -> None:
    recording.phase = Recording.Phase.PROCESSING
    recording.stopped_at = timezone.now()
    recording.error_message = why
    recording.save(update_fields=["phase", "stopped_at", "error_message", "updated_at"])
    emit(RecordingStopped.of(recording))
    if user is not None:  # otherwise it ended with the session, which has its own event
        record("recording.stopped", actor=user.pk, session=recording.session_id)
    transaction.on_commit(nudge, robust=True)
    transaction.on_commit(partial(_process, [recording]), robust=True)


def _broke_off(recording: Recording, capture: Capture) -> None:
    """The capture ended while it was recording: keep what there is."""
    if any(isinstance(part, PartBegun) and part.mark == recording.start_mark for part in read_journal(capture.folder)):
        failed = capture.state == Capture.State.FAILED
        _stop(recording, None, _("The recording was interrupted and could not be continued.") if failed else "")
        return
    recording.phase, recording.status = Recording.Phase.DONE, Recording.Status.FAILED
    recording.stopped_at = timezone.now()
    recording.error_message = _("The recording could not be started. Try again; if that fails too, ask for help.")
    recording.save(update_fields=["phase", "status", "stopped_at", "error_message", "updated_at"])
    emit(RecordingStopped.of(recording), RecordingFailed.of(recording))


def _process(recordings: list[Recording]) -> None:
    for recording in recordings:
        processing_due.send(str(recording.pk))


def _name(session: Session) -> str:
    """The session's title, with a number from the second recording on."""
    number = Recording.objects.filter(session=session).count() + 1
    return session.title if number == 1 else f"{session.title[:245]} ({number})"
