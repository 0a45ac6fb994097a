"""Commands about polls."""

from collections.abc import Callable
from typing import Any

from core.errors import NotFound
from polls import services, shapes
from polls.api.serializers import VoteRequest
from polls.queries import find_poll
from sessions.rights.capabilities import require
from sockets.admission import Connection
from sockets.commands.calling import caller, parse


def vote(connection: Connection, data: dict[str, Any]) -> Any:
    """``poll.vote {poll_id, option_id}``: as ``POST /polls/{id}/vote``, for polls of this session."""
    person, session = caller(connection)
    poll, its_session, allowed = find_poll(person, data.get("poll_id"))
    if its_session.pk != session.pk:
        raise NotFound
    require(allowed.may_vote)
    voted = services.vote(actor=person, poll=poll, **parse(VoteRequest, data))
    return shapes.Poll.seen_by(allowed, voted).as_json()


COMMANDS: dict[str, Callable[[Connection, dict[str, Any]], Any]] = {"poll.vote": vote}
