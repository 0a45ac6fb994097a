"""Give and remove roles, and invite people by personal links; every change takes effect at once."""

import logging
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import clean_name
from accounts.person import Person
from accounts.services import register_guest
from audit.services import record
from core.errors import Conflict, Invalid, NotFound, Problem
from core.limits import Limiter
from core.nudges import nudge
from core.round_robin import round_robin
from core.rows import find
from mails import delivery as mails
from sessions import lifecycle
from sessions.errors import SessionEnded
from sessions.livekit.enforcement import converge
from sessions.models import Invitation, Session, SessionRole
from sessions.parts import parts
from sessions.people import invitations, news, roles
from sessions.people.mails import invitation_mail
from sessions.queries import find_person_of
from sessions.rights.capabilities import Capabilities, Role, capabilities, require

logger = logging.getLogger(__name__)

#: Invitations that one person may make in an hour, because each may send a mail.
LIMIT, WINDOW = 200, 3600
#: Mails sent in one batch.
_DUE_AT_ONCE = 20
#: Seconds between two audit entries about a used link that was opened elsewhere.
_TOLD_AGAIN = 3600


class IsHost(Conflict):
    """The person is a host; that role follows from the room and outranks every other."""

    code = "is_host"
    sentence = _("This person is a host of the webinar already.")


class IsBanned(Conflict):
    """A banned person cannot get a role."""

    code = "is_banned"
    sentence = _("This person is banned from the webinar. Lift the ban first.")


class TakenByAccount(Problem):
    """An invitation that a member accepted works for that account only."""

    status = 403
    code = "taken_by_account"
    sentence = _("This invitation was accepted with another account. Sign in with that account to use it.")


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who accepted an invitation. ``device_token`` opens a guest account that was made for it again."""

    session: Session
    user: User
    device_token: str | None


def may_give(allowed: Capabilities, role: str) -> bool:
    """Whether these rights allow giving ``role``."""
    return allowed.may_add_co_hosts if role == Invitation.Role.CO_HOST else allowed.may_add_moderators


def may_take(allowed: Capabilities, role: str) -> bool:
    """Whether these rights allow removing ``role``: only the host removes co-hosts."""
    return allowed.role == Role.HOST if role == Invitation.Role.CO_HOST else allowed.may_add_moderators


def add_role(*, actor: Person, session: Session, user_id: UUID, role: str) -> SessionRole:
    """Give the role to a member, or to somebody who has joined, replacing any other. Repeating it is harmless.

    Pages, topics and media connections follow at once. Raises NotAllowed, NotFound, Invalid (nobody of this session),
    IsHost, IsBanned, SessionEnded, LimitReached.
    """
    by = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        allowed = capabilities(actor, locked)
        require(may_give(allowed, role))
        user = find_person_of(locked, user_id)
        present = roles.role_of(locked, user.pk)
        require(present is None or present.role == role or may_take(allowed, present.role))
        _check_may_have_role(locked, user)
        return _give(locked, user, role, by=by)


def _check_may_have_role(session: Session, user: User) -> None:
    if session.status == Session.Status.ENDED:
        raise SessionEnded
    theirs = capabilities(Person(user=user), session)
    if theirs.role == Role.HOST:
        raise IsHost
    if theirs.is_banned:
        raise IsBanned


def _give(session: Session, user: User, role: str, *, by: User, invitation: Invitation | None = None) -> SessionRole:
    row, changed = roles.give(session, user, role, by=by, invitation=invitation)
    if changed:
        record("people.role_added", actor=by.pk, session=session.pk, subject=user.pk, role=role)
        transaction.on_commit(partial(converge, session.pk, [user.pk]), robust=True)
    return row


def remove_role(*, actor: Person, session: Session, user_id: UUID, role: str | None = None) -> SessionRole:
    """Remove a role; studio, topics, publishing, stage, and the link that gave it end at once.

    ``role`` None: whichever they have. Raises NotAllowed, NotFound (they do not have it).
    """
    by = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        allowed = capabilities(actor, locked)
        row = roles.role_of(locked, user_id)
        require(may_take(allowed, role or (row.role if row else Invitation.Role.SPEAKER)))
        if row is None or role not in (None, row.role):
            raise NotFound
        _take(locked, row, by=by)
        for invitation in invitations.invitations_of(locked).filter(user=user_id):
            invitations.revoke(invitation)
    return row


def _take(session: Session, row: SessionRole, *, by: User) -> None:
    roles.take(row)
    for part in parts():
        part.role_lost(session, row.user_id)
    record("people.role_removed", actor=by.pk, session=session.pk, subject=row.user_id, role=row.role)
    transaction.on_commit(partial(converge, session.pk, [row.user_id]), robust=True)


@nudge
def invitation_due(invitation_id: str) -> None:
    """Nudge: send the invitation's mail."""


def invite(*, actor: Person, session: Session, name: str, role: str, email: str = "") -> Invitation:
    """Make a personal link, available once in ``new_link``; with ``email`` it is also sent there.

    Raises NotAllowed, NotFound, Invalid (name), SessionEnded, LimitReached, TooMany.
    """
    by = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        allowed = capabilities(actor, locked)
        require(allowed.may_invite and may_give(allowed, role))
        if locked.status == Session.Status.ENDED:
            raise SessionEnded
        Limiter().check("invitations", str(by.pk), LIMIT, WINDOW)
        invitation = invitations.make(locked, name=name, email=email, role=role, by=by)
        record("people.invited", actor=by.pk, session=locked.pk, name=invitation.name, role=role)
        if email:
            invitation_due.on_commit(str(invitation.pk))
    return invitation


def renew_invitation(*, actor: Person, session: Session, invitation_id: object) -> Invitation:
    """Replace the link of an invitation; the new one is available once in ``new_link`` and is sent if there is an
    address.

    The former link stops working. Whoever accepted it keeps the role until somebody accepts the new one. Raises
    NotAllowed, NotFound, InvitationRevoked, SessionEnded, TooMany.
    """
    by = actor.account()
    with transaction.atomic():
        locked, _allowed, invitation = lock_invitation(actor, session, invitation_id)
        check_holds(invitation, locked)
        Limiter().check("invitations", str(by.pk), LIMIT, WINDOW)
        invitations.renew(invitation)
        record("people.invitation_renewed", actor=by.pk, session=locked.pk, name=invitation.name)
        if invitation.email:
            invitation_due.on_commit(str(invitation.pk))
    return invitation


def revoke_invitation(*, actor: Person, session: Session, invitation_id: object) -> Invitation:
    """Revoke an invitation: its link stops working, and a role that came by it ends at once. Repeating it is harmless.

    Raises NotAllowed, NotFound.
    """
    by = actor.account()
    with transaction.atomic():
        locked, allowed, invitation = lock_invitation(actor, session, invitation_id)
        if invitation.revoked_at is None:
            row = roles.roles_of(locked).filter(invitation=invitation).first()
            if row is not None:
                require(may_take(allowed, row.role))
                _take(locked, row, by=by)
            invitations.revoke(invitation)
            record("people.invitation_revoked", actor=by.pk, session=locked.pk, name=invitation.name)
    return invitation


def lock_invitation(actor: Person, session: Session, invitation_id: object) -> tuple[Session, Capabilities, Invitation]:
    """The locked session, the rights of ``actor`` in it, and the invitation, which they may change or revoke.

    Raises NotAllowed, NotFound.
    """
    locked = lifecycle.lock_session(session.pk)
    allowed = capabilities(actor, locked)
    require(allowed.may_invite)
    invitation = find_invitation(locked, invitation_id)
    require(may_take(allowed, invitation.role))
    return locked, allowed, invitation


def find_invitation(session: Session, invitation_id: object) -> Invitation:
    """The invitation, also if it was revoked. Raises NotFound."""
    return find(session.invitations.all(), invitation_id)


def accept(*, token: str, actor: Person, name: str | None, device_guest: User | None) -> Accepted:
    """Accept the invitation behind a link.

    With ``name`` as a guest: ``device_guest`` (this browser's former guest) if they have the same name and were only in
    this organization, otherwise a new one. Without ``name`` with ``actor``'s own account. Opening the link again gives
    nothing twice, and opens the account only in the browser that accepted it, because a link may have been passed on.
    Raises NotFound, InvitationRevoked, InvitationUsed, SessionEnded, Invalid (name), TakenByAccount, IsHost.
    """
    found = invitations.find_by_token(token)
    try:
        return _accept(found, actor, name, device_guest)
    except invitations.InvitationUsed:
        if cache.add(f"invitation-used:{found.pk}", 1, _TOLD_AGAIN):
            user = actor.user.pk if actor.user else None
            record("people.invitation_used", actor=user, session=found.session_id, name=found.name)
        raise


def _accept(found: Invitation, actor: Person, name: str | None, device_guest: User | None) -> Accepted:
    with transaction.atomic():
        locked = lifecycle.lock_session(found.session_id)
        if locked.is_withdrawn:
            raise NotFound
        invitation = Invitation.objects.select_related("invited_by", "user").get(pk=found.pk)
        check_holds(invitation, locked)
        user, device_token = _taker(invitation, locked, actor, name, device_guest)
        is_host = capabilities(Person(user=user), locked).role == Role.HOST
        if invitation.user_id != user.pk:
            if is_host:
                raise IsHost
            for former in roles.roles_of(locked).filter(invitation=invitation):
                _take(locked, former, by=invitation.invited_by)
        if invitation.user_id != user.pk or invitation.accepted_at is None:
            invitation.user, invitation.accepted_at = user, timezone.now()
            invitation.save(update_fields=["user", "accepted_at"])
            record("people.invitation_taken", actor=user.pk, session=locked.pk, name=invitation.name)
        if not is_host and roles.role_of(locked, user.pk) is None:
            _give(locked, user, invitation.role, by=invitation.invited_by, invitation=invitation)
    return Accepted(locked, user, device_token)


def check_holds(invitation: Invitation, session: Session) -> None:
    """Raises InvitationRevoked or SessionEnded unless the invitation can be accepted now."""
    if invitation.revoked_at is not None:
        raise invitations.InvitationRevoked
    if session.status == Session.Status.ENDED:
        raise SessionEnded


def _taker(
    invitation: Invitation, session: Session, actor: Person, name: str | None, device_guest: User | None
) -> tuple[User, str | None]:
    """Who the invitation belongs to from now on, and the device token of a new guest."""
    here = [user for user in (actor.user, device_guest) if user is not None and user.is_active]
    before = invitation.user
    if before is not None and before.is_guest and before in here:
        return before, None
    if before is not None and invitation.accepted_at is not None:
        if before.is_guest:
            raise invitations.InvitationUsed
        if before not in here:
            raise TakenByAccount
        return before, None
    if name is None:
        if actor.user is None or actor.user.is_guest:
            raise Invalid.field("name", _("Enter a name."), "blank")
        return actor.user, None
    known = device_guest or (actor.user if actor.user and actor.user.is_guest else None)
    if known is not None and known.username == clean_name(name) and invitations.is_only_here(known, session):
        return known, None
    return register_guest(display_name=name)


def deliver(invitation_id: UUID) -> bool:
    """Send the invitation's mail unless it was sent, was revoked or has no address; returns whether it was sent now.

    Raises the mail server's errors; then it is still due.
    """
    rows = Invitation.objects.select_related("session__room__host", "invited_by")

    def write(_claimed: list[UUID]) -> EmailMessage:
        return invitation_mail(rows.get(pk=invitation_id))

    if not mails.deliver([invitation_id], unsent=_unsent(), mark="mailed_at", write=write):
        return False
    session = Session.objects.select_related("room").get(invitations=invitation_id)
    sent = Invitation.objects.filter(pk=invitation_id, mailed_at__isnull=False)
    sent.update(token_sealed="", told=news.date_of(session), news_due_at=None)
    return True


def _unsent() -> QuerySet[Invitation]:
    over = Q(session__status=Session.Status.ENDED) | Q(session__deleted_at__isnull=False)
    over |= Q(session__room__deleted_at__isnull=False) | Q(session__room__library__organization__is_active=False)
    return Invitation.objects.filter(mailed_at=None, revoked_at=None).exclude(email="").exclude(over)


def deliver_due() -> bool:
    """Send a batch of due invitations; returns whether more can be sent now. Senders of many take turns with others."""
    since, sent = timezone.now() - settings.INVITATION_MAIL_FOR, 0
    due = round_robin(_unsent().filter(created_at__gte=since).values_list("pk", "invited_by"), lambda row: row[1])
    for invitation_id, _by in due[:_DUE_AT_ONCE]:
        try:
            sent += deliver(invitation_id)
        except mails.MailError:
            logger.exception("The mail of invitation %s could not be sent now; trying again", invitation_id)
    return sent > 0 and len(due) > _DUE_AT_ONCE
