"""Writing to everybody or to one person, and reactions."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.person import Person
from chat import reactions
from chat.errors import ChatOff
from chat.events import ChatHeld, ChatMessageSent
from chat.models import ChatMessage
from chat.permissions import check_may_write, check_open
from core.errors import Invalid
from core.limits import Limiter
from core.rows import check_most
from core.writes import insert
from realtime.outbox import emit
from realtime.recount import recount
from sessions import lifecycle
from sessions.models import Session
from sessions.moderation import rules
from sessions.rights.capabilities import Capabilities, Role, capabilities, judged, require

_REACTIONS_AT_ONCE, _REACTIONS_WITHIN = 20, 10  # seconds


def send_message(
    *, actor: Person, session: Session, text: str, recipient_id: UUID | None = None, client_id: UUID | None = None
) -> ChatMessage:
    """Write to everybody in the session, or to ``recipient_id`` alone.

    A ``client_id`` that this person already used in the session returns the message sent then, so retrying after a lost
    reply is harmless. Public messages of the audience may be held for approval; then only the author and the crew get
    them. Raises NotAllowed, WritingClosed, NotFound, Invalid, SessionNotLive, SessionEnded, SessionExpired, ChatOff,
    SlowMode, TooMany, LimitReached (held ones).
    """
    user = actor.account()
    check_may_write(session, judged(actor, session))
    if sent := _sent(session, user, client_id):
        return sent
    count_message(session, user)
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        allowed = capabilities(actor, locked)
        check_may_write(locked, allowed)
        recipient = None if recipient_id is None else _recipient(locked, allowed, user, recipient_id)
        rules.check_text(locked, allowed, text, field="message")
        check_open(locked, allowed)
        if not locked.effective_chat_enabled:
            raise ChatOff
        if sent := _sent(locked, user, client_id):
            return sent
        rules.check_pace(locked, allowed, locked.chat_messages.filter(user=user))
        now = timezone.now()
        is_held = recipient is None and rules.is_held(locked, allowed)
        if is_held:
            waiting = locked.chat_messages.filter(user=user, status=ChatMessage.Status.HELD, deleted_at=None)
            check_most(waiting, settings.HELD_PER_PERSON, rules.TOO_MANY_HELD)
        message = ChatMessage(
            session=locked,
            user=user,
            username=user.username,
            role=allowed.role,
            text=text,
            recipient=recipient,
            recipient_username=recipient.username if recipient else None,
            client_id=client_id,
            status=ChatMessage.Status.HELD if is_held else ChatMessage.Status.VISIBLE,
            created_at=now,
            published_at=None if is_held else now,
        )
        insert(message)
        emit(*ChatMessageSent.of(message), *([ChatHeld.of(message)] if is_held else []))
    return message


def count_message(session: Session, user: User) -> None:
    """Count one message of this person against the limits of rate and number, which all chats of a session share.
    Raises TooMany.
    """
    Limiter().take("chat", str(user.pk), settings.CHAT_BURST)
    Limiter().check("chat.day", f"{session.pk}:{user.pk}", settings.CHAT_PER_PERSON, 86_400)


def react(*, actor: Person, session: Session, emoji: str) -> dict[str, int]:
    """Send a reaction; returns how often each emoji was sent so far.

    Nothing is written to the database, so nothing is locked: at worst a reaction at the very end is lost. Raises
    NotAllowed, Invalid, SessionNotLive, SessionEnded, SessionExpired, TooMany.
    """
    user = actor.account()
    allowed = judged(actor, session)
    require(allowed.may_react)
    if emoji not in reactions.EMOJIS:
        known = " ".join(reactions.EMOJIS)
        raise Invalid.field("emoji", _("Choose one of these: %(emojis)s") % {"emojis": known}, "invalid_choice")
    check_open(session, allowed)
    Limiter().check("reactions", str(user.pk), _REACTIONS_AT_ONCE, _REACTIONS_WITHIN)
    reactions.count(session.pk, emoji)
    recount(reactions.counted, session.pk)
    return reactions.counts(session.pk)


def _sent(session: Session, user: User, client_id: UUID | None) -> ChatMessage | None:
    if client_id is None:
        return None
    return session.chat_messages.filter(user=user, client_id=client_id).first()


def _recipient(session: Session, allowed: Capabilities, sender: User, recipient_id: UUID) -> User:
    """The recipient. Raises Invalid with the same answer for everybody who cannot be one: unknown, absent, banned."""
    recipient = User.objects.filter(pk=recipient_id, is_active=True).exclude(pk=sender.pk).first()
    theirs = capabilities(Person(user=recipient), session) if recipient else None
    if session.direct_to_crew_only and allowed.role == Role.AUDIENCE and not (theirs and theirs.is_crew):
        raise Invalid.field("recipient_id", _("You can write to the team only."), "crew_only")
    if recipient is None or theirs is None or not (theirs.in_session and theirs.may_read_chat):
        raise Invalid.field("recipient_id", _("This person is not here, or gets no messages."), "unknown")
    if not (session.is_live or theirs.may_join_backstage):
        raise Invalid.field("recipient_id", _("This person is not here, or gets no messages."), "unknown")
    return recipient
