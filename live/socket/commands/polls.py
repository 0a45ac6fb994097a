"""Commands about polls."""

from collections.abc import Callable
from typing import Any

from base.errors import NotFound
from live.socket.admission import Connection
from live.socket.commands.calling import caller, parse
from polls import services
from polls.api.serializers import VoteRequest, poll_values
from polls.queries import find_poll
from sessions.capabilities import require


def vote(connection: Connection, data: dict[str, Any]) -> Any:
    """``poll.vote {poll_id, option_id}``: as ``POST /polls/{id}/vote``, for polls of this session."""
    person, session = caller(connection)
    poll, its_session, allowed = find_poll(person, data.get("poll_id"))
    if its_session.pk != session.pk:
        raise NotFound
    require(allowed.may_vote)
    return poll_values(services.vote(actor=person, poll=poll, **parse(VoteRequest, data)), allowed)


COMMANDS: dict[str, Callable[[Connection, dict[str, Any]], Any]] = {"poll.vote": vote}
