"""What opens a socket: a ticket, signed and spent once, or the resume token that the last welcome or pong gave.

Both say who comes, to which session, and with which revocation counter; whether that still holds is judged when they
are shown.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.cache import cache

from accounts import credentials
from accounts.person import Person
from base.errors import NotAllowed
from base.ids import parse_uuid
from base.secrets import new_token
from live.topics import topics_for
from sessions.capabilities import Capabilities
from sessions.errors import SessionEnded
from sessions.models import Session

SOCKET_PATH = "/v1/webinar/socket"
_TICKET = "live.socket.ticket"
_RESUME = "live.socket.resume"
_CONNECTION = "live.centrifugo.connection"
LONGEST_CONNECTION = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pass:
    """Who may open a socket to which session. ``limit`` is the session that the person's own credentials are bound
    to, ``family`` the sign-in that they came from.
    """

    user_id: UUID
    session_id: UUID
    credentials_epoch: int
    api_key_id: UUID | None = None
    limit: UUID | None = None
    family: UUID | None = None

    @classmethod
    def of(cls, person: Person, session: Session) -> "Pass":
        """Raises NotAllowed for anonymous callers."""
        if person.user is None:
            raise NotAllowed
        key = person.api_key.pk if person.api_key else None
        return cls(person.user.pk, session.pk, person.user.credentials_epoch, key, person.session_id, person.family)

    def signed(self, salt: str, nonce: str = "") -> str:
        """The pass as text that only we can have written."""
        named = (self.user_id, self.session_id, self.api_key_id, self.limit, self.family)
        ids = [str(value) if value else "" for value in named]
        return signing.dumps([*ids, self.credentials_epoch, nonce], salt=salt)

    @property
    def listener(self) -> UUID | None:
        """Whose own topic this connection hears: nobody's through a key, which is no person."""
        return None if self.api_key_id else self.user_id

    def connection_token(self) -> str:
        """Names the pass for as long as Centrifugo holds the connection; read by :func:`read_connection`."""
        return self.signed(_CONNECTION)

    def person(self) -> Person | None:
        """Whose pass this is, None when it was revoked since: signed out, new password, closed account, lost key."""
        user = credentials.holder(self.user_id, epoch=self.credentials_epoch, family=self.family)
        if user is None:
            return None
        key = None
        if self.api_key_id is not None:
            key = credentials.holding_api_keys().filter(pk=self.api_key_id, acts_as=user).first()
            if key is None:
                return None
        return Person(user=user, api_key=key, session_id=self.limit, family=self.family)


def issue_realtime(*, person: Person, session: Session, capabilities: Capabilities) -> dict[str, Any]:
    """``{"transport", "url", "ticket", "topics"}``: how this person's client reaches the session's events.

    The ticket is good for one connection within SOCKET_TICKET_LIFETIME.
    Raises NotAllowed for who may not join, SessionEnded when it is over.
    """
    if not capabilities.may_join:
        raise NotAllowed
    topics = topics_for(session, capabilities, Pass.of(person, session).listener)
    if not topics:
        raise SessionEnded
    return {
        **transport(),
        "ticket": Pass.of(person, session).signed(_TICKET, new_token(size=16)),
        "topics": topics,
    }


def transport() -> dict[str, str]:
    """``{"transport", "url"}``: by what and where clients connect."""
    if settings.REALTIME_BROKER == "centrifugo":
        return {"transport": "centrifugo", "url": settings.CENTRIFUGO_URL}
    return {"transport": "websocket", "url": settings.BASE_URL.replace("http", "ws", 1) + SOCKET_PATH}


def spend_ticket(ticket: str) -> Pass | None:
    """The pass of this ticket, once; None when it is forged, too old or already spent."""
    opened = _open(ticket, _TICKET, settings.SOCKET_TICKET_LIFETIME)
    if opened is None:
        return None
    found, nonce = opened
    # Kept longer than the ticket lives, so that it cannot be spent again at the very end of its life.
    kept = 2 * settings.SOCKET_TICKET_LIFETIME.total_seconds() + 60
    return found if nonce and cache.add(f"socket-ticket:{nonce}", 1, kept) else None


def resume_token(found: Pass) -> str:
    """Opens the same socket again within SOCKET_RESUME_LIFETIME, without HTTP."""
    return found.signed(_RESUME)


def read_resume(token: str) -> Pass | None:
    """The pass of a resume token; None when it is forged or too old."""
    opened = _open(token, _RESUME, settings.SOCKET_RESUME_LIFETIME)
    return opened[0] if opened else None


def read_connection(token: str) -> Pass | None:
    """The pass of a connection that Centrifugo holds, from the token that it was given at connect."""
    opened = _open(token, _CONNECTION, LONGEST_CONNECTION)
    return opened[0] if opened else None


def _open(text: str, salt: str, lifetime: timedelta) -> tuple[Pass, str] | None:
    try:
        user, session, key, limit, family, epoch, nonce = signing.loads(text, salt=salt, max_age=lifetime)
    except (signing.BadSignature, ValueError):
        return None
    user_id, session_id = parse_uuid(user), parse_uuid(session)
    if user_id is None or session_id is None:
        return None
    return Pass(user_id, session_id, epoch, parse_uuid(key), parse_uuid(limit), parse_uuid(family)), nonce
