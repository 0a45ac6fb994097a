"""Bring on stage, take off, change what may be published there, and the token to publish with."""

from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import transaction
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
from sessions.models import Session, StageMember
from sessions.queries import people_of
from sessions.rights.capabilities import Capabilities, capabilities, require
from stage import queries, shapes
from stage.errors import NotOnStage
from stage.events import StagePermissions
from stage.places import check_open, place_of, put_on_stage, settle, take_off


@dataclass(frozen=True, slots=True)
class Added:
    """A place on stage; ``is_new`` unless the person had it already."""

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

    Somebody who is on stage stays unchanged. Raises NotAllowed, NotFound, Invalid (unknown people and absent ones get
    the same answer), SessionNotLive, StageOff, StageFull.
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
    """The person of ``identity``, and their rights. Raises Invalid unless they may be brought on stage."""
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
    return Invalid.field("participant_identity", _("This person is not in the webinar."), "unknown")


def change_permissions(*, actor: Person, session: Session, identity: object, **changes: bool) -> StageMember:
    """Allow or forbid microphone and camera of somebody on stage; forbidden tracks are unpublished at once.

    ``changes``: can_publish_audio, can_publish_video; missing ones stay unchanged. Raises NotAllowed, NotFound,
    NotOnStage.
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


def mute_all(*, actor: Person, session: Session) -> list[StageMember]:
    """Forbid the microphones of all who were brought on stage, at once; returns all on stage. Host and co-hosts, who
    switch their own, are not muted. Repeating it is harmless.

    Raises NotAllowed, NotFound, SessionNotLive.
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_manage_stage)
        if not (locked.is_live or locked.is_backstage):
            raise SessionNotLive
        members = list(queries.on_stage(locked))
        loud = [member for member in members if member.can_publish_audio]
        for member in loud:
            member.can_publish_audio = False
            emit(StagePermissions.of(member), RightsChanged.of(locked, member.user_id))
        if loud:
            StageMember.objects.filter(pk__in=[member.pk for member in loud]).update(can_publish_audio=False)
            record("stage.muted_all", actor=actor.account().pk, session=locked.pk, people=len(loud))
            muted = [member.user_id for member in loud]
            transaction.on_commit(partial(settle, locked.pk, muted), robust=True)
    return members


def remove(*, actor: Person, session: Session, identity: str) -> StageMember:
    """Remove somebody from the stage. Repeating it is harmless. Raises NotAllowed, NotFound, Invalid (never there)."""
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
    """The caller leaves the stage; harmless if they are not on it. Raises NotAllowed, NotFound."""
    user = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).in_session)
        take_off(locked, user.pk)


def stage_token(*, actor: Person, session: Session) -> shapes.StageToken:
    """A short-lived token to publish with. Raises NotAllowed (not on stage), NotFound, SessionNotLive."""
    present = lifecycle.read_session(session.pk)
    allowed = capabilities(actor, present)
    require(allowed.is_on_stage)
    if not (present.is_live or (present.is_backstage and allowed.may_join_backstage)):
        raise SessionNotLive
    return shapes.StageToken(
        livekit_token=identities.stage_token(present, actor, allowed),
        room_name=present.media_room,
        livekit_url=settings.LIVEKIT_PUBLIC_URL,
    )


def _record(action: str, actor: Person, member: StageMember, **details: bool) -> None:
    record(action, actor=actor.account().pk, session=member.session_id, subject=member.user_id, **details)
