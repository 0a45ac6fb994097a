"""What `sessions` adds to a page's state: a part for everybody with the same rights, and a part for one person."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings

from sessions.events import ModerationData, ParticipantData
from sessions.models import Session
from sessions.people.roles import roles_of
from sessions.rights.capabilities import Capabilities, is_inside


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """Top-level keys of the state, the same for everybody with the rights ``allowed``."""
    inside = is_inside(session, allowed)
    rules = ModerationData.of(session if inside else Session())
    roles = [ParticipantData.of(row) for row in roles_of(session)[: settings.TEAM_PER_SESSION]] if inside else []
    return {"moderation": rules.model_dump(mode="json"), "roles": [role.model_dump(mode="json") for role in roles]}


def personal(session: Session, user_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Keys of ``state.me`` for each of these people; a bounded number of queries whatever their number."""
    return {}
