"""Commands about questions."""

from collections.abc import Callable
from typing import Any

from core.errors import Invalid, NotFound
from questions import services, shapes
from questions.api.serializers import AskQuestionRequest
from questions.queries import find_question
from sessions.rights.capabilities import capabilities, require
from sockets.admission import Connection
from sockets.commands.calling import caller, parse


def ask(connection: Connection, data: dict[str, Any]) -> Any:
    """``question.ask {text}``: as ``POST /sessions/{id}/questions``."""
    person, session = caller(connection)
    services.check_may_ask(session, capabilities(person, session))
    question = services.ask(actor=person, session=session, **parse(AskQuestionRequest, data))
    return shapes.Question.of(question).as_json()


def vote(connection: Connection, data: dict[str, Any]) -> Any:
    """``question.vote {question_id, voted}``: as POST or, with ``voted`` false, DELETE ``/questions/{id}/vote``."""
    person, session = caller(connection)
    question, its_session, allowed = find_question(person, data.get("question_id"))
    if its_session.pk != session.pk:
        raise NotFound
    require(allowed.may_vote_on_questions)
    voted = data.get("voted", True)
    if not isinstance(voted, bool):
        raise Invalid.field("voted", "Send true or false.")
    change = services.vote if voted else services.take_vote_back
    return shapes.Question.of(change(actor=person, question=question)).as_json()


COMMANDS: dict[str, Callable[[Connection, dict[str, Any]], Any]] = {"question.ask": ask, "question.vote": vote}
