"""What `sessions` adds to a page's state: a part for everybody with the same rights, and a part for one person."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.person import ANONYMOUS
from sessions.models import Session
from sessions.moderation.shapes import Rules
from sessions.people.roles import roles_of
from sessions.people.shapes import SessionParticipant
from sessions.rights.capabilities import Capabilities, is_inside


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """Top-level keys of the state, the same for everybody with the rights ``allowed``."""
    inside = is_inside(session, allowed)
    rules = Rules.of(session if inside else Session())
    rows = roles_of(session)[: settings.TEAM_PER_SESSION] if inside else []
    return {
        "moderation": rules.as_json(),
        "roles": [SessionParticipant.of(row, ANONYMOUS).as_json() for row in rows],
    }


def personal(session: Session, user_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Keys of ``state.me`` for each of these people; a bounded number of queries whatever their number."""
    return {}
