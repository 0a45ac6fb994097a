"""The bin of sessions: a deleted session can be restored for some days, with everything that belongs to it.

What belongs to a session is hidden and shown by the session's row alone. ``live.services.bin``, which knows all of it,
says what is deleted for good, and when.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.person import Person, Scope
from audit.services import record
from core.errors import Conflict, NotFound
from core.ids import parse_uuid
from rooms.queries import managed_rooms
from sessions import lifecycle
from sessions.models import Session, SessionQuerySet
from sessions.queries import complete_session
from sessions.rights.capabilities import capabilities


class RoomInBin(Conflict):
    """The session's room is in the bin too and must be restored first."""

    code = "room_in_bin"
    sentence = _("The room of this session is in the bin too. Restore the room first.")


# Reads


def my_bin(person: Person) -> SessionQuerySet:
    """Sessions that the caller can restore, the last deleted first; without those deleted with their room."""
    if person.user is None or person.session_id is not None or not person.has_scope(Scope.SESSIONS):
        return Session.objects.none()
    found = Session.objects.binned().select_related("room__library", "room__host", "preset")
    found = found.filter(room__in=managed_rooms(person).order_by().values("pk"))
    if person.api_key is not None:
        found = found.filter(room__library__organization=person.api_key.organization_id)
    return found.order_by("-deleted_at", "-id")


def find_in_bin(person: Person, session_id: object) -> Session:
    """A session that this person, as host, can restore, whether or not its room is in the bin. Raises NotFound."""
    known = parse_uuid(session_id)
    rows = Session.objects.binned().select_related("room__library", "room__host", "preset")
    session = rows.filter(pk=known).first() if known else None
    if session is None or not capabilities(person, session).may_delete:
        raise NotFound
    return session


def restorable_until(deleted_at: datetime) -> datetime:
    """Until when something deleted at this moment can be restored."""
    return deleted_at + settings.BIN_FOR


# Writes


def restore_session(*, actor: Person, session: Session) -> Session:
    """Restore a session with everything that belongs to it. What was in the bin before it stays there.

    Raises NotFound, RoomInBin.
    """
    with transaction.atomic():
        locked = lock_binned(session.pk)
        if not capabilities(actor, locked).may_delete:
            raise NotFound
        _restore(locked, actor.user)
    return complete_session(session.pk)


def delete_for_staff(session: Session, *, by: User) -> None:
    """Move a session to the bin, whoever's it is. Raises NotFound, SessionIsLive."""
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        lifecycle.delete(locked)
        record("session.deleted", actor=by.pk, session=locked.pk, title=locked.title)


def restore_for_staff(session: Session, *, by: User) -> None:
    """Restore a session, whoever's it is. Raises NotFound, RoomInBin."""
    with transaction.atomic():
        _restore(lock_binned(session.pk), by)


def lock_binned(session_id: UUID) -> Session:
    """Lock the current row with its room, as ``lock_session`` does for sessions that are not in the bin. Raises
    NotFound.
    """
    rows = Session.objects.binned().select_related("room__library", "room__host", "preset")
    session = rows.select_for_update(no_key=True, of=("self", "room")).filter(pk=session_id).first()
    if session is None:
        raise NotFound
    return session


def _restore(locked: Session, by: User | None) -> None:
    if locked.room.deleted_at is not None:
        raise RoomInBin
    lifecycle.restore(locked)
    record("session.restored", actor=by.pk if by else None, session=locked.pk)
