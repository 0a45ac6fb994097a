"""The stream key in a session's row, and what pages show the host of it; ``encoders`` checks keys of encoders.

The key is stored encrypted, so that the host can read it again, and as a keyed hash for look-ups.
"""

from typing import Any

from django.conf import settings

from core.secrets import decrypt, encrypt, keyed_hash, new_token
from sessions.models import Session

PREFIX = "sk_"
_PURPOSE = "stream key"
_SIZE = 24  # random bytes


def give_stream_key(session: Session) -> str:
    """Give the unsaved session a new key; the former one stops working."""
    key = new_token(PREFIX, _SIZE)
    session.stream_key_sealed = encrypt(key, purpose=_PURPOSE)
    session.stream_key_hash = stream_key_hash(key)
    return key


def take_stream_key(session: Session) -> None:
    """Take the unsaved session's key away: no encoder can stream into it any more."""
    session.stream_key_sealed = session.stream_key_hash = ""


def stream_key_hash(key: str) -> str:
    """The hash by which the row is found."""
    return keyed_hash(key, purpose=_PURPOSE)


def stream_key_of(session: Session) -> str | None:
    """The stream key; None for sessions from the browser."""
    return decrypt(session.stream_key_sealed, purpose=_PURPOSE) if session.stream_key_sealed else None


def encoder_card(session: Session) -> dict[str, Any] | None:
    """Context of templates/sessions/encoder_setup.html; None if there is nothing to set up. Contains no secret."""
    if session.mode != Session.Mode.RTMP or session.status not in (Session.Status.SCHEDULED, Session.Status.LIVE):
        return None
    return {
        "api": f"/v1/webinar/sessions/{session.pk}/stream_key",
        "rtmp_url": settings.RTMP_URL,
        "max_kbps": settings.RTMP_MAX_KBPS,
        "whip_url": settings.WHIP_URL,
        "key_is_token": settings.LIVEKIT_EMBEDDED,
    }
