"""Cuts secrets out of log lines: named fields, bearer tokens, our own token prefixes, signed query strings."""

import re
from typing import Any

HIDDEN = "[hidden]"
_NAMES = re.compile(
    r"password|secret|token|authorization|cookie|api[-_]?key|stream[-_]?key|ticket|resume", re.IGNORECASE
)
_VALUES = re.compile(
    r"(?P<keep>Bearer\s+)[\w.~+/=-]+"
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"
    r"|\b(?:rt|dt|ac|wk|sk|tk|iv)_[\w-]{16,}"
    r"|(?P<name>\b(?:access_token|token|ticket|code|key|signature|sig|join_request)=)[^&\s\"']+",
    re.IGNORECASE,
)


def redact(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: the event with secrets replaced by ``[hidden]``."""
    return {name: HIDDEN if _NAMES.search(name) else _clean(value) for name, value in event.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _VALUES.sub(lambda m: (m["keep"] or m["name"] or "") + HIDDEN, value)
    if isinstance(value, dict):
        return {key: HIDDEN if _NAMES.search(str(key)) else _clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    return value
