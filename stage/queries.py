"""Reads of the stage: who is on it, who wants to come."""

from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet

from core.errors import NoneFound
from core.prepared import Prepared, prepared
from sessions.models import Session, StageMember
from sessions.rights.capabilities import Role
from stage.models import HandRaise, JoinRequest, StageRequest

W = TypeVar("W", bound=StageRequest)

#: Requests of each kind that a page is given; it asks for the next ones as these are decided.
MOST_SHOWN = 50


def on_stage(session: Session) -> QuerySet[StageMember]:
    """Who is on stage now, without host and co-hosts, in order of arrival; one query whatever their number."""
    return _on_stage(session.pk)


@prepared
def people_on_stage(session_id: UUID) -> QuerySet[StageMember]:
    """As :func:`on_stage`, for the state of pages."""
    return _on_stage(session_id)


def leading(session: Session) -> set[UUID]:
    """Host and co-hosts, who are on stage without a place of their own; ``session.room`` should be loaded."""
    co_hosts = session.roles.filter(role=Role.CO_HOST, removed_at=None)
    return {session.room.host_id, *co_hosts.values_list("user_id", flat=True)}


def _on_stage(session_id: UUID) -> QuerySet[StageMember]:
    return StageMember.objects.filter(session=session_id, left_stage_at=None).select_related("user")


def pending(kind: type[W], session: Session) -> QuerySet[W]:
    """The queue of requests of this kind, oldest first; one query whatever its length."""
    return _pending(kind, session.pk)


def pending_hands(session: Session) -> QuerySet[HandRaise]:
    """The queue of raised hands, oldest first; one query whatever its length."""
    return pending(HandRaise, session)


def pending_join_requests(session: Session) -> QuerySet[JoinRequest]:
    """The queue of join requests, oldest first; one query whatever its length."""
    return pending(JoinRequest, session)


@prepared
def places_of(session_id: UUID, user_ids: list[UUID]) -> QuerySet[StageMember]:
    """Those of these people who are on stage, once the media engine grants it."""
    return _on_stage(session_id).filter(user__in=user_ids, confirmed_at__isnull=False)


def place_by(session_id: UUID, person: OuterRef) -> QuerySet[StageMember]:
    """This person's place on stage, once the media engine grants it."""
    return _on_stage(session_id).filter(user=person, confirmed_at__isnull=False)


def requests_by(kind: type[W], session_id: UUID, person: OuterRef) -> QuerySet[W]:
    """This person's pending request of this kind."""
    return _pending(kind, session_id).filter(user=person)


def _pending(kind: type[W], session_id: UUID) -> QuerySet[W]:
    waiting = kind._default_manager.filter(session=session_id, status=StageRequest.Status.PENDING, taken_back_at=None)
    return waiting.select_related("user")


def pending_of(kind: type[W], session: Session, user_id: UUID) -> W | None:
    """The pending request of this kind of this person."""
    return requests_of(kind).first(session_id=session.pk, user_ids=[user_id])


@cache
def requests_of(kind: type[W]) -> Prepared[W]:
    """The pending requests of this kind of some people."""

    @prepared
    def requests(session_id: UUID, user_ids: list[UUID]) -> QuerySet[W]:
        return _pending(kind, session_id).filter(user__in=user_ids)

    return requests


@cache
def queue_of(kind: type[W]) -> Prepared[W]:
    """As :func:`pending`, for the state of pages."""

    @prepared
    def queue(session_id: UUID) -> QuerySet[W]:
        return _pending(kind, session_id)

    return queue


@prepared
def place_on_stage(session_id: UUID, user_id: UUID) -> QuerySet[StageMember]:
    """This person's present place on stage."""
    return _on_stage(session_id).filter(user=user_id)


@cache
def _requests_before(kind: type[StageRequest]) -> Prepared[UUID]:
    @prepared
    def requests(session_id: UUID, at: datetime, request_id: UUID) -> QuerySet[Any, UUID]:
        earlier = Q(created_at__lt=at) | Q(created_at=at, id__lt=request_id)
        return _pending(kind, session_id).filter(earlier).order_by().values_list("pk", flat=True)

    return requests


def people_waiting(session: Session) -> int:
    """How many people request to come on stage, each once, whether by hand, by request or by both."""
    return _waiting.count(session_id=session.pk)


@prepared
def _waiting(session_id: UUID) -> QuerySet[Any, UUID]:
    hands = _pending(HandRaise, session_id).order_by().values_list("user", flat=True)
    requests = _pending(JoinRequest, session_id).order_by().values_list("user", flat=True)
    return hands.union(requests)


def latest_request(kind: type[W], session: Session, user_id: UUID) -> W:
    """The person's latest request, also if it was decided. Raises NoneFound: there is none, or it was withdrawn."""
    mine = kind._default_manager.filter(session=session, user=user_id).select_related("user")
    stage_request = mine.order_by("-created_at", "-id").first()
    if stage_request is None or stage_request.taken_back_at is not None:
        raise NoneFound
    return stage_request


def position(stage_request: StageRequest) -> int | None:
    """Its position in the queue, from 1; None if it is not pending."""
    if not stage_request.is_pending:
        return None
    before = _requests_before(type(stage_request))
    at = {"session_id": stage_request.session_id, "at": stage_request.created_at, "request_id": stage_request.pk}
    return before.count(**at) + 1
