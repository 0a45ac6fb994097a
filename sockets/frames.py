"""Frames of clients: one JSON object in each text frame."""

import json
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError

from core.errors import Problem, Unreadable

MAX_FRAME = 16 * 1024  # bytes

FrameId = int | Annotated[str, Field(max_length=64)] | None


class ConnectFrame(BaseModel):
    """The first frame: ``ticket`` or ``resume``, and the client's last positions."""

    model_config = ConfigDict(strict=True)

    ticket: Annotated[str, Field(max_length=4096)] | None = None
    resume: Annotated[str, Field(max_length=4096)] | None = None
    #: JSON has lists for tuples; what is in them is strict.
    since: Annotated[dict[str, Annotated[tuple[str, int], Strict(False)]], Field(max_length=32)] = {}


class CommandFrame(BaseModel):
    """Every frame: the command, and the number that its reply repeats."""

    model_config = ConfigDict(strict=True, extra="allow")

    id: FrameId = None
    do: Annotated[str, Field(max_length=64)]
    data: dict[str, Any] = {}


class BadFrame(Unreadable):
    """The frame is not a command."""

    code = "bad_frame"
    sentence = _('Send one JSON object as text, such as {"id": 1, "do": "ping"}.')


class BinaryFrame(BadFrame):
    code = "binary_frame"
    sentence = _("Send text frames; binary ones are not understood.")


class FrameTooLarge(BadFrame):
    code = "too_large"
    sentence = _("A frame may have at most 16 KiB.")


class UnknownCommand(Problem):
    code = "unknown_command"
    sentence = _("There is no such command.")


class NotConnected(Problem):
    code = "not_connected"
    sentence = _("Send connect with a ticket first.")


class AlreadyConnected(Problem):
    code = "already_connected"
    sentence = _("This socket is connected already.")


def read_frame(message: dict[str, Any]) -> CommandFrame:
    """The command in an ASGI ``websocket.receive``. Raises BinaryFrame, FrameTooLarge, BadFrame."""
    text = message.get("text")
    if text is None:
        raise BinaryFrame
    if len(text) > MAX_FRAME or len(text.encode()) > MAX_FRAME:
        raise FrameTooLarge
    try:
        return CommandFrame.model_validate_json(text)
    except ValidationError:
        raise BadFrame from None


def read_connect(frame: CommandFrame) -> ConnectFrame:
    """The connect frame in ``frame``. Raises BadFrame."""
    try:
        return ConnectFrame.model_validate(frame.model_extra or {})
    except ValidationError:
        raise BadFrame from None


def done(id: FrameId, data: Any) -> str:
    """The reply to a successful command."""
    return json.dumps({"id": id, "ok": True, "data": data}, ensure_ascii=False, separators=(",", ":"))


def failed(id: FrameId, problem: Problem) -> str:
    """The reply to a refused command; ``retry_after`` (seconds) where waiting helps."""
    error: dict[str, str | int] = {"code": problem.code, "message": str(problem.sentence)}
    if problem.retry_after is not None:
        error["retry_after"] = problem.retry_after
    return json.dumps({"id": id, "ok": False, "error": error}, ensure_ascii=False, separators=(",", ":"))
