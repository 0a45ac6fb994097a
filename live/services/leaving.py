"""Leave a session, or say that one is still there."""

from functools import partial

from django.db import transaction
from django.utils import timezone

import stage.services
from accounts.person import Person
from live.presence import mark_heartbeat, publish_count
from live.services.running import known_user
from sessions import attendance, lifecycle, roles
from sessions.capabilities import capabilities, require
from sessions.connections import disconnect
from sessions.models import Session


def leave(*, actor: Person, session: Session) -> None:
    """Go: the caller's stay ends now, their media connections close, and no hand or place on stage is left behind.

    Repeating it is harmless. A page of theirs that stays open counts as coming back. Raises NotAllowed, NotFound.
    """
    user = known_user(actor)
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).in_session)
        attendance.left(locked, user.pk)
        stage.services.take_off(locked, user.pk)
        stage.services.withdraw(locked, user.pk)
        roles.went(locked, {user.pk: timezone.now()})  # of a rehearsal too, where nobody has a stay
        transaction.on_commit(partial(disconnect, locked.pk, user.pk), robust=True)
    publish_count(session.pk)


def heartbeat(*, actor: Person, session: Session) -> None:
    """The caller is still there: what an open socket says by itself, for clients whose events come another way.

    Raises NotAllowed.
    """
    allowed = capabilities(actor, session)
    require(allowed.may_join)
    mark_heartbeat(session, known_user(actor).pk, role=allowed.role)
