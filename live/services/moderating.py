"""Ban people, or remove them so that they may come back: their sockets, media connections and stage place go.

HLS needs nothing here: a playlist's grant asks the capabilities at every request, so that a ban ends it too.
"""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import stage.part
from accounts.devices import sharing_device_with
from accounts.models import User
from accounts.person import Person
from audit.services import record
from core.errors import NotFound
from core.rows import check_most
from realtime.outbox import emit
from sessions import lifecycle
from sessions.errors import CannotBeRemoved
from sessions.events import PeopleKicked, RightsChanged, YouBanned
from sessions.livekit.enforcement import converge, disconnect
from sessions.models import Ban, Session
from sessions.queries import find_person_of, people_of
from sessions.rights.capabilities import capabilities, require

_TOO_MANY = _("No more people can be banned from this webinar. Lock it, or let only registered people write.")


@dataclass(frozen=True, slots=True)
class Banned:
    """A ban; ``is_new`` is False when it existed already."""

    ban: Ban
    is_new: bool


def ban(*, actor: Person, session: Session, user_id: UUID, reason: str = "") -> Banned:
    """Remove a person and let them, and every account of their browsers, in no more. Banning twice is harmless.

    Sockets close with 4503, media connections end, and their place or request on stage is removed. Raises NotAllowed,
    NotFound, Invalid (nobody of this session), CannotBeRemoved, LimitReached.
    """
    by = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_moderate)
        user = find_person_of(locked, user_id)
        _check_removable(locked, user, by)
        row = locked.bans.filter(user=user, lifted_at=None).first()
        is_new = row is None
        if row is None:
            check_most(locked.bans.all(), settings.BANS_PER_SESSION, _TOO_MANY)
            row = Ban.objects.create(session=locked, user=user, banned_by=by, reason=reason)
            stage.part.clear(locked, user.pk)
            concerned = [user.pk, *sharing_device_with(user.pk).values_list("pk", flat=True)]
            emit(YouBanned.of(row), RightsChanged.of(locked, *concerned))
            record("people.banned", actor=by.pk, session=locked.pk, subject=user.pk, reason=reason)
            transaction.on_commit(partial(converge, locked.pk, concerned), robust=True)
    return Banned(Ban.objects.select_related("user", "banned_by").get(pk=row.pk), is_new)


def unban(*, actor: Person, session: Session, user_id: UUID) -> None:
    """Lift the ban of a person, and of those who share a device with them. Raises NotAllowed, NotFound (not banned)."""
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_moderate)
        lifted = locked.bans.filter(user=user_id, lifted_at=None).update(lifted_at=timezone.now())
        if not lifted:
            raise NotFound
        concerned = [user_id, *sharing_device_with(user_id).values_list("pk", flat=True)]
        emit(RightsChanged.of(locked, *concerned))
        record("people.unbanned", actor=actor.account().pk, session=locked.pk, subject=user_id)


def kick(*, actor: Person, session: Session, user_id: UUID) -> None:
    """Close every connection of a person, who may join again. Repeating it closes new connections.

    Raises NotAllowed, NotFound (nobody of this session), CannotBeRemoved.
    """
    by = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_moderate)
        user = people_of(locked).filter(pk=user_id).first()
        if user is None:
            raise NotFound
        _check_removable(locked, user, by)
        stage.part.clear(locked, user.pk)
        emit(PeopleKicked.of(locked, user.pk))
        record("people.kicked", actor=by.pk, session=locked.pk, subject=user.pk)
        transaction.on_commit(partial(disconnect, locked.pk, user.pk), robust=True)


def _check_removable(session: Session, user: User, by: User) -> None:
    """Raises CannotBeRemoved for those who lead the session, for staff, and for the caller."""
    if user.is_staff or user.pk == by.pk or capabilities(Person(user=user), session).leads:
        raise CannotBeRemoved
