"""Hides and mutes the whole stage at once, and shows it again."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.person import Person
from audit.services import record
from realtime.outbox import emit
from sessions import lifecycle
from sessions.errors import SessionNotLive
from sessions.events import RightsChanged
from sessions.livekit.enforcement import converge
from sessions.models import Session
from sessions.rights.capabilities import capabilities, require
from stage.events import StageHidden


def hide(*, actor: Person, session: Session) -> Session:
    """Stop everybody's publishing, including the host's; everyone sees the “right back” slate. Repeating it is
    harmless.

    Raises NotAllowed, NotFound, SessionNotLive.
    """
    return _switch(actor, session, hidden=True)


def show(*, actor: Person, session: Session) -> Session:
    """Let everybody publish again as before. Repeating it is harmless. Raises like :func:`hide`."""
    return _switch(actor, session, hidden=False)


def _switch(actor: Person, session: Session, *, hidden: bool) -> Session:
    user = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_hide_stage)
        if not (locked.is_live or locked.is_backstage):
            raise SessionNotLive
        if locked.is_stage_hidden != hidden:
            locked.stage_hidden_at = timezone.now() if hidden else None
            locked.save(update_fields=["stage_hidden_at"])
            emit(StageHidden.of(locked), RightsChanged.of(locked))
            record("stage.hidden" if hidden else "stage.shown", actor=user.pk, session=locked.pk)
            transaction.on_commit(partial(converge, locked.pk), robust=True)
    return locked
