"""Reads of the stage: who is on it, who wants to come."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from core.errors import Nothing
from sessions.models import Session, StageMember
from stage.models import HandRaise, JoinRequest, Wish

W = TypeVar("W", bound=Wish)

#: Wishes of each kind that a page is given; it asks for the next ones as these are decided.
MOST_SHOWN = 50


def on_stage(session: Session) -> QuerySet[StageMember]:
    """Who is on stage now, beside host and co-hosts, in the order they came; one query whatever their number."""
    return session.stage_members.filter(left_stage_at=None).select_related("user")


def pending(kind: type[W], session: Session) -> QuerySet[W]:
    """The queue of wishes of this kind, oldest first; one query whatever its length."""
    waiting = kind._default_manager.filter(session=session, status=Wish.Status.PENDING, taken_back_at=None)
    return waiting.select_related("user")


def pending_hands(session: Session) -> QuerySet[HandRaise]:
    """The queue of raised hands, oldest first; one query whatever its length."""
    return pending(HandRaise, session)


def pending_join_requests(session: Session) -> QuerySet[JoinRequest]:
    """The queue of join requests, oldest first; one query whatever its length."""
    return pending(JoinRequest, session)


def people_waiting(session: Session) -> int:
    """How many people wish to come on stage, each once, whether by hand, by request or by both."""
    hands, requests = (pending(kind, session).order_by().values("user") for kind in (HandRaise, JoinRequest))
    return hands.union(requests).count()


def latest_wish(kind: type[W], session: Session, user_id: UUID) -> W:
    """The person's latest wish, also when it was decided. Raises Nothing: there is none, or it was taken back."""
    mine = kind._default_manager.filter(session=session, user=user_id).select_related("user")
    wish = mine.order_by("-created_at", "-id").first()
    if wish is None or wish.taken_back_at is not None:
        raise Nothing
    return wish


def position(wish: Wish) -> int | None:
    """Its place in the queue, from 1; None when it waits no longer."""
    if not wish.is_pending:
        return None
    before = Q(created_at__lt=wish.created_at) | Q(created_at=wish.created_at, id__lt=wish.pk)
    return pending(type(wish), wish.session).filter(before).count() + 1
