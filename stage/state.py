"""What `stage` adds to a page's state: a part for everybody with the same rights, and a part for one person."""

from collections.abc import Collection
from functools import partial
from typing import Any
from uuid import UUID

from core.rows import chunks
from sessions.models import Session
from sessions.parts import PersonalPart
from sessions.rights.capabilities import Capabilities, is_inside
from stage import queries, shapes
from stage.models import HandRaise, JoinRequest, StageRequest


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """Top-level keys of the state, the same for everybody with the rights ``allowed``: ``stage``, and for the crew
    ``hands`` and ``join_requests`` (the first of each, oldest first) and ``people_waiting`` (of all).
    """
    inside = is_inside(session, allowed)
    sees_requests = inside and allowed.is_crew
    members = queries.people_on_stage.all(session_id=session.pk) if inside else []
    return {
        "stage": {
            "hidden": inside and session.is_stage_hidden,
            **(shapes.StageLayout.of(session) if inside else shapes.ORDINARY_LAYOUT).as_json(),
            "participants": [shapes.StageParticipant.of(member).as_json() for member in members],
        },
        "hands": _waiting(HandRaise, session) if sees_requests else [],
        "join_requests": _waiting(JoinRequest, session) if sees_requests else [],
        "people_waiting": queries.people_waiting(session) if sees_requests else 0,
    }


def personal(session: Session, user_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """``hand`` and ``join_request`` (pending), ``stage`` (the place, once the media engine grants it) of each.

    Three queries for each 500 people; before the session is live only those in the backstage have any.
    """
    mine: dict[UUID, dict[str, Any]] = {
        user_id: {"hand": None, "join_request": None, "stage": None} for user_id in user_ids
    }
    for some in chunks(user_ids):
        for hand in queries.requests_of(HandRaise).all(session_id=session.pk, user_ids=some):
            mine[hand.user_id]["hand"] = shapes.stage_request(hand).as_json()
        for request in queries.requests_of(JoinRequest).all(session_id=session.pk, user_ids=some):
            mine[request.user_id]["join_request"] = shapes.stage_request(request).as_json()
        for member in queries.places_of.all(session_id=session.pk, user_ids=some):
            mine[member.user_id]["stage"] = shapes.StageParticipant.of(member).as_json()
    return mine


PERSONAL = PersonalPart(
    nothing={"hand": None, "join_request": None, "stage": None},
    rows=(
        partial(queries.requests_by, HandRaise),
        partial(queries.requests_by, JoinRequest),
        queries.place_by,
    ),
    of=personal,
)


def _waiting(kind: type[StageRequest], session: Session) -> list[dict[str, Any]]:
    first = queries.queue_of(kind).page(0, queries.MOST_SHOWN, session_id=session.pk)
    return [shapes.stage_request(stage_request).as_json() for stage_request in first]
