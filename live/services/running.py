"""Start, go live, end; and what happens by time: abandoned sessions end, old ones expire.

The media engine is never called inside a transaction. The database says what is wanted; the reconcile repairs what a
crash or an unreachable engine left.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

import recordings.services
from accounts.models import User
from accounts.person import Person
from audit.services import record
from core.errors import NotFound
from encoders.services import EncoderSetup, encoder_setup
from hls import demand
from media.captures.services import end_captures
from media.errors import MediaUnavailable, RoomMissing
from media.livekit import client as livekit
from media.supervisor import nudge
from sessions import lifecycle
from sessions.livekit import identities
from sessions.models import Session, SessionQuerySet
from sessions.parts import parts
from sessions.queries import complete_session
from sessions.rights.capabilities import Capabilities, capabilities, require
from sockets.tickets import issue_realtime

logger = logging.getLogger(__name__)

#: A session counts as abandoned only if its media room was looked at this recently.
_SEEN_RECENTLY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What the studio needs: the reply of start and go_live. ``encoder`` is set only for the host of a session with an
    encoder.
    """

    session: Session
    livekit_token: str
    livekit_url: str
    room_name: str
    whip_url: str
    encoder: EncoderSetup | None
    realtime: dict[str, Any]
    connected_elsewhere: bool


def start(*, actor: Person, session: Session) -> Opened:
    """Open the backstage: a media room and a token for the crew, while the audience still sees nothing.

    Repeating it is harmless, also while live. Raises NotAllowed, NotFound, SessionEnded, SessionExpired and
    MediaUnavailable; in the last case the backstage is recorded as wanted and opens when the media engine is back.
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_start)
        if lifecycle.open_backstage(locked):
            record("session.backstage_opened", actor=actor.account().pk, session=locked.pk)
    ensure_media_room(locked)
    return _opened(actor, session.pk, is_connected(locked, actor.account()))


def go_live(*, actor: Person, session: Session) -> Opened:
    """Go live and admit the audience. Opens the backstage if needed; repeating it is harmless.

    Raises NotAllowed, NotFound, SessionEnded, SessionExpired, RoomHasLiveSession, and MediaUnavailable, after which
    nothing has changed.
    """
    present = lifecycle.read_session(session.pk)
    require(capabilities(actor, present).may_go_live)
    lifecycle.check_may_go_live(present)
    ensure_media_room(present)
    connected = is_connected(present, actor.account())  # first: afterwards an unreachable engine refuses nothing
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_go_live)
        if lifecycle.go_live(locked):
            for part in parts():
                part.drop_rehearsal(locked)
            recordings.services.went_live(locked, actor.account())
            demand.went_live(locked)
            record("session.went_live", actor=actor.account().pk, session=locked.pk)
        Session.objects.filter(pk=session.pk, media_confirmed_at=None).update(media_confirmed_at=timezone.now())
    return _opened(actor, session.pk, connected)


def end(*, actor: Person, session: Session) -> Session:
    """End a live session for everyone, or close the backstage of one that was never live. Repeating it is harmless.

    The media room is closed too; an unreachable media engine does not prevent the end. Raises NotAllowed, NotFound.
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_end)
        changed = _end(locked, by=actor.account().pk)
    if changed:
        close_media_room(locked)
    return complete_session(session.pk)


def _end(session: Session, *, by: UUID | None) -> bool:
    """End the locked session with all its parts, and record it; returns whether anything ended."""
    if not lifecycle.end(session):
        return False
    _close_parts(session)
    was_live = session.status == Session.Status.ENDED
    record("session.ended" if was_live else "session.backstage_closed", actor=by, session=session.pk)
    return True


def _changed(sessions: SessionQuerySet, change: Callable[[Session], bool]) -> Iterator[Session]:
    """Yield those of ``sessions`` that ``change`` changed under the lock, each after its own transaction is committed;
    deleted sessions are left out.
    """
    for session_id in sessions.values_list("pk", flat=True):
        try:
            with transaction.atomic():
                session = lifecycle.lock_session(session_id)
                has_changed = change(session)
        except NotFound:
            continue
        if has_changed:
            yield session


def _close_parts(session: Session) -> None:
    for part in parts():
        part.close(session)
    end_captures(session.media_room)


def ensure_media_room(session: Session) -> None:
    """Make the session's media room if it is missing, and note that it exists. Raises MediaUnavailable."""
    livekit.ensure_room(session.media_room)
    Session.objects.filter(pk=session.pk, media_confirmed_at=None).open().update(media_confirmed_at=timezone.now())


def close_media_room(session: Session) -> None:
    """Delete the session's media room now; if the engine is unreachable, the reconcile does it later."""
    nudge()  # encoders are disconnected
    try:
        livekit.delete_room(session.media_room)
    except MediaUnavailable:
        logger.info("The media room of %s could not be closed now; the reconcile will", session.pk)


def is_connected(session: Session, user: User, *, former: str = "") -> bool:
    """Whether ``user`` has a studio connection other than ``former``. Raises MediaUnavailable."""
    identity = identities.studio_identity(user)
    try:
        people = livekit.list_participants(session.media_room)
        return any(person.identity == identity and person.sid != former for person in people)
    except RoomMissing:
        return False


def _opened(actor: Person, session_id: UUID, connected: bool) -> Opened:
    session = complete_session(session_id)
    allowed = capabilities(actor, session)
    return Opened(
        session=session,
        livekit_token=identities.studio_token(session, actor, allowed),
        livekit_url=settings.LIVEKIT_PUBLIC_URL,
        room_name=session.media_room,
        whip_url=settings.WHIP_URL,
        encoder=encoder_setup(session, allowed),
        realtime=realtime_for(actor, session, allowed),
        connected_elsewhere=connected,
    )


def realtime_for(actor: Person, session: Session, allowed: Capabilities) -> dict[str, Any]:
    """Where, and with which ticket, the caller gets the session's events."""
    return issue_realtime(person=actor, session=session, capabilities=allowed)


def close_abandoned() -> list[UUID]:
    """End live sessions without crew and publisher, and close unused backstages, after a warning; returns their ids.

    Only sessions whose media room was looked at recently count: while the media engine is down nobody knows who is
    there.
    """
    over = []
    seen = timezone.now() - _SEEN_RECENTLY
    for session in _changed(Session.objects.open().filter(media_confirmed_at__gte=seen), _end_if_abandoned):
        logger.info("Session %s was abandoned and is over", session.pk)
        close_media_room(session)
        over.append(session.pk)
    return over


def _end_if_abandoned(session: Session) -> bool:
    is_over = lifecycle.warn_or_end_abandoned(session, timezone.now())
    if is_over:
        _close_parts(session)
    return is_over


def end_withdrawn() -> list[UUID]:
    """End the open sessions of organizations that were closed; returns their ids."""
    closed = Session.objects.alive().opened().filter(room__library__organization__is_active=False)
    over = []
    for session in _changed(closed, lambda locked: locked.is_withdrawn and _end(locked, by=None)):
        close_media_room(session)
        over.append(session.pk)
    return over


def expire_overdue() -> list[UUID]:
    """Expire sessions whose time passed long ago without a start; returns their ids."""
    overdue = Session.objects.alive().filter(
        status=Session.Status.SCHEDULED,
        backstage_opened_at=None,
        scheduled_start_time__lte=timezone.now() - settings.EXPIRE_AFTER,
    )
    expired = _changed(overdue, lambda locked: lifecycle.expire(locked, timezone.now()))
    return [session.pk for session in expired]
