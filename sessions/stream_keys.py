"""Stream keys: what an encoder shows to stream into a session, from the opening of its backstage to its end, and
what pages show the host of it.

The key is kept sealed, so that the host can read it again, and as a keyed hash, by which it is found.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.person import Person
from audit.services import record
from core.errors import Nothing
from core.secrets import decrypt, encrypt, keyed_hash, new_token
from media.supervisor import nudge
from sessions import lifecycle
from sessions.errors import SessionEnded
from sessions.livekit.enforcement import converge
from sessions.models import Session
from sessions.rights.capabilities import capabilities, require

PREFIX = "sk_"
_PURPOSE = "stream key"
_SIZE = 24  # random bytes


def give_stream_key(session: Session) -> str:
    """Give the session, not saved yet, a new key; the former one opens nothing any more."""
    key = new_token(PREFIX, _SIZE)
    session.stream_key_sealed = encrypt(key, purpose=_PURPOSE)
    session.stream_key_hash = keyed_hash(key, purpose=_PURPOSE)
    return key


def stream_key_of(session: Session) -> str | None:
    """The key that an encoder pushes with; None for sessions from the browser."""
    return decrypt(session.stream_key_sealed, purpose=_PURPOSE) if session.stream_key_sealed else None


def find_by_stream_key(key: str) -> Session | None:
    """The encoder's session that this key opens, whatever its state; None for deleted ones too."""
    if not key:
        return None
    rows = Session.objects.available().filter(mode=Session.Mode.RTMP).select_related("room__host")
    return rows.filter(stream_key_hash=keyed_hash(key, purpose=_PURPOSE)).first()


def check_has_stream_key(session: Session) -> None:
    """Raises Nothing for sessions from the browser, SessionEnded when the key opens nothing any more."""
    if session.mode != Session.Mode.RTMP:
        raise Nothing
    if session.status == Session.Status.ENDED:
        raise SessionEnded


def rotate_stream_key(*, actor: Person, session: Session) -> str:
    """Another key, the only one from now on; whoever streams with the former one is cut off at once.

    Raises NotAllowed, NotFound, Nothing, SessionEnded.
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_see_stream_key)
        check_has_stream_key(locked)
        key = give_stream_key(locked)
        locked.save(update_fields=["stream_key_sealed", "stream_key_hash", "updated_at"])
        record("session.stream_key_changed", actor=actor.user.pk if actor.user else None, session=locked.pk)
        transaction.on_commit(lambda: _cut_off(locked.pk), robust=True)
    return key


def _cut_off(session_id: UUID) -> None:
    nudge()  # the gateway's encoders
    converge(session_id)  # those that publish by WHIP


def encoder_card(session: Session) -> dict[str, Any] | None:
    """For templates/sessions/encoder_setup.html; None when there is nothing to set up. Holds no secret."""
    if session.mode != Session.Mode.RTMP or session.status not in (Session.Status.SCHEDULED, Session.Status.LIVE):
        return None
    return {
        "api": f"/v1/webinar/sessions/{session.pk}/stream_key",
        "rtmp_url": settings.RTMP_URL,
        "whip_url": settings.WHIP_URL,
        "key_is_token": settings.LIVEKIT_EMBEDDED,
    }
