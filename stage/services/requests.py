"""Raise a hand, ask to join, lower, approve, reject."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.person import Person
from audit.services import record
from core.errors import NotFound
from core.ids import parse_uuid
from core.limits import Limiter
from core.writes import insert
from realtime.outbox import emit
from sessions import lifecycle
from sessions.models import Session, StageMember
from sessions.rights.capabilities import capabilities, require
from stage import queries
from stage.errors import AlreadyDecided, OnStageAlready, TakenBack
from stage.events import EVENTS
from stage.models import HandRaise, JoinRequest, StageRequest
from stage.places import check_open, place_of, put_on_stage
from stage.requests import W, emit_waiting, take_back

#: Their names in the audit log.
_NAMES: dict[type[StageRequest], str] = {HandRaise: "hand", JoinRequest: "join_request"}
#: New requests of a person in a session within a minute: each one notifies the crew.
_A_MINUTE = 20


@dataclass(frozen=True, slots=True)
class Requested:
    """A request; ``is_new`` unless it was pending already and keeps its place."""

    stage_request: HandRaise | JoinRequest
    is_new: bool


@dataclass(frozen=True, slots=True)
class Approved:
    """The approved request and its place; ``member`` is None if the person has left the stage since."""

    stage_request: HandRaise | JoinRequest
    member: StageMember | None


def raise_hand(*, actor: Person, session: Session, message: str = "") -> Requested:
    """Raise the caller's hand; a raised hand keeps its place and text.

    Raises NotAllowed, NotFound, TooMany, SessionNotLive, StageOff, OnStageAlready.
    """
    return _ask(HandRaise, actor, session, message=message)


def request_to_join(*, actor: Person, session: Session) -> Requested:
    """Ask for a place on stage; repeating it changes nothing. Raises like :func:`raise_hand`."""
    return _ask(JoinRequest, actor, session)


def _ask(kind: type[W], actor: Person, session: Session, **fields: str) -> Requested:
    user = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        allowed = capabilities(actor, locked)
        require(allowed.may_ask_for_stage)
        check_open(locked, allowed)
        pending = queries.pending_of(kind, locked, user.pk)
        if pending is not None:
            return Requested(pending, is_new=False)
        if place_of(locked, user.pk) is not None:
            raise OnStageAlready
        Limiter().check("stage.request", f"{locked.pk}:{user.pk}", _A_MINUTE, 60)
        Limiter().check("stage.request.day", f"{locked.pk}:{user.pk}", settings.STAGE_REQUESTS_PER_PERSON, 86_400)
        stage_request = kind(session=locked, user=user, **fields)
        insert(stage_request)
        emit(*EVENTS[kind]["new"].both(stage_request))
        emit_waiting(locked)
    return Requested(stage_request, is_new=True)


def lower_hand(*, actor: Person, session: Session) -> None:
    """Lower the caller's hand; harmless if it is not raised. Raises NotAllowed, NotFound."""
    user = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).in_session)
        if take_back(HandRaise, locked, user.pk):
            emit_waiting(locked)


def approve(*, actor: Person, session: Session, kind: type[W], request_id: object) -> Approved:
    """Bring the person whose request this is on stage.

    Approving twice is harmless. The stage never exceeds ``effective_max_join_limit``, also when two moderators approve
    at the same moment: the session row is the lock. The LiveKit grant follows after commit and is repaired by the
    reconcile should that fail.

    Raises NotAllowed, NotFound, AlreadyDecided (it was rejected), TakenBack, SessionNotLive, StageOff, StageFull.
    """
    with transaction.atomic():
        locked, stage_request = _request_to_decide(actor, session, kind, request_id)
        if stage_request.status == StageRequest.Status.REJECTED:
            raise AlreadyDecided
        if stage_request.status == StageRequest.Status.APPROVED:
            return Approved(stage_request, place_of(locked, stage_request.user_id))
        theirs = capabilities(Person(user=stage_request.user), locked)
        if stage_request.taken_back_at is not None or not theirs.in_session:
            raise TakenBack
        check_open(locked, theirs)
        member = put_on_stage(locked, stage_request.user)  # approves all pending requests of this person
        stage_request.refresh_from_db()
        _record(f"{_NAMES[kind]}.approved", actor, locked, stage_request.user_id)
    return Approved(stage_request, member)


def reject(*, actor: Person, session: Session, kind: type[W], request_id: object) -> W:
    """Reject a request; repeating it is harmless. Raises NotAllowed, NotFound, AlreadyDecided (it was approved),
    TakenBack.
    """
    with transaction.atomic():
        locked, stage_request = _request_to_decide(actor, session, kind, request_id)
        if stage_request.status == StageRequest.Status.APPROVED:
            raise AlreadyDecided
        if stage_request.taken_back_at is not None:
            raise TakenBack
        if stage_request.is_pending:
            stage_request.decide(StageRequest.Status.REJECTED)
            emit(*EVENTS[kind]["rejected"].both(stage_request))
            emit_waiting(locked)
            _record(f"{_NAMES[kind]}.rejected", actor, locked, stage_request.user_id)
    return stage_request


def _request_to_decide(actor: Person, session: Session, kind: type[W], request_id: object) -> tuple[Session, W]:
    locked = lifecycle.lock_session(session.pk)
    require(capabilities(actor, locked).may_manage_stage)
    known = parse_uuid(request_id)
    stage_request = kind.objects.filter(session=locked, pk=known).select_related("user").first() if known else None
    if stage_request is None:
        raise NotFound
    return locked, stage_request


def _record(action: str, actor: Person, session: Session, subject: UUID) -> None:
    record(action, actor=actor.account().pk, session=session.pk, subject=subject)
