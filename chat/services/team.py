"""The team's own chat: crew and speakers among themselves, until the session is over."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.person import Person
from chat.events import TeamMessageDeleted, TeamMessageSent
from chat.models import TeamMessage
from chat.services.sending import count_message
from core.errors import NotAllowed, NotFound
from core.writes import insert
from realtime.outbox import emit
from sessions import lifecycle
from sessions.models import Session
from sessions.rights.capabilities import capabilities, judged, require


def send_team_message(*, actor: Person, session: Session, text: str, client_id: UUID | None = None) -> TeamMessage:
    """Write to crew and speakers, until the session is over. The chat's limits of rate and number hold.

    A ``client_id`` that this person already used in the session returns the message sent then. Raises NotAllowed,
    NotFound, SessionEnded, SessionExpired, TooMany.
    """
    user = actor.account()
    require(judged(actor, session).may_join_backstage)
    if sent := _sent(session, user, client_id):
        return sent
    count_message(session, user)
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        allowed = capabilities(actor, locked)
        require(allowed.may_join_backstage)
        lifecycle.check_may_open(locked)
        if sent := _sent(locked, user, client_id):
            return sent
        message = TeamMessage(
            session=locked, user=user, username=user.username, role=allowed.role, text=text, client_id=client_id
        )
        insert(message)
        emit(TeamMessageSent.of(message))
    return message


def delete_team_message(*, actor: Person, session: Session, message_id: UUID) -> None:
    """Delete a message of the team's chat: one's own, or as host or co-host any. Raises NotAllowed, NotFound."""
    user = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        allowed = capabilities(actor, locked)
        require(allowed.may_join_backstage)
        message = locked.team_messages.filter(pk=message_id).first()
        if message is None:
            raise NotFound
        if message.user_id != user.pk and not allowed.leads:
            raise NotAllowed(_("You can delete your own messages only."))
        emit(TeamMessageDeleted.of(message))
        message.delete()


def _sent(session: Session, user: User, client_id: UUID | None) -> TeamMessage | None:
    if client_id is None:
        return None
    return session.team_messages.filter(user=user, client_id=client_id).first()
