"""What is requested of the stage. Each function trusts its caller, who holds the lock of the session."""

from typing import TypeVar
from uuid import UUID

from realtime.outbox import emit
from sessions.models import Session
from stage import queries
from stage.events import EVENTS, StageWaiting
from stage.models import HandRaise, JoinRequest

W = TypeVar("W", HandRaise, JoinRequest)


def emit_waiting(session: Session) -> None:
    """Tell the crew how long the queue is now. ``session`` is locked."""
    emit(StageWaiting.of(session, queries.people_waiting(session)))


def withdraw(session: Session, user_id: UUID | None = None) -> None:
    """Take back what this person (None: everybody) requested and nobody decided yet. ``session`` is locked."""
    hands, requests = take_back(HandRaise, session, user_id), take_back(JoinRequest, session, user_id)
    if hands or requests:
        emit_waiting(session)


def take_back(kind: type[W], session: Session, user_id: UUID | None) -> int:
    """The same for one kind of request, without telling how long the queue is; how many were taken back."""
    pending = queries.pending(kind, session)
    stage_requests = list(pending if user_id is None else pending.filter(user=user_id))
    for stage_request in stage_requests:
        stage_request.take_back()
        emit(*EVENTS[kind]["taken_back"].both(stage_request))
    return len(stage_requests)
