"""Places on stage, and that the media engine follows. Each function trusts its caller; most need the session's lock.

A place counts as confirmed once LiveKit answered after it was written: a connection that the person had got the new
grant, and who had none is let in with the stage token.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from core.errors import NotFound
from realtime.outbox import emit
from sessions import lifecycle
from sessions.errors import SessionNotLive
from sessions.events import RightsChanged
from sessions.livekit.enforcement import converge
from sessions.models import Session, StageMember
from sessions.rights.capabilities import Capabilities
from stage import queries
from stage.errors import StageFull, StageOff
from stage.events import EVENTS, StageJoined, StageLeft, YouOffStage, YouOnStage
from stage.layout import leave_spotlight
from stage.models import HandRaise, JoinRequest, StageRequest
from stage.requests import emit_waiting


def check_open(session: Session, allowed: Capabilities) -> None:
    """Raises SessionNotLive or StageOff unless a person with these rights may be on stage now.

    While the session rehearses, only those are who may be backstage. Switching the stage off lets nobody new on it;
    who is there stays until they are taken off.
    """
    if not (session.is_live or (session.is_backstage and allowed.may_join_backstage)):
        raise SessionNotLive
    if not session.effective_stage_enabled:
        raise StageOff


def place_of(session: Session, user_id: UUID) -> StageMember | None:
    """This person's present place on stage."""
    return queries.place_on_stage.first(session_id=session.pk, user_id=user_id)


def put_on_stage(session: Session, user: User, *, audio: bool = True, video: bool = True) -> StageMember:
    """A place for ``user``, who has one already or gets it; what they requested is fulfilled. ``session`` is locked.

    Raises StageFull.
    """
    member = place_of(session, user.pk)
    if member is not None:
        return member
    if queries.on_stage(session).count() >= session.effective_max_join_limit:
        raise StageFull
    member = StageMember.objects.create(session=session, user=user, can_publish_audio=audio, can_publish_video=video)
    kinds: tuple[type[HandRaise | JoinRequest], ...] = (HandRaise, JoinRequest)
    stage_requests = [
        (kind, stage_request) for kind in kinds for stage_request in queries.pending(kind, session).filter(user=user)
    ]
    for kind, stage_request in stage_requests:
        stage_request.decide(StageRequest.Status.APPROVED)
        emit(*EVENTS[kind]["approved"].both(stage_request))
    if stage_requests:
        emit_waiting(session)
    emit(StageJoined.of(member), RightsChanged.of(session, user.pk))
    transaction.on_commit(partial(settle, session.pk, [user.pk]), robust=True)
    return member


def take_off(session: Session, user_id: UUID) -> StageMember | None:
    """End this person's place, and what they publish; None when they had none. ``session`` is locked."""
    member = place_of(session, user_id)
    if member is None:
        return None
    member.left_stage_at = timezone.now()
    member.save(update_fields=["left_stage_at"])
    leave_spotlight(session, user_id)
    emit(StageLeft.of(member), YouOffStage.of(member), RightsChanged.of(session, user_id))
    transaction.on_commit(partial(converge, session.pk, [user_id]), robust=True)
    return member


def settle(session_id: UUID, user_ids: Collection[UUID]) -> None:
    """Give the media engine what the database says of these people, and tell them once it has it. After commit."""
    if not converge(session_id, user_ids):
        return  # the reconcile confirms when the engine answers again
    with transaction.atomic():
        try:
            session = lifecycle.lock_session(session_id)
        except NotFound:
            return
        confirm(session, user_ids)


def confirm(session: Session, user_ids: Iterable[UUID] | None = None) -> None:
    """LiveKit was just made to fit: these people (None: all on stage) may publish now. ``session`` is locked."""
    waiting = queries.on_stage(session).filter(confirmed_at=None)
    for member in waiting if user_ids is None else waiting.filter(user__in=list(user_ids)):
        member.confirmed_at = timezone.now()
        member.save(update_fields=["confirmed_at"])
        emit(YouOnStage.of(member))


def seen_on_stage(session: Session, connected: Collection[UUID], now: datetime, *, was_blind: bool) -> None:
    """After a look at the media room: who is connected to publish keeps their place, ghosts lose it.

    A place ends when nobody came for it within STAGE_ENTRY, when the connection stays away for STAGE_RETURN, and when
    its person became host or co-host, who need none. After a time in which nothing was seen (``was_blind``) the clock
    starts anew. ``session`` is locked.
    """
    members = list(queries.on_stage(session))
    if not members:
        return
    leading = queries.leading(session)
    seen = []
    for member in members:
        if member.user_id in leading:
            take_off(session, member.user_id)
        elif was_blind or member.user_id in connected:
            seen.append(member.pk)
        elif _is_ghost(member, now):
            take_off(session, member.user_id)
            record("stage.gone", actor=None, session=session.pk, subject=member.user_id)
    session.stage_members.filter(pk__in=seen).update(seen_at=now)


def _is_ghost(member: StageMember, now: datetime) -> bool:
    if member.seen_at is not None:
        return member.seen_at + settings.STAGE_RETURN < now
    return (member.confirmed_at or member.joined_stage_at) + settings.STAGE_ENTRY < now
