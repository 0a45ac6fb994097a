"""Raise a hand, ask to join, lower, approve, reject."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.person import Person
from audit.services import record
from core.errors import NotFound
from core.ids import parse_uuid
from core.limits import Limiter
from realtime.outbox import tell
from sessions import lifecycle
from sessions.models import Session, StageMember
from sessions.rights.capabilities import capabilities, require
from stage import queries
from stage.errors import AlreadyDecided, OnStageAlready, TakenBack
from stage.events import TOLD
from stage.models import HandRaise, JoinRequest, Wish
from stage.services.places import place_of, put_on_stage
from stage.services.state import check_open, tell_who_waits

W = TypeVar("W", HandRaise, JoinRequest)

#: What the audit log calls them.
_NAMES: dict[type[Wish], str] = {HandRaise: "hand", JoinRequest: "join_request"}
#: New wishes of a person in a session within a minute: raising and lowering rings at the crew each time.
_A_MINUTE = 20


@dataclass(frozen=True, slots=True)
class Wished:
    """A wish; ``is_new`` unless it was pending already and keeps its place."""

    wish: HandRaise | JoinRequest
    is_new: bool


@dataclass(frozen=True, slots=True)
class Approved:
    """The approved wish and the place it brought; ``member`` is None when the person has left the stage since."""

    wish: HandRaise | JoinRequest
    member: StageMember | None


def raise_hand(*, actor: Person, session: Session, message: str = "") -> Wished:
    """Raise the caller's hand; one that is up already keeps its place and its words.

    Raises NotAllowed, NotFound, TooMany, SessionNotLive, StageOff, OnStageAlready.
    """
    return _wish(HandRaise, actor, session, message=message)


def request_to_join(*, actor: Person, session: Session) -> Wished:
    """Ask for a place on stage; asking again changes nothing. Raises as :func:`raise_hand`."""
    return _wish(JoinRequest, actor, session)


def _wish(kind: type[W], actor: Person, session: Session, **fields: str) -> Wished:
    user = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        allowed = capabilities(actor, locked)
        require(allowed.may_ask_for_stage)
        check_open(locked, allowed)
        pending = queries.pending(kind, locked).filter(user=user).first()
        if pending is not None:
            return Wished(pending, is_new=False)
        if place_of(locked, user.pk) is not None:
            raise OnStageAlready
        Limiter().check("stage.wish", f"{locked.pk}:{user.pk}", _A_MINUTE, 60)
        Limiter().check("stage.wish.day", f"{locked.pk}:{user.pk}", settings.WISHES_PER_PERSON, 86_400)
        wish = kind.objects.create(session=locked, user=user, **fields)
        tell(*TOLD[kind]["new"].both(wish))
        tell_who_waits(locked)
    return Wished(wish, is_new=True)


def lower_hand(*, actor: Person, session: Session) -> None:
    """Lower the caller's hand; one that is down already stays down. Raises NotAllowed, NotFound."""
    user = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).in_session)
        if _take_back(HandRaise, locked, user.pk):
            tell_who_waits(locked)


def withdraw(session: Session, user_id: UUID | None = None) -> None:
    """Take back what this person (None: everybody) wished and nobody decided yet. ``session`` is locked."""
    hands, requests = _take_back(HandRaise, session, user_id), _take_back(JoinRequest, session, user_id)
    if hands or requests:
        tell_who_waits(session)


def _take_back(kind: type[W], session: Session, user_id: UUID | None) -> int:
    pending = queries.pending(kind, session)
    wishes = list(pending if user_id is None else pending.filter(user=user_id))
    for wish in wishes:
        wish.take_back()
        tell(*TOLD[kind]["taken_back"].both(wish))
    return len(wishes)


def approve(*, actor: Person, session: Session, kind: type[W], wish_id: object) -> Approved:
    """Bring the person whose wish this is on stage.

    Approving twice is harmless. The stage never exceeds ``effective_max_join_limit``, also when two moderators approve
    at the same moment: the session row is the lock. The LiveKit grant follows after commit and is repaired by the
    reconcile should that fail.

    Raises NotAllowed, NotFound, AlreadyDecided (it was rejected), TakenBack, SessionNotLive, StageOff, StageFull.
    """
    with transaction.atomic():
        locked, wish = _wish_to_decide(actor, session, kind, wish_id)
        if wish.status == Wish.Status.REJECTED:
            raise AlreadyDecided
        if wish.status == Wish.Status.APPROVED:
            return Approved(wish, place_of(locked, wish.user_id))
        theirs = capabilities(Person(user=wish.user), locked)
        if wish.taken_back_at is not None or not theirs.in_session:
            raise TakenBack
        check_open(locked, theirs)
        member = put_on_stage(locked, wish.user)  # approves all that this person wished
        wish.refresh_from_db()
        _record(f"{_NAMES[kind]}.approved", actor, locked, wish.user_id)
    return Approved(wish, member)


def reject(*, actor: Person, session: Session, kind: type[W], wish_id: object) -> W:
    """Say no; twice is harmless. Raises NotAllowed, NotFound, AlreadyDecided (it was approved), TakenBack."""
    with transaction.atomic():
        locked, wish = _wish_to_decide(actor, session, kind, wish_id)
        if wish.status == Wish.Status.APPROVED:
            raise AlreadyDecided
        if wish.taken_back_at is not None:
            raise TakenBack
        if wish.is_pending:
            wish.decide(Wish.Status.REJECTED)
            tell(*TOLD[kind]["rejected"].both(wish))
            tell_who_waits(locked)
            _record(f"{_NAMES[kind]}.rejected", actor, locked, wish.user_id)
    return wish


def _wish_to_decide(actor: Person, session: Session, kind: type[W], wish_id: object) -> tuple[Session, W]:
    locked = lifecycle.lock_session(session.pk)
    require(capabilities(actor, locked).may_manage_stage)
    known = parse_uuid(wish_id)
    wish = kind.objects.filter(session=locked, pk=known).select_related("user").first() if known else None
    if wish is None:
        raise NotFound
    return locked, wish


def _record(action: str, actor: Person, session: Session, subject: UUID) -> None:
    record(action, actor=actor.account().pk, session=session.pk, subject=subject)
