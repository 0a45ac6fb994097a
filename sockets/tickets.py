"""What opens a socket: a ticket, signed and valid once, or the resume token from the last welcome or pong.

Both name the person, the session and the revocation counter; validity is checked when they are used.
"""

from dataclasses import dataclass
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
    "Ticket",
    "issue_realtime",
    "open_ticket",
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
    """``{"transport", "url", "ticket", "topics"}``: how this person's client gets the session's events.

    The ticket is for one connection within SOCKET_TICKET_LIFETIME. Raises NotAllowed if they may not join,
    SessionEnded, TooMany.
    """
    if not capabilities.may_join:
        raise NotAllowed
    if person.user is not None:
        Limiter().check("socket.ticket", str(person.user.pk), settings.TICKETS_PER_MINUTE, 60)
    entry = Pass.of(person, session)
    topics = topics_for(session, capabilities, entry.listener)
    if not topics:
        raise SessionEnded
    return {
        **transport(),
        "ticket": entry.signed(_TICKET, new_token(size=16)),
        "topics": topics,
    }


def transport() -> dict[str, str]:
    """``{"transport", "url"}``: how and where clients connect."""
    if settings.REALTIME_BROKER == "centrifugo":
        return {"transport": "centrifugo", "url": settings.CENTRIFUGO_URL}
    return {"transport": "websocket", "url": settings.BASE_URL.replace("http", "ws", 1) + SOCKET_PATH}


def open_ticket(ticket: str) -> "Ticket | None":
    """What this ticket opens; None if it is forged or too old. It is valid once: :meth:`Ticket.spend`."""
    opened = open_pass(ticket, _TICKET, settings.SOCKET_TICKET_LIFETIME)
    return Ticket(*opened) if opened is not None and opened[1] else None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket that we signed, whether or not it was spent."""

    entry: Pass
    nonce: str

    def spend(self) -> bool:
        """Use it up; False if it was already. Asks the cache, which may be on another machine."""
        # Kept longer than the ticket lives, so that it cannot be spent again at the end of its life.
        kept = 2 * settings.SOCKET_TICKET_LIFETIME.total_seconds() + 60
        return bool(cache.add(f"socket-ticket:{self.nonce}", 1, kept))


def spend_ticket(ticket: str) -> Pass | None:
    """The pass of this ticket, once; None if it is forged, too old or already spent."""
    opened = open_ticket(ticket)
    return opened.entry if opened is not None and opened.spend() else None


def resume_token(found: Pass) -> str:
    """Opens the same socket again within SOCKET_RESUME_LIFETIME, without HTTP."""
    return found.signed(_RESUME)


def read_resume(token: str) -> Pass | None:
    """The pass of a resume token; None if it is forged or too old."""
    opened = open_pass(token, _RESUME, settings.SOCKET_RESUME_LIFETIME)
    return opened[0] if opened else None


def read_connection(token: str) -> Pass | None:
    """The pass of a connection that Centrifugo holds, from its connection token."""
    opened = open_pass(token, CONNECTION, LONGEST_CONNECTION)
    return opened[0] if opened else None
