"""What polls add to a page's state: ``polls`` (as REST lists them) and ``me.votes`` ({poll: [options]})."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from polls import shapes
from polls.queries import read_polls, votes_by, votes_of
from sessions.models import Session
from sessions.parts import PersonalPart
from sessions.rights.capabilities import Capabilities, is_inside


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """Top-level keys of the state, the same for everybody with the rights ``allowed``."""
    if not is_inside(session, allowed):
        return {"polls": []}
    return {"polls": [shapes.Poll.seen_by(allowed, poll).as_json() for poll in read_polls(session, allowed)]}


def personal(session: Session, user_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Keys of ``state.me`` for each of these people; one query for each 500."""
    return {user_id: {"votes": votes} for user_id, votes in votes_of(session, user_ids).items()}


PERSONAL = PersonalPart(nothing={"votes": {}}, rows=(votes_by,), of=personal)
