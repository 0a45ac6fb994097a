"""What questions add to a page's state: ``questions``, and the person's own ``me.question_votes``,
``me.held_questions`` and ``me.dismissed_questions``.
"""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from questions import shapes
from questions.models import Question
from questions.queries import foremost, hidden_by, hidden_of, votes_by, votes_of
from sessions.models import Session
from sessions.parts import PersonalPart
from sessions.rights.capabilities import Capabilities, is_inside


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """Top-level keys of the state, the same for everybody with the rights ``allowed``."""
    if not (is_inside(session, allowed) and allowed.may_see_questions):
        return {"questions": []}
    return {"questions": _written(foremost(session, allowed))}


def personal(session: Session, user_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Keys of ``state.me`` for each of these people; two queries for each 500."""
    votes, hidden = votes_of(session, user_ids), hidden_of(session, user_ids)
    return {
        user_id: {
            "question_votes": votes[user_id],
            "held_questions": _written(question for question in hidden[user_id] if question.is_held),
            "dismissed_questions": _written(question for question in hidden[user_id] if question.is_dismissed),
        }
        for user_id in user_ids
    }


PERSONAL = PersonalPart(
    nothing={"question_votes": [], "held_questions": [], "dismissed_questions": []},
    rows=(votes_by, hidden_by),
    of=personal,
)


def _written(questions: Iterable[Question]) -> list[dict[str, Any]]:
    return [shapes.Question.of(question).as_json() for question in questions]
