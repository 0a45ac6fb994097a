"""Writes of `stage`: one function a use case."""

from uuid import UUID

from sessions.models import Session
from stage.models import HandRaise, JoinRequest
from stage.services.emergency import hide, show
from stage.services.places import (
    add,
    change_permissions,
    confirm,
    leave,
    put_on_stage,
    remove,
    seen_on_stage,
    settle,
    stage_token,
    take_off,
)
from stage.services.requests import approve, lower_hand, raise_hand, reject, request_to_join, withdraw

__all__ = [
    "add",
    "approve",
    "change_permissions",
    "clear",
    "close",
    "confirm",
    "drop_rehearsal",
    "forget",
    "hide",
    "leave",
    "lower_hand",
    "put_on_stage",
    "raise_hand",
    "reject",
    "remove",
    "request_to_join",
    "seen_on_stage",
    "settle",
    "show",
    "stage_token",
    "take_off",
    "withdraw",
]


def clear(session: Session, user_id: UUID) -> None:
    """This person goes: no place and no request of theirs is left on stage. ``session`` is locked."""
    take_off(session, user_id)
    withdraw(session, user_id)


def drop_rehearsal(session: Session) -> None:
    """At go-live: the rehearsal's hands and requests go. ``session`` is locked.

    Speakers whom the crew brought on stage stay there: they go on air with the host.
    """
    withdraw(session)


def close(session: Session) -> None:
    """The session is over (or its backstage closed): nobody waits and nobody is on stage. ``session`` is locked."""
    withdraw(session)
    for member in session.stage_members.filter(left_stage_at=None):
        take_off(session, member.user_id)
    if session.is_stage_hidden:
        session.stage_hidden_at = None
        session.save(update_fields=["stage_hidden_at"])


def forget(session: Session) -> None:
    """The session cannot be brought back any more. ``session`` is locked."""
    HandRaise.objects.filter(session=session).delete()
    JoinRequest.objects.filter(session=session).delete()
