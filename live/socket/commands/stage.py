"""Commands about stage."""

from collections.abc import Callable
from typing import Any

from live.socket.admission import Connection

COMMANDS: dict[str, Callable[[Connection, dict[str, Any]], Any]] = {}
