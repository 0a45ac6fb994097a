"""Addresses of a session's HLS: each contains its viewer's grant, which is judged at every request for a playlist.

Segments have addresses of their own, the same for everybody: see ``hls``.
"""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet

from accounts.person import Person
from core.ids import parse_uuid
from core.prepared import prepared
from media.models import Capture
from sessions.models import Session
from sessions.rights.capabilities import Capabilities
from sessions.rights.passes import Pass, read_pass

PATH = "/hls/"
FIRST = "index.m3u8"
_GRANT = "sessions.rights.playback"


class GrantExpired(Exception):
    """The grant has expired: get a new one."""


def hls_url(person: Person, session: Session) -> str:
    """The multivariant playlist for this person, who must be known; there may be nothing to play yet."""
    return f"{settings.BASE_URL}{PATH}{session.pk}/{Pass.of(person, session).signed(_GRANT)}/{FIRST}"


def read_grant(text: str) -> Pass | None:
    """The person and session of a grant; None if it is forged. Raises GrantExpired."""
    try:
        return read_pass(text, _GRANT, settings.HLS_GRANT_LIFETIME)[0]
    except signing.SignatureExpired:
        raise GrantExpired from None
    except (signing.BadSignature, ValueError):
        return None


def may_watch(session: Session, allowed: Capabilities) -> bool:
    """Whether this person may watch the session's HLS now: while live if they joined, afterwards as for the replay."""
    return allowed.may_watch_replay if session.status == Session.Status.ENDED else allowed.in_session


def playable(sessions: Iterable[Session]) -> set[UUID]:
    """Which of these sessions have HLS now; at most two queries whatever their number.

    Live ones once there is a first segment; ended ones while a published recording's segments are kept.
    """
    sessions = list(sessions)
    live = [session.media_room for session in sessions if session.is_live]
    over = [session.media_room for session in sessions if session.status == Session.Status.ENDED]
    rooms: set[str] = set()
    if live:
        rooms.update(_on_air.all(rooms=live))
    if over:
        rooms.update(_kept.all(rooms=over))
    return {session_id for room in rooms if (session_id := parse_uuid(room)) is not None}


@prepared
def _on_air(rooms: list[str]) -> QuerySet[Capture, str]:
    made = Capture.objects.filter(room__in=rooms, wanted=True, first_segment_at__isnull=False)
    return made.order_by().values_list("room", flat=True)


@prepared
def _kept(rooms: list[str]) -> QuerySet[Capture, str]:
    kept = Capture.objects.filter(room__in=rooms, first_segment_at__isnull=False, files_deleted_at=None)
    shown = kept.filter(recordings__published_at__isnull=False, recordings__deleted_at=None)
    return shown.order_by().values_list("room", flat=True).distinct()
