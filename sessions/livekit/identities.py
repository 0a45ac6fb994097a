"""From capabilities to LiveKit: identities, grants and lifetimes of connections.

The one place where grants are decided; tokens and the reconcile both use it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from accounts.models import User
from accounts.person import Person
from core.errors import NotAllowed
from core.ids import parse_uuid
from media.livekit import client as livekit
from media.livekit.grants import CAMERA, MICROPHONE, Grant
from media.models import Ingest
from sessions.models import Session
from sessions.rights.capabilities import Capabilities
from sessions.rights.passes import Pass, open_sealed

#: Identities of our own helpers; they never appear in a list of people.
HELPERS = ("recorder:", "monitor:", "ingest:")
_MONITOR = "monitor:"


@dataclass(frozen=True, slots=True)
class Identity:
    """A parsed LiveKit identity. ``is_studio``: the exclusive publishing connection; ``is_monitor``: a hidden observer
    in a control room, in no list and no count; otherwise one of the audience.
    """

    user_id: UUID
    is_studio: bool = False
    is_monitor: bool = False


def read_identity(identity: str) -> Identity | None:
    """Parse ``<user>``, ``<user>:<random>`` or ``monitor:<user>:<random>``; None for helpers without a person and
    anything unknown.
    """
    owner, separator, tab = identity.removeprefix(_MONITOR).partition(":")
    user_id, is_monitor = parse_uuid(owner), identity.startswith(_MONITOR)
    if user_id is None or bool(separator) != bool(tab) or (is_monitor and not tab):
        return None
    return Identity(user_id, is_studio=not separator, is_monitor=is_monitor)


def read_pass(identity: str, metadata: str, session: Session) -> Pass | None:
    """The pass with which this connection was opened; None without one of ours for this person and session."""
    owner, found = read_identity(identity), open_sealed(metadata)
    if owner is None or found is None or (found.user_id, found.session_id) != (owner.user_id, session.pk):
        return None
    return found


def is_ingest(identity: str) -> bool:
    """Whether this is an encoder, which publishes for the host's side."""
    return identity.startswith("ingest:")


def ingest_identity(ingest: Ingest) -> str:
    """The identity of an encoder."""
    return f"ingest:{ingest.pk}"


def is_ingest_of(session: Session, identity: str) -> bool:
    """Whether this is the encoder of this session; one that publishes by WHIP carries the mark of its stream key."""
    ingest, separator, mark = identity.removeprefix("ingest:").partition(":")
    if separator and (mark != key_mark(session) or session.mode != Session.Mode.RTMP):
        return False
    ingest_id = parse_uuid(ingest)
    return ingest_id is not None and Ingest.objects.filter(room=session.media_room, pk=ingest_id).exists()


def key_mark(session: Session) -> str:
    """A mark that identifies the present stream key without revealing it; connections made with another key lack it."""
    return hashlib.sha256(session.stream_key_hash.encode()).hexdigest()[:16]


def is_monitor(identity: str) -> bool:
    """Whether this is a hidden observer in a control room."""
    return identity.startswith(_MONITOR)


def is_helper(identity: str) -> bool:
    """Whether this is a connection of our own: recorder, monitor, ingest."""
    return identity.startswith(HELPERS)


def studio_identity(user: User) -> str:
    """The one publishing connection of a person: LiveKit closes the older of two."""
    return str(user.pk)


def studio_grant(allowed: Capabilities) -> Grant:
    """Publish what the capabilities allow; subscribe to everything."""
    return Grant(
        can_publish=allowed.may_publish and bool(allowed.publish_sources),
        sources=allowed.publish_sources,
        can_subscribe=True,
        can_publish_data=False,
        hidden=False,
        room_admin=False,
    )


def audience_grant() -> Grant:
    """Subscribe only, hidden: no publishing, no data, not announced to others."""
    return Grant(
        can_publish=False, sources=(), can_subscribe=True, can_publish_data=False, hidden=True, room_admin=False
    )


def studio_token(session: Session, person: Person, allowed: Capabilities) -> str:
    """A token for the studio connection of ``person``, who must be known."""
    return _publishing(session, person, allowed, settings.STUDIO_TOKEN_LIFETIME)


def stage_token(session: Session, person: Person, allowed: Capabilities) -> str:
    """A token for a member of the audience who is on stage: the studio's identity, the audience's lifetime."""
    return _publishing(session, person, allowed, settings.AUDIENCE_TOKEN_LIFETIME)


def _publishing(session: Session, person: Person, allowed: Capabilities, lifetime: timedelta) -> str:
    user = _known(person)
    return livekit.mint_token(
        identity=studio_identity(user),
        room=session.media_room,
        grant=studio_grant(allowed),
        name=user.username,
        metadata=Pass.of(person, session).sealed(),
        lifetime=lifetime,
    )


def audience_token(session: Session, person: Person, *, room: str = "") -> str:
    """A token for one more hidden connection of ``person``, who must be known; any number of tabs work side by side.

    ``room``: another media room than the session's, for a test of the connection.
    """
    return _watching(session, person, f"{_known(person).pk}:{secrets.token_urlsafe(9)}", room or session.media_room)


def _watching(session: Session, person: Person, identity: str, room: str) -> str:
    return livekit.mint_token(
        identity=identity,
        room=room,
        grant=audience_grant(),
        metadata=Pass.of(person, session).sealed(),
        lifetime=settings.AUDIENCE_TOKEN_LIFETIME,
    )


def _known(person: Person) -> User:
    """Raises NotAllowed for anonymous callers."""
    if person.user is None:
        raise NotAllowed
    return person.user


def ingest_grant() -> Grant:
    """An encoder: may publish one video and one audio track, nothing else."""
    return Grant(
        can_publish=True,
        sources=(CAMERA, MICROPHONE),
        can_subscribe=False,
        can_publish_data=False,
        hidden=False,
        room_admin=False,
    )


def ingest_token(session: Session, ingest: Ingest) -> str:
    """A token for the gateway that forwards an encoder's stream; people see the host's name."""
    return livekit.mint_token(
        identity=ingest_identity(ingest),
        room=session.media_room,
        grant=ingest_grant(),
        name=session.room.host.username,
        lifetime=settings.AUDIENCE_TOKEN_LIFETIME,
    )


def whip_token(session: Session, ingest: Ingest, lifetime: timedelta) -> str:
    """A token for an encoder that publishes by WHIP; its connection ends when the stream key changes."""
    return livekit.mint_token(
        identity=f"ingest:{ingest.pk}:{key_mark(session)}",
        room=session.media_room,
        grant=ingest_grant(),
        name=session.room.host.username,
        lifetime=lifetime,
    )


def monitor_token(session: Session, person: Person) -> str:
    """A token to watch hidden from a control room; it names its person, and ends with their right to do so."""
    return _watching(session, person, f"{_MONITOR}{_known(person).pk}:{secrets.token_urlsafe(9)}", session.media_room)


def recorder_token(room: str, capture: str) -> str:
    """A token for a room's recorder: hidden, subscribe only, without a person."""
    return livekit.mint_token(
        identity=f"recorder:{capture}",
        room=room,
        grant=audience_grant(),
        lifetime=settings.AUDIENCE_TOKEN_LIFETIME,
    )
