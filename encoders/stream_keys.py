"""Stream keys: whose session a key opens, how long it is valid, and replacing it.

A key is valid from the opening of the backstage to the end; wrong ones are counted by ``encoders.gateway``.
"""

from uuid import UUID

from django.db import transaction

from accounts.person import Person
from audit.services import record
from core.errors import NoneFound
from media.supervisor import nudge
from sessions import lifecycle
from sessions.errors import SessionEnded
from sessions.livekit.enforcement import converge
from sessions.models import Session
from sessions.rights.capabilities import capabilities, require
from sessions.stream_keys import give_stream_key, stream_key_hash


def find_by_stream_key(key: str) -> Session | None:
    """The session with an encoder that this key opens, whatever its state; None also for deleted sessions."""
    if not key:
        return None
    rows = Session.objects.available().filter(mode=Session.Mode.RTMP).select_related("room__host")
    return rows.filter(stream_key_hash=stream_key_hash(key)).first()


def check_has_stream_key(session: Session) -> None:
    """Raises NoneFound for sessions from the browser, SessionEnded when the key is no longer valid."""
    if session.mode != Session.Mode.RTMP:
        raise NoneFound
    if session.status == Session.Status.ENDED:
        raise SessionEnded


def rotate_stream_key(*, actor: Person, session: Session) -> str:
    """Replace the key; an encoder that uses the old one is disconnected at once.

    Raises NotAllowed, NotFound, NoneFound, SessionEnded.
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
    nudge()  # encoders connected to the gateway
    converge(session_id)  # encoders that publish by WHIP
