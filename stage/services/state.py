"""What actions on the stage share: who acts, whether the session's present state has a stage, how long the queue is."""

from realtime.outbox import emit
from sessions.errors import SessionNotLive
from sessions.models import Session
from sessions.rights.capabilities import Capabilities
from stage import queries
from stage.errors import StageOff
from stage.events import StageWaiting


def check_open(session: Session, allowed: Capabilities) -> None:
    """Raises SessionNotLive or StageOff unless a person with these rights may be on stage now.

    While the session rehearses, only those are who may be backstage. Switching the stage off lets nobody new on it;
    who is there stays until they are taken off.
    """
    if not (session.is_live or (session.is_backstage and allowed.may_join_backstage)):
        raise SessionNotLive
    if not session.effective_stage_enabled:
        raise StageOff


def emit_waiting(session: Session) -> None:
    """Tell the crew how long the queue is now. ``session`` is locked."""
    emit(StageWaiting.of(session, queries.people_waiting(session)))
