"""Places on stage: bring on, take off, what may be published, and that the media engine follows.

A place counts as confirmed once LiveKit answered after it was written: a connection that the person had got the new
grant, and who had none is let in with the stage token.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.person import Person
from audit.services import record
from core.errors import Invalid, NotFound
from core.ids import parse_uuid
from realtime.outbox import emit
from sessions import lifecycle
from sessions.errors import SessionNotLive
from sessions.events import RightsChanged
from sessions.livekit import identities
from sessions.livekit.enforcement import converge
from sessions.models import Session, StageMember
from sessions.queries import people_of
from sessions.rights.capabilities import Capabilities, Role, capabilities, require
from stage import queries, shapes
from stage.errors import NotOnStage, StageFull
from stage.events import TOLD, StageJoined, StageLeft, StagePermissions, YouOffStage, YouOnStage
from stage.models import HandRaise, JoinRequest, StageRequest
from stage.services.state import check_open, emit_waiting


@dataclass(frozen=True, slots=True)
class Added:
    """A place on stage; ``is_new`` unless the person was there already."""

    member: StageMember
    is_new: bool


def add(
    *,
    actor: Person,
    session: Session,
    identity: str,
    can_publish_audio: bool = True,
    can_publish_video: bool = True,
) -> Added:
    """Bring somebody on stage who did not ask: a person in the session, or with a role in it.

    Who is there already stays as they are. Raises NotAllowed, NotFound, Invalid (an unknown person and one who is not
    here get the same answer), SessionNotLive, StageOff, StageFull.
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_manage_stage)
        user, theirs = _person(locked, identity)
        member = place_of(locked, user.pk)
        if member is not None:
            return Added(member, is_new=False)
        check_open(locked, theirs)
        member = put_on_stage(locked, user, audio=can_publish_audio, video=can_publish_video)
        _record("stage.added", actor, member)
    return Added(member, is_new=True)


def _person(session: Session, identity: str) -> tuple[User, Capabilities]:
    """Whom ``identity`` names, and their rights. Raises Invalid unless they may be brought on stage."""
    user_id = parse_uuid(identity)
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    theirs = capabilities(Person(user=user), session) if user else None
    if user is None or theirs is None or not (theirs.in_session or theirs.may_join_backstage):
        raise _unknown()
    if theirs.leads:
        message = _("Host and co-hosts are on stage anyway. Choose somebody else.")
        raise Invalid.field("participant_identity", message, "leads")
    return user, theirs


def _unknown() -> Invalid:
    return Invalid.field("participant_identity", _("This person is not in the session."), "unknown")


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
        emit(*TOLD[kind]["approved"].both(stage_request))
    if stage_requests:
        emit_waiting(session)
    emit(StageJoined.of(member), RightsChanged.of(session, user.pk))
    transaction.on_commit(partial(settle, session.pk, [user.pk]), robust=True)
    return member


def change_permissions(*, actor: Person, session: Session, identity: object, **changes: bool) -> StageMember:
    """Allow or forbid microphone and camera of somebody on stage; tracks that are forbidden go down at once.

    ``changes``: can_publish_audio, can_publish_video; what is left out stays. Raises NotAllowed, NotFound, NotOnStage.
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_manage_stage)
        user_id = parse_uuid(identity)
        if user_id is None:
            raise NotFound
        member = place_of(locked, user_id)
        if member is None:
            raise NotOnStage if people_of(locked).filter(pk=user_id).exists() else NotFound
        changed = {name: value for name, value in changes.items() if getattr(member, name) != value}
        if changed:
            for name, value in changed.items():
                setattr(member, name, value)
            member.save(update_fields=list(changed))
            emit(StagePermissions.of(member), RightsChanged.of(locked, member.user_id))
            _record("stage.permissions_changed", actor, member, **changed)
            transaction.on_commit(partial(settle, locked.pk, [member.user_id]), robust=True)
    return member


def remove(*, actor: Person, session: Session, identity: str) -> StageMember:
    """Take somebody off the stage; twice is harmless. Raises NotAllowed, NotFound, Invalid (never was there)."""
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_manage_stage)
        user_id = parse_uuid(identity)
        if user_id is None:
            raise _unknown()
        member = take_off(locked, user_id)
        if member is not None:
            _record("stage.removed", actor, member)
            return member
        left = locked.stage_members.filter(user=user_id).select_related("user").order_by("-joined_stage_at").first()
        if left is None:
            raise _unknown()
    return left


def leave(*, actor: Person, session: Session) -> None:
    """The caller goes off the stage; who is not on it stays off. Raises NotAllowed, NotFound."""
    user = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).in_session)
        take_off(locked, user.pk)


def take_off(session: Session, user_id: UUID) -> StageMember | None:
    """End this person's place, and what they publish; None when they had none. ``session`` is locked."""
    member = place_of(session, user_id)
    if member is None:
        return None
    member.left_stage_at = timezone.now()
    member.save(update_fields=["left_stage_at"])
    emit(StageLeft.of(member), YouOffStage.of(member), RightsChanged.of(session, user_id))
    transaction.on_commit(partial(converge, session.pk, [user_id]), robust=True)
    return member


def stage_token(*, actor: Person, session: Session) -> shapes.StageToken:
    """A short-lived token to publish with. Raises NotAllowed (not on stage), NotFound, SessionNotLive."""
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        allowed = capabilities(actor, locked)
        require(allowed.is_on_stage)
        if not (locked.is_live or (locked.is_backstage and allowed.may_join_backstage)):
            raise SessionNotLive
    return shapes.StageToken(
        livekit_token=identities.stage_token(locked, actor, allowed),
        room_name=locked.media_room,
        livekit_url=settings.LIVEKIT_PUBLIC_URL,
    )


def place_of(session: Session, user_id: UUID) -> StageMember | None:
    """This person's present place on stage."""
    return queries.on_stage(session).filter(user=user_id).first()


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
    co_hosts = session.roles.filter(role=Role.CO_HOST, removed_at=None)
    leading = {session.room.host_id, *co_hosts.values_list("user_id", flat=True)}
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


def _record(action: str, actor: Person, member: StageMember, **details: bool) -> None:
    record(action, actor=actor.account().pk, session=member.session_id, subject=member.user_id, **details)
