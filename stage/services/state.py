"""What every action on the stage asks first: who acts, and whether the session's present state has a stage."""

from accounts.models import User
from accounts.person import Person
from base.errors import NotAuthenticated
from sessions.capabilities import Capabilities
from sessions.errors import SessionNotLive
from sessions.models import Session
from stage.errors import StageOff


def check_open(session: Session, allowed: Capabilities) -> None:
    """Raises SessionNotLive or StageOff unless a person with these rights may be on stage now.

    While the session rehearses, only those are who may be backstage. Switching the stage off lets nobody new on it;
    who is there stays until they are taken off.
    """
    if not (session.is_live or (session.is_backstage and allowed.may_join_backstage)):
        raise SessionNotLive
    if not session.effective_stage_enabled:
        raise StageOff


def known_user(actor: Person) -> User:
    """The account behind ``actor``. Raises NotAuthenticated for anonymous callers."""
    if actor.user is None:
        raise NotAuthenticated
    return actor.user
