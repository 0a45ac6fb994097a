"""Move a room, with all of its sessions, to another host of its organization."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.person import Person
from audit.services import record
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.nudges import nudge
from core.rows import check_most
from realtime.outbox import emit
from rooms.models import Room
from rooms.permissions import Memberships, may_manage_room
from rooms.queries import complete_rooms
from rooms.services import follow_room
from sessions.events import SessionSettings
from sessions.models import Session
from sessions.people import names, roles
from sessions.stream_keys import give_stream_key

_TOO_MANY_ROOMS = _("This host has the maximum number of rooms. They must delete some for good first.")
_TOO_MANY_SESSIONS = _("This host has the maximum number of sessions. They must delete some for good first.")


class RoomIsOpen(Conflict):
    """A room stays with its host while one of its sessions is live, or people rehearse in it."""

    code = "room_is_open"
    sentence = _("A session of this room is live or in rehearsal. End it first.")


@nudge
def room_moved(room_id: str, host_id: str, former_id: str, by: str, *, tells_new: bool) -> None:
    """Nudge: tell the new host, or the former one, by mail. ``by``: the name of who moved the room."""


def possible_hosts(room: Room) -> QuerySet[User]:
    """Who else could be the room's host: active hosts who belong to its organization, by name."""
    hosts = User.objects.filter(is_active=True, is_guest=False, role=User.Role.HOST)
    here = hosts.filter(memberships__organization=room.library.organization_id)
    return here.exclude(pk=room.host_id).order_by("username", "pk")


def move_room(*, actor: Person, room: Room, user_id: UUID) -> Room:
    """Make ``user_id`` the room's host. Its address, sessions, recordings and invitations come along; presets stay.

    The former host keeps only what an owner or admin of the organization may. Sessions to come get new stream keys,
    because the former host knows theirs. Both hosts are told by mail. Naming the present host changes nothing. Raises
    NotAllowed, NotFound, RoomIsOpen, LimitReached, Invalid (no host of this organization; the same for unknown ones).
    """
    with transaction.atomic():
        # Those in the bin come along, too.
        to_come = Session.objects.filter(room=room.pk, purged_at=None).exclude(status=Session.Status.ENDED)
        sessions = list(to_come.select_for_update(no_key=True, of=("self",)).order_by("pk"))
        locked = _lock(room.pk)
        if not may_manage_room(Memberships.of(actor), locked):
            raise NotAllowed
        # Read again: one may have been scheduled, or opened, before the room was locked.
        if to_come.open().exists():
            raise RoomIsOpen
        former = locked.host
        if former.pk != user_id:
            user = _find(locked, user_id)
            _check_limits(locked, user)
            locked.host = user
            locked.save(update_fields=["host", "updated_at"])
            for session in sessions:
                session.room = locked
                _hand_over(session, user)
            by = actor.account()
            room_id, former_id = str(locked.pk), str(former.pk)
            record("room.moved", actor=by.pk, subject=user.pk, room=room_id, title=locked.title, former=former_id)
            follow_room(locked.pk)
            for tells_new in (True, False):
                room_moved.on_commit(room_id, str(user.pk), former_id, by.username, tells_new=tells_new)
    return complete_rooms().get(pk=room.pk)


def _lock(room_id: UUID) -> Room:
    rows = Room.objects.alive().select_related("library__organization", "host")
    room = rows.select_for_update(no_key=True, of=("self",)).filter(pk=room_id).first()
    if room is None:
        raise NotFound
    return room


def _find(room: Room, user_id: UUID) -> User:
    user = possible_hosts(room).filter(pk=user_id).first()
    if user is None:
        raise Invalid.field("user_id", _("Choose a host of this organization."), "unknown")
    return user


def _check_limits(room: Room, user: User) -> None:
    """What the new host would have must not be more than a host can make."""
    check_most(Room.objects.filter(host=user, purged_at=None), settings.ROOMS_PER_HOST, _TOO_MANY_ROOMS)
    more = Session.objects.filter(room=room.pk, purged_at=None).count()
    theirs = Session.objects.filter(room__host=user, purged_at=None)
    check_most(theirs, settings.SESSIONS_PER_HOST - more + 1, _TOO_MANY_SESSIONS)


def _hand_over(session: Session, user: User) -> None:
    """The new host of a session to come needs no other role there, has the name alone, and has a key of their own."""
    role = roles.role_of(session, user.pk)
    if role is not None:
        roles.take(role)
    names.keep_for_crew(session, user.username, user=user)
    if session.stream_key_hash:
        give_stream_key(session)
        session.save(update_fields=["stream_key_sealed", "stream_key_hash", "updated_at"])
    if session.deleted_at is None:
        emit(SessionSettings.of(session))
