"""Commands of connected sockets: one table, each with the REST operation that does the same.

A command gets the person, the session of their socket and its ``data``, calls one service, and returns what the REST
operation would; it raises ``core.errors.Problem``. It runs in a thread of the sockets; only ``ping`` is answered on the
loop.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

import chat.permissions
import chat.services
import polls.services
import questions.services
import stage.services
from accounts.person import Person
from chat.api.serializers import CreateChatMessageRequest, SendReactionRequest
from chat.shapes import ChatMessage, Reactions
from core.errors import Invalid, NotAllowed, NotAuthenticated, NotFound, Problem
from core.precedence import ahead
from core.refusals import once_more
from polls.api.serializers import VoteRequest
from polls.queries import find_poll
from polls.shapes import Poll
from questions.api.serializers import AskQuestionRequest
from questions.queries import find_question
from questions.shapes import Question
from sessions.models import Session
from sessions.queries import find_session
from sessions.rights.capabilities import judged, require
from sockets.admission import Connection
from sockets.frames import CommandFrame, UnknownCommand, done, failed
from sockets.limits import in_thread
from stage import shapes as stage_shapes
from stage.api.serializers import RaiseHandRequest

logger = logging.getLogger(__name__)

Data = dict[str, Any]
Command = Callable[[Person, Session, Data], Data]


class Failed(Problem):
    """An unexpected error of ours."""

    code = "failed"
    sentence = _("Something went wrong on the server. Try again.")


def send_message(person: Person, session: Session, data: Data) -> Data:
    """``chat.send {message, recipient_id, client_id}`` → ChatMessage."""
    chat.permissions.check_may_write(session, judged(person, session))
    fields = _parse(CreateChatMessageRequest, data)
    sent = chat.services.send_message(actor=person, session=session, text=fields.pop("message"), **fields)
    return ChatMessage.of(sent).as_json()


def react(person: Person, session: Session, data: Data) -> Data:
    """``reaction.send {emoji}`` → {counts}."""
    require(judged(person, session).may_react)
    fields = _parse(SendReactionRequest, data)
    return Reactions(counts=chat.services.react(actor=person, session=session, **fields)).as_json()


def vote_in_poll(person: Person, session: Session, data: Data) -> Data:
    """``poll.vote {poll_id, option_id}``: as ``POST /polls/{id}/vote``, for polls of this session."""
    poll, its_session, allowed = find_poll(person, data.get("poll_id"))
    if its_session.pk != session.pk:
        raise NotFound
    require(allowed.may_vote)
    voted = polls.services.vote(actor=person, poll=poll, **_parse(VoteRequest, data))
    return Poll.seen_by(allowed, voted).as_json()


def ask_question(person: Person, session: Session, data: Data) -> Data:
    """``question.ask {text}``: as ``POST /sessions/{id}/questions``."""
    questions.services.check_may_ask(session, judged(person, session))
    asked = questions.services.ask(actor=person, session=session, **_parse(AskQuestionRequest, data))
    return Question.of(asked).as_json()


def vote_for_question(person: Person, session: Session, data: Data) -> Data:
    """``question.vote {question_id, voted}``: as POST or, with ``voted`` false, DELETE ``/questions/{id}/vote``."""
    question, its_session, allowed = find_question(person, data.get("question_id"))
    if its_session.pk != session.pk:
        raise NotFound
    require(allowed.may_vote_on_questions)
    voted = data.get("voted", True)
    if not isinstance(voted, bool):
        raise Invalid.field("voted", "Send true or false.")
    change = questions.services.vote if voted else questions.services.take_vote_back
    return Question.of(change(actor=person, question=question)).as_json()


def raise_hand(person: Person, session: Session, data: Data) -> Data:
    """The HandRaise, new or the one that is up already."""
    require(judged(person, session).may_ask_for_stage)
    fields = _parse(RaiseHandRequest, data)
    identity = fields.get("participant_identity")
    if identity is not None and identity.lower() != str(person.account().pk):
        raise NotAllowed
    requested = stage.services.raise_hand(actor=person, session=session, message=fields.get("message", ""))
    return stage_shapes.counted(requested.stage_request).as_json()


def lower_hand(person: Person, session: Session, _data: Data) -> Data:
    """Returns nothing; repeating it is harmless."""
    stage.services.lower_hand(actor=person, session=session)
    return {}


#: Command → its function. The REST operations: POST sessions/{id}/chat, …/reactions, polls/{id}/vote,
#: sessions/{id}/questions, questions/{id}/vote, sessions/{id}/stage/raise_hand, …/stage/lower_hand.
COMMANDS: dict[str, Command] = {
    "chat.send": send_message,
    "reaction.send": react,
    "poll.vote": vote_in_poll,
    "question.ask": ask_question,
    "question.vote": vote_for_question,
    "hand.raise": raise_hand,
    "hand.lower": lower_hand,
}


async def run_command(connection: Connection, frame: CommandFrame) -> str:
    """The reply to ``frame``."""
    command = COMMANDS.get(frame.do)
    if command is None:
        return failed(frame.id, UnknownCommand())
    try:
        return done(frame.id, await in_thread(_run, command, connection, frame.data))
    except Problem as problem:
        return failed(frame.id, problem)
    except Exception:
        logger.exception("The command %s failed", frame.do)
        return failed(frame.id, Failed())


def _run(command: Command, connection: Connection, data: Data) -> Data:
    """Raises NotAuthenticated (revoked since), NotFound (the session), and what the command raises."""
    person = connection.entry.person()
    if person is None:
        raise NotAuthenticated
    with ahead(connection.allowed.is_crew or connection.allowed.may_join_backstage):
        return once_more(lambda: command(person, find_session(person, connection.entry.session_id), data))


def _parse(serializer: type[serializers.Serializer[Any]], data: Data) -> Data:
    """``data`` as the REST operation's body, validated. Raises Invalid with the first fault's sentence."""
    bound = serializer(data=data)
    if not bound.is_valid():
        field, faults = next(iter(bound.errors.items()))
        raise Invalid.field(field, str(faults[0]) if isinstance(faults, list) else str(faults))
    return dict(bound.validated_data)
