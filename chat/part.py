"""What happens to the chat at go-live, at the end, and at final deletion. Each function gets the locked session."""

from functools import partial

from django.db import transaction

from chat import reactions
from chat.models import ChatMessage, LobbyMessage
from sessions.models import Session


def drop_rehearsal(session: Session) -> None:
    """At go-live: delete the rehearsal's messages and reactions, and the message to the lobby, where nobody waits now.

    The team's own chat goes on. The reset that follows brings every page up to it.
    """
    _drop_messages(session)
    LobbyMessage.objects.filter(session=session).delete()


def close(session: Session) -> None:
    """At the end: reject messages that still wait for approval; a closed backstage deletes everything."""
    if session.started_at is None:
        _drop_messages(session)
    else:
        held = session.chat_messages.filter(status=ChatMessage.Status.HELD)
        held.update(status=ChatMessage.Status.REJECTED)


def forget(session: Session) -> None:
    """Delete the chat of a session that can no longer be restored. Reported messages stay, with the reports, as
    evidence.
    """
    session.chat_messages.filter(reports=None).delete()
    session.team_messages.all().delete()
    LobbyMessage.objects.filter(session=session).delete()


def _drop_messages(session: Session) -> None:
    session.chat_messages.all().delete()
    transaction.on_commit(partial(reactions.forget, session.pk), robust=True)
