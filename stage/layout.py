"""How the stage is arranged, for the audience, HLS and recordings alike.

Each function trusts its caller; ``session`` is locked.
"""

from uuid import UUID

from django.db import transaction

from media.supervisor import nudge
from realtime.outbox import emit
from sessions.models import Session
from stage.events import StageLayout
from stage.shapes import ORDINARY_LAYOUT

ORDINARY = ORDINARY_LAYOUT.layout


def arrange(session: Session, layout: str, spotlight_id: UUID | None = None) -> bool:
    """Arrange the stage and tell everybody; returns whether that is a change."""
    if (session.stage_layout, session.spotlight_id) == (layout, spotlight_id):
        return False
    session.stage_layout, session.spotlight_id = layout, spotlight_id
    session.save(update_fields=["stage_layout", "spotlight"])
    emit(StageLayout.of(session))
    transaction.on_commit(nudge, robust=True)  # recordings and HLS are arranged alike, by the supervisor
    return True


def leave_spotlight(session: Session, user_id: UUID) -> None:
    """This person goes: with them in the spotlight nobody would be seen, so the ordinary layout is back."""
    if session.spotlight_id == user_id:
        arrange(session, ORDINARY)
