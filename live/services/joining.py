"""Joining: as crew in the studio, as audience to watch, or hidden as a monitor."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.person import Person
from audit.services import record
from core.errors import Problem
from core.prepared import prepared
from hls import demand
from live.services.running import ensure_media_room, is_connected, realtime_for
from media.livekit import client as livekit
from realtime.outbox import emit_at_commit
from sessions import lifecycle
from sessions.errors import SessionNotLive
from sessions.events import RightsChanged
from sessions.livekit import identities
from sessions.livekit.limits import check_place
from sessions.models import Attendance, Session
from sessions.people import attendance, roles
from sessions.rights import playback
from sessions.rights.capabilities import Role, Viewpoint, capabilities, require, require_entry
from sessions.rights.context import NOBODY

logger = structlog.get_logger(__name__)

WEBRTC, HLS = "webrtc", "hls"
_HLS_FOR = 5  # seconds, a fraction of HLS_IDLE
_CHECK_ROOM_KEPT = 60  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The reply of join. ``connected_elsewhere``: this person already has another studio connection.

    ``mode``: how they should watch, ``webrtc`` or ``hls``. ``username``: their name in the session, with a number where
    the name was taken.
    """

    livekit_token: str
    room_name: str
    livekit_url: str
    role: Role
    username: str
    mode: str
    hls_url: str | None
    realtime: dict[str, Any]
    connected_elsewhere: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """The reply of monitor."""

    livekit_token: str
    room_name: str
    livekit_url: str


def join(*, actor: Person, session: Session, as_audience: bool = False, former: str = "") -> Joined:
    """Join with the caller's own role, or as audience.

    ``former``: the id of the caller's own studio connection that this one replaces; it does not count as another one.
    Crew and speakers can join from scheduled on, which opens the backstage; the audience once the session is live.
    Raises NotAllowed (Banned, DoorClosed), NotFound, SessionNotLive, SessionEnded, SessionExpired; for crew also
    MediaUnavailable, for the audience TooManyConnections.
    """
    user = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        seen_from = Viewpoint.of(actor, [locked])
        allowed = capabilities(actor, locked, seen_from)
        require_entry(locked, allowed)
        backstage = allowed.may_join_backstage and not as_audience
        if backstage:
            roles.record_join(locked, user)
            if lifecycle.open_backstage(locked):
                record("session.backstage_opened", actor=user.pk, session=locked.pk)
        else:
            lifecycle.check_may_open(locked)
            if not locked.is_live:
                raise SessionNotLive
        has_joined = seen_from.places.get(locked.pk, NOBODY).has_joined
        if attendance.record_join(locked, user, role=allowed.role, may_be_known=has_joined):
            emit_at_commit(RightsChanged.of(locked, user.pk))
        mode = WEBRTC if backstage else _mode(locked, user)
    if backstage:
        ensure_media_room(locked)
    elif mode == WEBRTC:
        check_place(locked, user)
    inside = capabilities(actor, locked, seen_from.joined(locked.pk))
    return Joined(
        livekit_token=identities.studio_token(locked, actor, allowed)
        if backstage
        else identities.audience_token(locked, actor),
        room_name=locked.media_room,
        livekit_url=settings.LIVEKIT_PUBLIC_URL,
        role=allowed.role if backstage else Role.AUDIENCE,
        username=user.username,
        mode=mode,
        hls_url=playback.hls_url(actor, locked) if mode == HLS or playback.playable([locked]) else None,
        realtime=realtime_for(actor, locked, inside),
        connected_elsewhere=backstage and is_connected(locked, user, former=former),
    )


def _mode(session: Session, user: User) -> str:
    """By what one more of the audience watches: beyond WEBRTC_VIEWERS over HLS, if that can be had.

    Where it was for one, it is for all who come within the next seconds: each of them would ask for the same.
    """
    key = f"joins-over-hls:{session.pk}"
    if cache.get(key):
        return HLS
    if not _other_viewers.more_than(settings.WEBRTC_VIEWERS - 1, session_id=session.pk, user_id=user.pk):
        return WEBRTC
    try:
        demand.ask(session, None)
    except Problem as problem:
        logger.warning("HLS could not be started for a large audience", session=str(session.pk), reason=problem.code)
        return WEBRTC
    cache.set(key, True, _HLS_FOR)
    return HLS


@prepared
def _other_viewers(session_id: UUID, user_id: UUID) -> QuerySet[Attendance, UUID]:
    rows = Attendance.objects.filter(session=session_id, present_since__isnull=False, is_attendee=True)
    return rows.exclude(user=user_id).order_by().values_list("pk", flat=True)


def check_connection(*, actor: Person, session: Session) -> Monitoring:
    """A hidden connection for the network test before the studio; it does not count as joining, and changes nothing.

    While the backstage is closed the test has a media room of its own, which no session knows and LiveKit closes soon.
    Raises NotAllowed, NotFound, SessionEnded, SessionExpired, MediaUnavailable.
    """
    require(capabilities(actor, session).may_join_backstage)
    lifecycle.check_may_open(session)
    if session.is_live or session.is_backstage:
        room = session.media_room
        ensure_media_room(session)
    else:
        room = f"check-{session.pk}"
        livekit.ensure_room(room, kept=_CHECK_ROOM_KEPT)
    return Monitoring(
        livekit_token=identities.audience_token(session, actor, room=room),
        room_name=room,
        livekit_url=settings.LIVEKIT_PUBLIC_URL,
    )


def monitor(*, actor: Person, session: Session) -> Monitoring:
    """Watch hidden, in no list and no count, while the session has a media room.

    Raises NotAllowed, NotFound, SessionNotLive, SessionEnded, SessionExpired.
    """
    present = lifecycle.read_session(session.pk)
    require(capabilities(actor, present).may_monitor)
    lifecycle.check_may_open(present)
    if not (present.is_live or present.is_backstage):
        raise SessionNotLive
    return Monitoring(
        livekit_token=identities.monitor_token(present, actor),
        room_name=present.media_room,
        livekit_url=settings.LIVEKIT_PUBLIC_URL,
    )
