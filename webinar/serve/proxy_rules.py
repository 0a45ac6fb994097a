"""What the proxy to LiveKit lets through: addresses, methods, parameters and headers, each up to a length.

The list is what livekit-client and WHIP encoders (RFC 9725) use. Other parameters and headers are dropped, so that a
newer client still connects.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

#: WebSockets: signalling, of older and of newer clients.
SIGNALLING = frozenset({"/rtc", "/rtc/v1"})
#: Requested by clients whose WebSocket was refused, to learn why.
VALIDATION = frozenset({"/rtc/validate", "/rtc/v1/validate"})
WHIP = "/whip/v1"
#: Resources made by WHIP: LiveKit's id of the connection, and our mark of its maker.
RESOURCE = re.compile(r"/whip/v1/(?P<id>[A-Za-z0-9_-]{1,64})\.(?P<mark>[0-9a-f]{32})")
#: Methods that change something, and therefore need authorisation.
WRITING = frozenset({"POST", "PATCH", "DELETE"})

_READING = frozenset({"GET", "HEAD"})
_SHORT = 256
#: Characters of each parameter; `join_request` holds a compressed offer.
_PARAMETERS = {
    "access_token": 4096,
    "join_request": 49_152,
    **dict.fromkeys(
        (
            *("adaptive_stream", "auto_subscribe", "auto_subscribe_data_track", "browser", "browser_version"),
            *("client_protocol", "device_model", "disable_ice_lite", "network", "os", "os_version", "protocol"),
            *("reconnect", "reconnect_reason", "sdk", "sid", "subscriber_allow_pause", "version"),
        ),
        _SHORT,
    ),
}
_MOST_PARAMETERS = 64
#: Bytes of each header.
_HEADERS = {
    b"authorization": 4096,
    b"content-type": _SHORT,
    b"accept": _SHORT,
    b"if-match": _SHORT,
    b"user-agent": _SHORT,
}


#: What a page of another origin may send, and read of the reply (RFC 9725, §4.2 and §4.7).
_SENDABLE = b"Authorization, Content-Type, If-Match"
_READABLE = b"Location, Link, ETag, Accept-Patch, Allow, Retry-After"
_PREFLIGHT_SECONDS = b"600"


class TooLong(ValueError):
    """A parameter longer than any client makes it."""


def methods_of(path: str) -> frozenset[str]:
    """The HTTP methods allowed for this path; empty for one that does not pass."""
    if path in VALIDATION:
        return _READING
    if path == WHIP:
        return _READING | {"OPTIONS", "POST"}
    if RESOURCE.fullmatch(path):
        return _READING | {"OPTIONS", "PATCH", "DELETE"}
    return frozenset()


def passing_query(raw: bytes) -> str:
    """The parameters that pass, each once, with their question mark. Raises TooLong."""
    try:
        pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise TooLong from None
    kept: dict[str, str] = {}
    for name, value in pairs:
        if len(value) > _PARAMETERS.get(name, len(value)):
            raise TooLong
        if name in _PARAMETERS:
            kept.setdefault(name, value)
    return f"?{urlencode(kept)}" if kept else ""


def passing_headers(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers that pass; those that are too long do not."""
    return {
        name.decode(): value.decode("latin-1")
        for name, value in headers
        if len(value) <= _HEADERS.get(name, -1) and value.isascii()
    }


def is_preflight(scope: Mapping[str, Any]) -> bool:
    """Whether a browser asks if a page of another origin may send its request."""
    asks = any(name == b"access-control-request-method" for name, _value in scope["headers"])
    return bool(scope["method"] == "OPTIONS" and asks)


def preflight(methods: Iterable[str]) -> list[tuple[bytes, bytes]]:
    """The headers that allow these methods to a page of another origin."""
    return [
        (b"access-control-allow-methods", ", ".join(sorted(methods)).encode()),
        (b"access-control-allow-headers", _SENDABLE),
        (b"access-control-max-age", _PREFLIGHT_SECONDS),
    ]


def readable_by(origin: bytes) -> list[tuple[bytes, bytes]]:
    """The headers that let a page of this origin read a reply."""
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", _READABLE),
        (b"vary", b"Origin"),
    ]
