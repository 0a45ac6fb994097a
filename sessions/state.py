"""What `sessions` adds to a page's state, the same for everybody with the same rights."""

from typing import Any

from django.conf import settings

from accounts.person import ANONYMOUS
from sessions.models import Session
from sessions.moderation.shapes import Rules
from sessions.people.roles import team_of
from sessions.people.shapes import SessionParticipant
from sessions.rights.capabilities import Capabilities, is_inside


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """Top-level keys of the state, the same for everybody with the rights ``allowed``."""
    inside = is_inside(session, allowed)
    rules = Rules.of(session if inside else Session())
    rows = team_of.page(0, settings.TEAM_PER_SESSION, session_id=session.pk) if inside else []
    return {
        "moderation": rules.as_json(),
        "roles": [SessionParticipant.of(row, ANONYMOUS).as_json() for row in rows],
    }
