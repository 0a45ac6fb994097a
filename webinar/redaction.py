"""Prepares log lines: removes secrets and bounds length, number and depth of values.

Log values often come from outside. So each value is cut before it is matched, and the expressions take linear time.
"""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

HIDDEN = "[hidden]"
CUT = "[cut]"
LONGEST_NAME = 100
LONGEST_VALUE = 2_000  # longer than any sentence of ours; longer values are paths or headers
LONGEST_TRACE = 20_000  # characters of a traceback, whose beginning and end say the most
MOST_FIELDS = 60  # items of one mapping or list
DEEPEST = 4
LARGEST_NUMBER = 10**30
_TRACES = frozenset({"exception", "stack"})
_PLAIN = (bool, type(None), float, UUID, date, timedelta)

_NAMES = re.compile(
    r"password|secret|token|authorization|cookie|api[-_]?key|stream[-_]?key|ticket|resume", re.IGNORECASE
)
_VALUES = re.compile(
    r"(?P<keep>Bearer\s++)[\w.~+/=-]+"
    # A JSON Web Token, or the beginning of one: what follows "eyJ" is matched whole, so that nothing is read twice.
    r"|\beyJ[\w-]{8,}+(?:\.[\w-]*+)*+"
    r"|\b(?:rt|dt|ac|wk|sk|tk|iv)_[\w-]{16,}"
    r"|(?P<name>\b(?:access_token|token|ticket|code|key|signature|sig|join_request)=)[^&\s\"']+",
    re.IGNORECASE,
)


def redact(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: the event with secrets replaced by ``[hidden]`` and the rest bounded."""
    return _mapping(event, depth=0)


def redact_text(text: str, longest: int = LONGEST_VALUE) -> str:
    """The beginning of ``text``, at most ``longest`` characters, without secrets."""
    kept = text if len(text) <= longest else text[:longest] + CUT
    # Every expression begins with one of these; most lines have none.
    if "=" not in kept and "_" not in kept and not any(sign in kept.lower() for sign in ("eyj", "bearer")):
        return kept
    return _VALUES.sub(lambda found: (found["keep"] or found["name"] or "") + HIDDEN, kept)


def _mapping(fields: dict[Any, Any], depth: int) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for number, (key, value) in enumerate(fields.items()):
        if number == MOST_FIELDS:
            kept[CUT] = len(fields) - MOST_FIELDS
            break
        name, is_secret = _name((key if isinstance(key, str) else repr(key))[: LONGEST_NAME + 1])
        if is_secret:
            kept[name] = HIDDEN
        else:
            kept[name] = _trace(value) if name in _TRACES and isinstance(value, str) else _clean(value, depth + 1)
    return kept


@lru_cache(maxsize=512)
def _name(key: str) -> tuple[str, bool]:
    """A field's name as a line shows it, and whether its value is a secret; the same names come with every line."""
    name = redact_text(key, LONGEST_NAME)
    return name, _NAMES.search(name) is not None


def _clean(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < LARGEST_NUMBER else CUT  # formatting a huge number takes quadratic time
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, bytes | bytearray):
        return redact_text(repr(bytes(value[:LONGEST_VALUE])))
    if isinstance(value, dict | list | tuple) and depth > DEEPEST:
        return CUT
    if isinstance(value, dict):
        return _mapping(value, depth)
    if isinstance(value, list | tuple):
        kept = [_clean(item, depth + 1) for item in value[:MOST_FIELDS]]
        return kept if len(value) <= MOST_FIELDS else [*kept, CUT]
    return redact_text(str(value) if isinstance(value, BaseException) else repr(value))


def _trace(text: str) -> str:
    """The first and the last lines of a traceback: its origin, and the error itself."""
    half = LONGEST_TRACE // 2
    if len(text) <= LONGEST_TRACE:
        return redact_text(text, LONGEST_TRACE)
    # Starts at a whole line: a secret that was cut in two could not be recognised.
    _part, _end, last_lines = text[-half:].partition("\n")
    return f"{redact_text(text[:half], half)}{CUT}\n{redact_text(last_lines, half)}"
