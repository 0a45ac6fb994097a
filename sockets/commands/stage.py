"""Commands about stage."""

from collections.abc import Callable
from typing import Any

from core.errors import NotAllowed
from sessions.rights.capabilities import capabilities, require
from sockets.admission import Connection
from sockets.commands.calling import caller, parse
from stage import services, shapes
from stage.api.serializers import RaiseHandRequest


def raise_hand(connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
    """The HandRaise, new or the one that is up already."""
    person, session = caller(connection)
    require(capabilities(person, session).may_ask_for_stage)
    fields = parse(RaiseHandRequest, data)
    identity = fields.get("participant_identity")
    if identity is not None and identity.lower() != str(connection.entry.user_id):
        raise NotAllowed
    requested = services.raise_hand(actor=person, session=session, message=fields.get("message", ""))
    return shapes.counted(requested.stage_request).as_json()


def lower_hand(connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
    """Nothing to show; repeating it is harmless."""
    person, session = caller(connection)
    services.lower_hand(actor=person, session=session)
    return {}


COMMANDS: dict[str, Callable[[Connection, dict[str, Any]], Any]] = {"hand.raise": raise_hand, "hand.lower": lower_hand}
