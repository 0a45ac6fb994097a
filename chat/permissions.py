"""Whether the chat is open to somebody now: asked to answer the caller, and again under the lock."""

from sessions import lifecycle
from sessions.errors import SessionNotLive
from sessions.models import Session
from sessions.moderation import rules
from sessions.rights.capabilities import Capabilities


def check_may_write(session: Session, allowed: Capabilities) -> None:
    """Raises NotAllowed, in words that fit the crew's present rules, unless the person may write in the chat."""
    rules.check_may_write(session, allowed, may=allowed.may_chat)


def check_open(session: Session, allowed: Capabilities) -> None:
    """Raises SessionEnded, SessionExpired or SessionNotLive unless people talk here now.

    The audience does while the session is live, crew and speakers in the backstage too.
    """
    lifecycle.check_may_open(session)
    if not (session.is_live or (session.is_backstage and allowed.may_join_backstage)):
        raise SessionNotLive


def check_readable(session: Session, allowed: Capabilities) -> None:
    """Raises SessionNotLive where the audience would read a rehearsal; after the end the chat stays readable."""
    if session.started_at is None and not allowed.may_join_backstage:
        raise SessionNotLive
