"""The AsyncAPI file: the socket's messages, rendered from the event catalogue, the commands and the frames."""

import inspect
from collections.abc import Callable
from typing import Any
from uuid import UUID

import yaml
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import autodiscover_modules
from django.views.decorators.http import require_safe

from core.api.documents import send_document
from core.published import Published, json_schema
from realtime.events import CATALOGUE, Event, PersonalEvent, personal
from realtime.sockets import HEARTBEAT_MISSED, NO_TICKET, REFUSED, RESTARTING, SESSION_OVER, TOO_MUCH
from sockets.commands import COMMANDS
from sockets.frames import MAX_FRAME, ConnectFrame
from sockets.tickets import SOCKET_PATH
from webinar import __version__

MEDIA_TYPE = "application/vnd.aai.asyncapi+yaml;version=3.0.0"
_SCHEMAS = "#/components/schemas/"
_MESSAGES = "#/components/messages/"
_CHANNEL = "#/channels/socket"

#: Close code → its meaning, and whether clients reconnect.
CLOSE_CODES: dict[int, tuple[str, bool]] = {
    NO_TICKET: ("No valid ticket or resume token: get a new ticket.", True),
    HEARTBEAT_MISSED: ("Silent for three heartbeats: resume.", True),
    TOO_MUCH: ("Too slow, too many frames, or too many sockets of one person or address: resume later.", True),
    RESTARTING: ("The server restarts, or cannot receive events right now: resume.", True),
    REFUSED: ("Not allowed, or banned: final.", False),
    SESSION_OVER: ("The session is over or deleted: final.", False),
}

_POSITION = {
    "type": "array",
    "prefixItems": [{"type": "string"}, {"type": "integer", "minimum": 0}],
    "minItems": 2,
    "maxItems": 2,
    "description": "Epoch and offset: a place in a topic's log.",
}
_POSITIONS = {"type": "object", "additionalProperties": {"$ref": f"{_SCHEMAS}Position"}}
_ID = {"type": ["integer", "string", "null"], "maxLength": 64, "description": "The number that the reply repeats."}
_STATE = {
    "type": "object",
    "description": "What a page shows of the session; the keys of chat, polls, stage and others stand beside these.",
    "properties": {
        "session": {"type": "object"},
        "viewer_count": {"type": ["integer", "null"]},
        "host": {"type": "object"},
        "me": {"type": "object", "required": ["user_id", "username", "role", "may"]},
    },
    "required": ["session", "viewer_count", "host", "me"],
}
_ERROR = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "description": "For programs."},
        "message": {"type": "string", "description": "For people."},
        "retry_after": {"type": "integer", "minimum": 1, "description": "Seconds; where the same may work later."},
    },
    "required": ["code", "message"],
    "additionalProperties": False,
}


def catalogue() -> dict[str, type[Event]]:
    """Every event that clients can get, by its type."""
    autodiscover_modules("events")
    return {name: event for name, event in sorted(CATALOGUE.items()) if not event.is_internal()}


def asyncapi() -> dict[str, Any]:
    """The document as JSON values."""
    schemas: dict[str, Any] = {
        "Position": _POSITION,
        "State": _STATE,
        "Error": _ERROR,
        "Connect": _connect(),
        "Command": _command(),
        "Welcome": _reply(_welcome()),
        "Reply": _reply({}),
        "Refusal": _closed(id=_ID, ok={"const": False}, error={"$ref": f"{_SCHEMAS}Error"}),
        "Reset": _closed(reset=_closed(topics=_POSITIONS, state={"$ref": f"{_SCHEMAS}State"})),
        "Event": {"oneOf": [{"$ref": f"{_SCHEMAS}{name}"} for name in catalogue()]},
        "Events": _closed(events={"type": "array", "minItems": 1, "items": {"$ref": f"{_SCHEMAS}Event"}}),
    }
    for name, event in catalogue().items():
        schemas[name] = _event(name, event, schemas)
    messages = _messages()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Webinar socket",
            "version": __version__,
            "description": "The messages of the product's socket. Tickets come from the REST API: "
            "`POST /v1/webinar/sessions/{id}/join` and `…/realtime/ticket`.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "socket": {
                "address": SOCKET_PATH,
                "title": "The socket",
                "description": _channel_description(),
                "messages": {name: {"$ref": f"{_MESSAGES}{name}"} for name in messages},
                "x-close-codes": {
                    str(code): {"meaning": meaning, "comes_back": back} for code, (meaning, back) in CLOSE_CODES.items()
                },
            }
        },
        "operations": {
            "connect": _operation("receive", ["connect"], replies=["welcome", "refusal"]),
            "command": _operation("receive", _commands(), replies=["reply", "refusal"]),
            "tell": _operation("send", ["events"]),
            "reset": _operation("send", ["reset"]),
        },
        "components": {"messages": messages, "schemas": dict(sorted(schemas.items()))},
    }


def _channel_description() -> str:
    return (
        f"Text frames of JSON, from clients at most {MAX_FRAME // 1024} KiB. The first is `connect`. Durable "
        "events have an `offset` that rises by one for each topic; volatile ones have none, and the newest counts. "
        "Every event carries absolute values and may be applied twice. A `reset` replaces topics and state."
    )


def _closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _reply(data: dict[str, Any]) -> dict[str, Any]:
    return _closed(id=_ID, ok={"const": True}, data=data)


def _welcome() -> dict[str, Any]:
    return _closed(
        state={"$ref": f"{_SCHEMAS}State"},
        topics=_POSITIONS,
        resumed={"type": "object", "additionalProperties": {"type": "boolean"}},
        resume={"type": "string", "description": "Opens the socket again without HTTP; `ping` renews it."},
        heartbeat={"type": "integer", "description": "Seconds after which to send `ping`."},
    )


def _connect() -> dict[str, Any]:
    found = ConnectFrame.model_json_schema(mode="validation")
    properties = {"id": _ID, "do": {"const": "connect"}, **found["properties"]}
    properties["since"] = {**_POSITIONS, "description": "Where the client was, when it resumes."}
    return {"type": "object", "properties": properties, "required": ["do"]}


def _command() -> dict[str, Any]:
    properties = {"id": _ID, "do": {"type": "string", "maxLength": 64}, "data": {"type": "object"}}
    return {"type": "object", "properties": properties, "required": ["do"]}


def _event(name: str, event: type[Event], schemas: dict[str, Any]) -> dict[str, Any]:
    """The event on the wire; adds the models of its data to ``schemas``."""
    model: Any = event.model_fields["data"].annotation
    _add(model, schemas)
    offset = {} if event.volatile else {"offset": {"type": "integer", "minimum": 1}}
    found = _closed(
        topic={"type": "string", "description": _topics(event)},
        **offset,
        type={"const": name},
        at={"type": "string", "format": "date-time"},
        data={"$ref": f"{_SCHEMAS}{model.component}"},
    )
    return {"description": inspect.getdoc(event), "x-volatile": event.volatile, **found}


def _add(model: type[Published], schemas: dict[str, Any]) -> None:
    """Add the schemas of ``model``, and of models within it, to ``schemas``."""
    schemas[model.component], within = json_schema(model, _SCHEMAS)
    for other in within:
        _add(other, schemas)


def _topics(event: type[Event]) -> str:
    session, user = UUID(int=1), UUID(int=2)
    is_personal = issubclass(event, PersonalEvent)
    topic = personal(user, session) if is_personal else event.topic(session)
    usual = f"`{topic}`".replace(str(session), "{session}").replace(str(user), "{user}")
    is_fixed = event.topic_name in (Event.topic_name, PersonalEvent.topic_name)
    return usual if is_fixed else f"{usual}, or another one as the description says"


def _commands() -> list[str]:
    return ["ping", *sorted(COMMANDS)]


def _messages() -> dict[str, Any]:
    def message(schema: str, summary: str, **more: Any) -> dict[str, Any]:
        return {"summary": summary, "payload": {"$ref": f"{_SCHEMAS}{schema}"}, **more}

    found = {
        "connect": message("Connect", "The first frame: a ticket, or the resume token of the last welcome or pong."),
        "welcome": message("Welcome", "The reply to connect: state, topics and where they stand, how to come back."),
        "reply": message("Reply", "The reply to a command that worked; data as the REST operation gives it."),
        "refusal": message("Refusal", "The reply to a command that was refused."),
        "events": message("Events", "What happened since the last frame."),
        "reset": message("Reset", "Replaces topics and state: role, settings or the topic's log changed."),
        "ping": _command_message("ping", None, "Renews the resume token: `{resume}`."),
    }
    return found | {name: _command_message(name, COMMANDS[name]) for name in sorted(COMMANDS)}


def _command_message(name: str, command: Callable[..., Any] | None, summary: str = "") -> dict[str, Any]:
    summary = summary or (inspect.getdoc(command) or "").partition("\n\n")[0].replace("\n", " ")
    payload = {"allOf": [{"$ref": f"{_SCHEMAS}Command"}, {"properties": {"do": {"const": name}}}]}
    return {"summary": summary, "payload": payload}


def _operation(action: str, messages: list[str], replies: list[str] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"action": action, "channel": {"$ref": _CHANNEL}, "messages": _named(messages)}
    if replies:
        found["reply"] = {"channel": {"$ref": _CHANNEL}, "messages": _named(replies)}
    return found


def _named(messages: list[str]) -> list[dict[str, str]]:
    return [{"$ref": f"{_CHANNEL}/messages/{name}"} for name in messages]


def asyncapi_document() -> str:
    """The document as text."""
    text: str = yaml.dump(asyncapi(), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
    return text


class _Plain(yaml.SafeDumper):
    """Writes everything out, without YAML references between equal objects."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@require_safe
def asyncapi_view(request: HttpRequest) -> HttpResponse:
    """The file, for anybody."""
    return send_document(request, "asyncapi", MEDIA_TYPE, asyncapi_document)
