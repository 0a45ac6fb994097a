"""The bin of sessions: what was deleted can be brought back for some days, with all that belongs to it.

What belongs to a session is hidden and shown by its row alone, so that it goes and comes back together. What goes for
good, and when, is ``live.services.bin``, which knows all of it.
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
    """A session comes back into its room."""

    code = "room_in_bin"
    sentence = _("The room of this session is in the bin too. Bring the room back first.")


# Reads


def my_bin(person: Person) -> SessionQuerySet:
    """What the caller can bring back, the last deleted first; sessions that went with their room are not listed."""
    if person.user is None or person.session_id is not None or not person.has_scope(Scope.SESSIONS):
        return Session.objects.none()
    found = Session.objects.binned().select_related("room__library", "room__host", "preset")
    found = found.filter(room__in=managed_rooms(person).order_by().values("pk"))
    if person.api_key is not None:
        found = found.filter(room__library__organization=person.api_key.organization_id)
    return found.order_by("-deleted_at", "-id")


def find_in_bin(person: Person, session_id: object) -> Session:
    """What this person, as host, can bring back, its room in the bin or not. Raises NotFound."""
    known = parse_uuid(session_id)
    rows = Session.objects.binned().select_related("room__library", "room__host", "preset")
    session = rows.filter(pk=known).first() if known else None
    if session is None or not capabilities(person, session).may_delete:
        raise NotFound
    return session


def restorable_until(deleted_at: datetime) -> datetime:
    """Until when something can be brought back that was deleted then."""
    return deleted_at + settings.BIN_FOR


# Writes


def restore_session(*, actor: Person, session: Session) -> Session:
    """Bring it back with all that belongs to it. What was in the bin before it stays there.

    Raises NotFound, RoomInBin.
    """
    with transaction.atomic():
        locked = lock_binned(session.pk)
        if not capabilities(actor, locked).may_delete:
            raise NotFound
        _restore(locked, actor.user)
    return complete_session(session.pk)


def delete_for_staff(session: Session, *, by: User) -> None:
    """Into the bin, whoever's it is. Raises NotFound, SessionIsLive."""
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        lifecycle.delete(locked)
        record("session.deleted", actor=by.pk, session=locked.pk, title=locked.title)


def restore_for_staff(session: Session, *, by: User) -> None:
    """Out of it, whoever's it is. Raises NotFound, RoomInBin."""
    with transaction.atomic():
        _restore(lock_binned(session.pk), by)


def lock_binned(session_id: UUID) -> Session:
    """The row as it is now, with its room, as ``lock_session`` locks what is not in the bin. Raises NotFound."""
    rows = Session.objects.binned().select_related("room__library", "room__host", "preset")
    session = rows.select_for_update(of=("self", "room")).filter(pk=session_id).first()
    if session is None:
        raise NotFound
    return session


def _restore(locked: Session, by: User | None) -> None:
    if locked.room.deleted_at is not None:
        raise RoomInBin
    lifecycle.restore(locked)
    record("session.restored", actor=by.pk if by else None, session=locked.pk)
