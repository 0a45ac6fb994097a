"""How recordings come to be published as the replay of their session; what there is to watch is in ``queries``."""

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.person import Person
from audit.services import record
from core.errors import NotFound
from core.ids import parse_uuid
from realtime.outbox import emit
from recordings.errors import RecordingNotReady
from recordings.events import RecordingProgress, ReplayReady
from recordings.models import Recording
from recordings.nudges import recording_completed
from rooms.models import Room
from sessions.errors import Banned
from sessions.lifecycle import lock_session
from sessions.models import Session
from sessions.queries import find_session
from sessions.rights.capabilities import Capabilities, capabilities, require

logger = logging.getLogger(__name__)


def require_replay(allowed: Capabilities) -> None:
    """Raises Banned or NotAllowed unless this person may watch replays here."""
    if allowed.is_banned:
        raise Banned
    require(allowed.may_watch_replay)


def find_led_recording(person: Person, recording_id: object) -> Recording:
    """A recording, with its session, that ``person`` may publish and change. Raises NotFound."""
    known = parse_uuid(recording_id)
    recording = Recording.objects.alive().select_related("session").filter(pk=known).first() if known else None
    if recording is None:
        raise NotFound
    if not capabilities(person, find_session(person, recording.session_id)).may_record:
        raise NotFound
    return recording


def completed(recording: Recording) -> None:
    """The processing of a recording is done: publish it at once, or leave it for review.

    Repeating is harmless; nothing happens to recordings that were deleted or decided about in the meantime.
    """
    try:
        with transaction.atomic():
            recording_completed(recording)
    except Exception:  # the video is there all the same
        logger.exception("Something to go with recording %s could not be made", recording.pk)
    with transaction.atomic():
        try:
            session = lock_session(recording.session_id)
        except NotFound:  # the session was deleted: its address shows no replay
            return
        undecided = Recording.objects.alive().filter(status=Recording.Status.COMPLETED, replay_decided_at=None)
        locked = undecided.select_for_update(no_key=True, of=("self",)).filter(pk=recording.pk).first()
        if locked is not None and session.effective_replay_publishing == Room.Publishing.AUTOMATIC:
            _publish(locked)


def publish(*, actor: Person, recording: Recording) -> Recording:
    """Publish the recording at the session's address. Repeating it changes nothing.

    Raises NotFound, NotAllowed, RecordingNotReady.
    """
    with transaction.atomic():
        locked = lock_recording(actor, recording)
        if locked.status != Recording.Status.COMPLETED:
            raise RecordingNotReady
        if locked.published_at is None:
            _publish(locked)
            record_action("recording.published", actor, locked)
    return locked


def unpublish(*, actor: Person, recording: Recording) -> Recording:
    """Unpublish it: nobody gets a new link, and existing links expire by themselves.

    Repeating it changes nothing. Raises NotFound, NotAllowed.
    """
    with transaction.atomic():
        locked = lock_recording(actor, recording)
        was_published, locked.published_at = locked.published_at, None
        locked.replay_decided_at = timezone.now()
        locked.save(update_fields=["published_at", "replay_decided_at", "updated_at"])
        if was_published is not None:
            emit(RecordingProgress.of(locked))
            record_action("recording.unpublished", actor, locked)
    return locked


def choose_publishing(*, actor: Person, session: Session, publishing: str | None) -> Session:
    """Choose how recordings of this session are published from now on; None: as the room's are. What is published
    stays so.

    Raises NotFound, NotAllowed.
    """
    with transaction.atomic():
        locked = lock_session(session.pk)
        require(capabilities(actor, locked).may_record)
        locked.replay_publishing = Room.Publishing(publishing) if publishing else ""
        locked.save(update_fields=["replay_publishing", "updated_at"])
        user = actor.user.pk if actor.user else None
        record("recording.publishing_changed", actor=user, session=locked.pk, publishing=publishing)
    return locked


def lock_recording(actor: Person, recording: Recording) -> Recording:
    """Lock the session and load the current recording, for somebody who may record there.

    Raises NotFound, NotAllowed.
    """
    session = lock_session(recording.session_id)
    require(capabilities(actor, session).may_record)
    locked = Recording.objects.alive().select_for_update(no_key=True, of=("self",)).filter(pk=recording.pk).first()
    if locked is None:
        raise NotFound
    locked.session = session
    return locked


def _publish(locked: Recording) -> None:
    locked.published_at = locked.replay_decided_at = timezone.now()
    locked.save(update_fields=["published_at", "replay_decided_at", "updated_at"])
    emit(ReplayReady.of(locked), RecordingProgress.of(locked))


def record_action(action: str, actor: Person, recording: Recording, **details: Any) -> None:
    """Record in the audit log what somebody did with the recording."""
    user = actor.user.pk if actor.user else None
    record(action, actor=user, session=recording.session_id, recording=str(recording.pk), **details)
