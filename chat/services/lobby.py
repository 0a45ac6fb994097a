"""The message to everybody who waits before the session is live: one line, for those who come later too."""

from django.db import transaction
from django.utils import timezone

from accounts.person import Person
from chat.errors import NobodyWaits
from chat.events import LobbyMessageChanged
from chat.models import LobbyMessage
from realtime.outbox import emit
from sessions import lifecycle
from sessions.models import Session
from sessions.rights.capabilities import capabilities, require


def set_lobby_message(*, actor: Person, session: Session, text: str) -> LobbyMessage:
    """Say ``text`` to everybody who waits, in place of what was said before.

    Raises NotAllowed, NotFound, NobodyWaits, SessionEnded, SessionExpired.
    """
    user = actor.account()
    with transaction.atomic():
        locked = _lock(actor, session)
        values = {"text": text, "user": user, "updated_at": timezone.now()}
        said, _created = LobbyMessage.objects.update_or_create(session=locked, defaults=values)
        emit(LobbyMessageChanged.of(locked, said))
    return said


def clear_lobby_message(*, actor: Person, session: Session) -> None:
    """Say nothing any more. Raises NotAllowed, NotFound, NobodyWaits, SessionEnded, SessionExpired."""
    with transaction.atomic():
        locked = _lock(actor, session)
        if LobbyMessage.objects.filter(session=locked).delete()[0]:
            emit(LobbyMessageChanged.of(locked, None))


def _lock(actor: Person, session: Session) -> Session:
    locked = lifecycle.lock_session(session.pk)
    require(capabilities(actor, locked).may_manage_chat)
    lifecycle.check_may_open(locked)
    if locked.is_live:
        raise NobodyWaits
    return locked
