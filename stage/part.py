"""What go-live, the end, the end of all, and a person who goes do to the stage. Each gets the locked row."""

from uuid import UUID

from sessions.models import Session
from stage.layout import ORDINARY, arrange, leave_spotlight
from stage.models import HandRaise, JoinRequest
from stage.places import take_off
from stage.requests import withdraw


def clear(session: Session, user_id: UUID) -> None:
    """This person goes: no place and no request of theirs is left on stage."""
    take_off(session, user_id)
    leave_spotlight(session, user_id)
    withdraw(session, user_id)


def drop_rehearsal(session: Session) -> None:
    """At go-live: the rehearsal's hands and requests go.

    Speakers whom the crew brought on stage stay there: they go on air with the host.
    """
    withdraw(session)


def close(session: Session) -> None:
    """The session is over (or its backstage closed): nobody waits or is on stage, and the layout is ordinary."""
    withdraw(session)
    for member in session.stage_members.filter(left_stage_at=None):
        take_off(session, member.user_id)
    arrange(session, ORDINARY)
    if session.is_stage_hidden:
        session.stage_hidden_at = None
        session.save(update_fields=["stage_hidden_at"])


def forget(session: Session) -> None:
    """The session cannot be brought back any more."""
    HandRaise.objects.filter(session=session).delete()
    JoinRequest.objects.filter(session=session).delete()
