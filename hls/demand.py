"""Whether a session needs HLS: a capture runs while the session is recorded, watched over HLS, or HLS is requested."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from core.errors import NotFound, Problem
from hls.models import HLSNeed
from media.captures.services import end_captures, running_capture, set_for_viewers
from media.models import Capture
from recordings.models import Recording
from sessions import lifecycle
from sessions.captures import want_for_host, want_for_viewers
from sessions.models import Session

logger = structlog.get_logger(__name__)

#: Seconds after a failed capture during which viewers alone do not start another one.
_AFTER_FAILURE = timedelta(minutes=1)


def needed(session_ids: Collection[UUID]) -> None:
    """Note that somebody watches the HLS of these sessions."""
    now = timezone.now()
    live = Session.objects.available().live().filter(pk__in=list(session_ids)).values_list("pk", flat=True)
    rows = [HLSNeed(session_id=session_id, needed_at=now) for session_id in live]
    HLSNeed.objects.bulk_create(rows, update_conflicts=True, unique_fields=["session"], update_fields=["needed_at"])


def ensure(session: Session) -> Capture:
    """Keep HLS of the locked session running until its end. Raises CaptureLimit, DiskFull."""
    capture = want_for_host(session)
    HLSNeed.objects.update_or_create(session=session, defaults={"ensured_at": timezone.now()})
    return capture


def is_ensured(session: Session) -> bool:
    """Whether somebody who leads the session requested HLS until its end."""
    return HLSNeed.objects.filter(session=session, ensured_at__isnull=False).exists()


def ask(session: Session, viewer: User | None) -> Capture:
    """Run HLS of the locked session while somebody watches it. ``viewer``: who wants it; None: the product.

    Raises CaptureLimit, DiskFull.
    """
    capture = want_for_viewers(session, viewer)
    HLSNeed.objects.update_or_create(session=session, defaults={"needed_at": timezone.now()})
    return capture


def went_live(session: Session) -> None:
    """The locked session went live: if an encoder feeds it, start HLS at once.

    An encoder sends one size only, so viewers on slow lines need the smaller rendition. A failure here never stops a
    session from going live.
    """
    if session.mode == Session.Mode.RTMP:
        try:
            ensure(session)
        except Problem as problem:
            logger.warning("HLS could not be started", session=str(session.pk), reason=problem.code)


def close(session: Session) -> None:
    """The locked session ended, or its backstage was closed: nobody needs its HLS any more."""
    HLSNeed.objects.filter(session=session).delete()


def keep() -> None:
    """End captures that nobody needs, and start missing ones that somebody needs."""
    now = timezone.now()
    rooms = Capture.objects.filter(wanted=True).values_list("room", flat=True)
    running = {str(session_id) for session_id in rooms}
    wanting = HLSNeed.objects.filter(_holds(now), session__status=Session.Status.LIVE)
    for session_id in {*running, *map(str, wanting.values_list("session_id", flat=True))}:
        with transaction.atomic():
            try:
                session = lifecycle.lock_session(UUID(session_id))
            except (NotFound, ValueError):
                end_captures(session_id)
                continue
            _keep_one(session, now)


def _keep_one(session: Session, now: datetime) -> None:
    if not (session.is_live or session.is_backstage):
        end_captures(session.media_room)
        return
    need = HLSNeed.objects.filter(_holds(now), session=session).first()
    is_ensured = need is not None and need.ensured_at is not None
    capture = running_capture(session.media_room)
    if capture is None:
        if need and session.is_live and not _failed_lately(session, now):
            try:
                if is_ensured:
                    want_for_host(session)
                else:
                    want_for_viewers(session, None)
            except Problem as problem:
                logger.info("HLS could not be started", session=str(session.pk), reason=problem.code)
        return
    is_recorded = _is_recorded(session, now)
    if not need and not is_recorded and capture.created_at < now - settings.HLS_IDLE:
        end_captures(session.media_room)
    elif need:
        set_for_viewers(capture, not (is_ensured or is_recorded))


def _holds(now: datetime) -> Q:
    return Q(ensured_at__isnull=False) | Q(needed_at__gte=now - settings.HLS_IDLE)


def _is_recorded(session: Session, now: datetime) -> bool:
    """Whether the session is recorded now or was a moment ago: after stopping, hosts often start the next recording."""
    lately = Q(phase=Recording.Phase.CAPTURING) | Q(stopped_at__gte=now - settings.HLS_IDLE)
    return Recording.objects.filter(lately, session=session).exists()


def _failed_lately(session: Session, now: datetime) -> bool:
    failed = Capture.objects.filter(room=session.media_room, state=Capture.State.FAILED)
    return failed.filter(ended_at__gte=now - _AFTER_FAILURE).exists()
