"""Moderation of messages that were sent."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.person import Person
from audit.services import record
from chat.errors import AlreadyDecided, ChatOff
from chat.events import (
    ChatCleared,
    ChatDecided,
    ChatDeleted,
    ChatMessageSent,
    ChatPinned,
    ChatReported,
    ChatReportsClosed,
)
from chat.models import ChatMessage, ChatReport
from chat.permissions import check_open
from chat.queries import messages_for, pinned_message, public_messages
from core.errors import NotAllowed, NotAuthenticated, NotFound
from core.limits import Limiter
from realtime.outbox import emit
from sessions import lifecycle
from sessions.models import Session
from sessions.rights.capabilities import Capabilities, capabilities, require

_REPORTS_AT_ONCE, _REPORTS_WITHIN = 20, 60  # seconds


def delete_message(*, actor: Person, session: Session, message_id: UUID) -> None:
    """Delete a message for everybody: one's own, or as crew any.

    Those who manage the chat can delete a direct message that was reported, without reading it. Raises NotAllowed,
    NotFound.
    """
    with transaction.atomic():
        locked, allowed, user = _enter(actor, session)
        message = locked.chat_messages.filter(pk=message_id, deleted_at=None).first()
        if message is None or message.status == ChatMessage.Status.REJECTED:
            raise NotFound
        is_own = message.user_id == user.pk
        if not (is_own or allowed.may_manage_chat):
            if not messages_for(locked, actor).filter(pk=message_id).exists():
                raise NotFound
            raise NotAllowed(_("You can delete your own messages only."))
        was_pinned = message.pinned_at is not None
        message.deleted_at, message.deleted_by, message.pinned_at = timezone.now(), user, None
        message.save(update_fields=["deleted_at", "deleted_by", "pinned_at"])
        emit(*ChatDeleted.of(message))
        if not is_own:
            record(
                "chat.message_deleted",
                actor=user.pk,
                session=locked.pk,
                subject=message.user_id,
                message=message.pk,
                is_direct=message.is_direct,
                was_pinned=was_pinned,
            )


def delete_messages_of(*, actor: Person, session: Session, user_id: UUID) -> int:
    """Delete all messages of ``user_id`` in the session, including direct and held ones; returns how many there were.

    Raises NotAllowed, NotFound.
    """
    with transaction.atomic():
        locked, allowed, user = _enter(actor, session)
        require(allowed.may_manage_chat)
        now = timezone.now()
        theirs = locked.chat_messages.filter(user=user_id, deleted_at=None)
        people = set(theirs.filter(recipient__isnull=False).order_by().values_list("recipient", flat=True).distinct())
        deleted = theirs.update(deleted_at=now, deleted_by=user, pinned_at=None)
        if deleted:
            emit(*ChatCleared.of(locked, user_id, now, {*people, user_id}))
            record("chat.cleared", actor=user.pk, session=locked.pk, subject=user_id, count=deleted)
    return deleted


def pin_message(*, actor: Person, session: Session, message_id: UUID) -> ChatMessage:
    """Pin a public message in place of the one pinned before. Repeating it is harmless.

    Raises NotAllowed, NotFound, SessionNotLive, SessionEnded, SessionExpired.
    """
    with transaction.atomic():
        locked, allowed, user = _enter(actor, session)
        message = public_messages(locked).filter(pk=message_id).first()
        if message is None:
            raise NotFound
        require(allowed.may_manage_chat)
        check_open(locked, allowed)
        if message.pinned_at is None:
            locked.chat_messages.filter(pinned_at__isnull=False).update(pinned_at=None)
            message.pinned_at = timezone.now()
            message.save(update_fields=["pinned_at"])
            emit(ChatPinned.of(locked, message))
            record("chat.pinned", actor=user.pk, session=locked.pk, subject=message.user_id, message=message.pk)
    return message


def unpin_message(*, actor: Person, session: Session) -> None:
    """Unpin the pinned message. Repeating it is harmless. Raises NotAllowed, NotFound."""
    with transaction.atomic():
        locked, allowed, user = _enter(actor, session)
        require(allowed.may_manage_chat)
        message = pinned_message(locked)
        if message is not None:
            message.pinned_at = None
            message.save(update_fields=["pinned_at"])
            emit(ChatPinned.of(locked, None))
            record("chat.unpinned", actor=user.pk, session=locked.pk, subject=message.user_id, message=message.pk)


def approve_message(*, actor: Person, session: Session, message_id: UUID) -> ChatMessage:
    """Publish a held message now. Repeating it is harmless.

    Raises NotAllowed, NotFound, AlreadyDecided (rejected), ChatOff, SessionNotLive, SessionEnded, SessionExpired.
    """
    return _decide(actor, session, message_id, ChatMessage.Status.VISIBLE)


def reject_message(*, actor: Person, session: Session, message_id: UUID) -> ChatMessage:
    """Reject a held message. Repeating it is harmless. Raises like :func:`approve_message`."""
    return _decide(actor, session, message_id, ChatMessage.Status.REJECTED)


def _decide(actor: Person, session: Session, message_id: UUID, status: ChatMessage.Status) -> ChatMessage:
    with transaction.atomic():
        locked, allowed, user = _enter(actor, session)
        message = locked.chat_messages.filter(pk=message_id, deleted_at=None, recipient=None).first()
        if message is None or not (allowed.may_manage_chat or message.status == ChatMessage.Status.VISIBLE):
            raise NotFound
        require(allowed.may_manage_chat)
        check_open(locked, allowed)
        if message.status == status:
            return message
        if message.status != ChatMessage.Status.HELD:
            raise AlreadyDecided
        is_approved = status == ChatMessage.Status.VISIBLE
        if is_approved and not locked.effective_chat_enabled:
            raise ChatOff
        message.status = status
        message.published_at = timezone.now() if is_approved else None
        message.save(update_fields=["status", "published_at"])
        emit(*ChatDecided.of(message), *(ChatMessageSent.of(message) if is_approved else []))
        action = "chat.message_approved" if is_approved else "chat.message_rejected"
        record(action, actor=user.pk, session=locked.pk, subject=message.user_id, message=message.pk)
    return message


def report_message(*, actor: Person, session: Session, message_id: UUID, reason: str = "") -> ChatReport:
    """Report a message to the crew; repeating it returns the first report.

    The crew never reads the text of a reported direct message: it learns who reported whom, and why. Raises NotAllowed
    (also for one's own), NotFound, TooMany.
    """
    with transaction.atomic():
        locked, allowed, user = _enter(actor, session)
        require(allowed.may_read_chat)
        message = messages_for(locked, actor).filter(pk=message_id).first()
        if message is None:
            raise NotFound
        if message.user_id == user.pk:
            raise NotAllowed(_("This is your own message. You can delete it."))
        known = ChatReport.objects.filter(message=message, reported_by=user).first()
        if known is not None:
            return known
        Limiter().check("chat-reports", str(user.pk), _REPORTS_AT_ONCE, _REPORTS_WITHIN)
        report = ChatReport.objects.create(message=message, reported_by=user, reason=reason)
        emit(ChatReported.of(report))
    return report


def close_reports(*, actor: Person, session: Session, message_id: UUID) -> None:
    """Close the reports of a message without changing it. Repeating it is harmless. Raises NotAllowed, NotFound."""
    with transaction.atomic():
        locked, allowed, user = _enter(actor, session)
        require(allowed.may_manage_chat)
        reports = ChatReport.objects.filter(message=message_id, message__session=locked, message__deleted_at=None)
        first = reports.select_related("message").first()
        if first is None:
            raise NotFound
        if reports.filter(closed_at=None).update(closed_at=timezone.now()):
            emit(ChatReportsClosed.of(first.message))
            record(
                "chat.reports_closed",
                actor=user.pk,
                session=locked.pk,
                subject=first.message.user_id,
                message=message_id,
            )


def _enter(actor: Person, session: Session) -> tuple[Session, Capabilities, User]:
    """Lock the session and judge the caller's rights; the caller must be in it. Raises NotAllowed, NotFound."""
    if actor.user is None:
        raise NotAuthenticated
    locked = lifecycle.lock_session(session.pk)
    allowed = capabilities(actor, locked)
    require(allowed.in_session)
    return locked, allowed, actor.user
