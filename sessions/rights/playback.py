"""Addresses of a session's HLS: each carries its viewer's grant, which is judged at every request for a playlist.

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
    """The grant was good once: get a new one."""


def hls_url(person: Person, session: Session) -> str:
    """The playlist of renditions for this person, who is known. Whether there is anything to play is not asked."""
    return f"{settings.BASE_URL}{PATH}{session.pk}/{Pass.of(person, session).signed(_GRANT)}/{FIRST}"


def read_grant(text: str) -> Pass | None:
    """Whose grant it is; None when it is forged. Raises GrantExpired."""
    try:
        return read_pass(text, _GRANT, settings.HLS_GRANT_LIFETIME)[0]
    except signing.SignatureExpired:
        raise GrantExpired from None
    except (signing.BadSignature, ValueError):
        return None


def may_watch(session: Session, allowed: Capabilities) -> bool:
    """Whether this person may see the session's HLS now: while live as who is in it, then as the replay's audience."""
    return allowed.may_watch_replay if session.status == Session.Status.ENDED else allowed.in_session


def playable(sessions: Iterable[Session]) -> set[UUID]:
    """Of which of these there is HLS now; at most two queries whatever their number.

    Of live ones as soon as there is a first segment; of ended ones while a published recording's segments are kept.
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
