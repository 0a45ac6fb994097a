"""Commands of connected sockets. Each is one function, run in a thread of the sockets; ``ping`` alone is answered on
the loop.

A command gets the connection and its ``data``, calls one service, and returns what the REST operation would; it raises
``core.errors.Problem``.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Problem
from sockets.admission import Connection
from sockets.commands import chat, polls, questions, stage
from sockets.frames import CommandFrame, UnknownCommand, done, failed
from sockets.limits import in_thread

logger = logging.getLogger(__name__)

Command = Callable[[Connection, dict[str, Any]], Any]

COMMANDS: dict[str, Command] = {**chat.COMMANDS, **polls.COMMANDS, **questions.COMMANDS, **stage.COMMANDS}


class Failed(Problem):
    """Our fault."""

    code = "failed"
    sentence = _("Something went wrong on our side. Try again.")


async def run_command(connection: Connection, frame: CommandFrame) -> str:
    """The reply to ``frame``."""
    command = COMMANDS.get(frame.do)
    if command is None:
        return failed(frame.id, UnknownCommand())
    try:
        return done(frame.id, await in_thread(command, connection, frame.data))
    except Problem as problem:
        return failed(frame.id, problem)
    except Exception:
        logger.exception("The command %s failed", frame.do)
        return failed(frame.id, Failed())
