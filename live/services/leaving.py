"""Leaving a session, and the heartbeat."""

from functools import partial

from django.db import transaction
from django.utils import timezone

import stage.part
from accounts.person import Person
from sessions import lifecycle
from sessions.livekit.enforcement import disconnect
from sessions.models import Session
from sessions.people import attendance, roles
from sessions.people.heartbeats import mark_heartbeat
from sessions.people.presence import publish_count
from sessions.rights.capabilities import capabilities, judged, require


def leave(*, actor: Person, session: Session) -> None:
    """Leave: the caller's stay ends now, their media connections close, and raised hand and place on stage are removed.

    Repeating it is harmless. A page of theirs that stays open counts as joining again. Raises NotAllowed, NotFound.
    """
    user = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).in_session)
        attendance.record_leave(locked, user.pk)
        stage.part.clear(locked, user.pk)
        roles.record_leave(locked, {user.pk: timezone.now()})  # of a rehearsal too, where nobody has a stay
        transaction.on_commit(partial(disconnect, locked.pk, user.pk), robust=True)
    publish_count(session.pk)


def heartbeat(*, actor: Person, session: Session) -> None:
    """The caller is still there: sockets report it by themselves; this is for clients with another event transport.

    Raises NotAllowed.
    """
    allowed = judged(actor, session)
    require(allowed.may_join)
    mark_heartbeat(session, actor.account().pk, role=allowed.role)
