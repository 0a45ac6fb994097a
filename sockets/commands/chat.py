"""Commands about chat and reactions."""

from collections.abc import Callable
from typing import Any

from chat import services, shapes
from chat.api.serializers import CreateChatMessageRequest, SendReactionRequest
from sessions.rights.capabilities import capabilities, require
from sockets.admission import Connection
from sockets.commands.calling import caller, parse


def send(connection: Connection, data: dict[str, Any]) -> Any:
    """``chat.send {message, recipient_id, client_id}`` → ChatMessage."""
    person, session = caller(connection)
    services.check_may_write(session, capabilities(person, session))
    fields = parse(CreateChatMessageRequest, data)
    sent = services.send_message(actor=person, session=session, text=fields.pop("message"), **fields)
    return shapes.ChatMessage.of(sent).as_json()


def react(connection: Connection, data: dict[str, Any]) -> Any:
    """``reaction.send {emoji}`` → {counts}."""
    person, session = caller(connection)
    require(capabilities(person, session).may_react)
    fields = parse(SendReactionRequest, data)
    return shapes.Reactions(counts=services.react(actor=person, session=session, **fields)).as_json()


COMMANDS: dict[str, Callable[[Connection, dict[str, Any]], Any]] = {"chat.send": send, "reaction.send": react}
