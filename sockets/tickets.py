"""What opens a socket: a ticket, signed and spent once, or the resume token that the last welcome or pong gave.

Both say who comes, to which session, and with which revocation counter; whether that still holds is judged when they
are shown.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache

from accounts.person import Person
from core.errors import NotAllowed
from core.limits import Limiter
from core.secrets import new_token
from sessions.errors import SessionEnded
from sessions.models import Session
from sessions.rights.capabilities import Capabilities
from sessions.rights.passes import CONNECTION, Pass, open_pass
from sockets.topics import topics_for

__all__ = [
    "LONGEST_CONNECTION",
    "SOCKET_PATH",
    "Pass",
    "issue_realtime",
    "read_connection",
    "read_resume",
    "resume_token",
    "spend_ticket",
    "transport",
]

SOCKET_PATH = "/v1/webinar/socket"
_TICKET = "sockets.ticket"
_RESUME = "sockets.resume"
LONGEST_CONNECTION = timedelta(days=1)


def issue_realtime(*, person: Person, session: Session, capabilities: Capabilities) -> dict[str, Any]:
    """``{"transport", "url", "ticket", "topics"}``: how this person's client reaches the session's events.

    The ticket is good for one connection within SOCKET_TICKET_LIFETIME.
    Raises NotAllowed for who may not join, SessionEnded when it is over, TooMany.
    """
    if not capabilities.may_join:
        raise NotAllowed
    if person.user is not None:
        Limiter().check("socket.ticket", str(person.user.pk), settings.TICKETS_PER_MINUTE, 60)
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
    opened = open_pass(ticket, _TICKET, settings.SOCKET_TICKET_LIFETIME)
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
    opened = open_pass(token, _RESUME, settings.SOCKET_RESUME_LIFETIME)
    return opened[0] if opened else None


def read_connection(token: str) -> Pass | None:
    """The pass of a connection that Centrifugo holds, from the token that it was given at connect."""
    opened = open_pass(token, CONNECTION, LONGEST_CONNECTION)
    return opened[0] if opened else None
