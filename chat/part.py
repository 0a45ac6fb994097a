"""What go-live, the end, and the end of all do to the chat. Each gets the locked row."""

from functools import partial

from django.db import transaction

from chat import reactions
from chat.models import ChatMessage
from sessions.models import Session


def drop_rehearsal(session: Session) -> None:
    """At go-live: the rehearsal's messages and reactions go; the reset that follows shows every page an empty chat."""
    session.chat_messages.all().delete()
    transaction.on_commit(partial(reactions.forget, session.pk), robust=True)


def close(session: Session) -> None:
    """The session is over, and what waited for the crew is not published; a closed backstage leaves nothing."""
    if session.started_at is None:
        drop_rehearsal(session)
    else:
        held = session.chat_messages.filter(status=ChatMessage.Status.HELD)
        held.update(status=ChatMessage.Status.REJECTED)


def forget(session: Session) -> None:
    """The session cannot be brought back any more. What somebody reported stays, with the reports: it is evidence."""
    session.chat_messages.filter(reports=None).delete()
