"""AMF 0, the encoding of RTMP's commands (Adobe, "Action Message Format – AMF 0", 2007)."""

import struct
from collections.abc import Mapping
from enum import IntEnum
from typing import TypeAlias

from media.engines.gateway.errors import ProtocolError

Value: TypeAlias = "float | bool | str | list[Value] | dict[str, Value] | None"
Encodable: TypeAlias = "float | bool | str | Mapping[str, Encodable] | None"

DEEPEST = 8
MOST_VALUES = 1000  # values in one message; the longest that encoders send has about thirty


class Marker(IntEnum):
    """The first byte of a value: its type."""

    NUMBER = 0x00
    BOOLEAN = 0x01
    STRING = 0x02
    OBJECT = 0x03
    NULL = 0x05
    UNDEFINED = 0x06
    ECMA_ARRAY = 0x08
    OBJECT_END = 0x09
    STRICT_ARRAY = 0x0A
    DATE = 0x0B
    LONG_STRING = 0x0C
    REFERENCE = 0x07
    UNSUPPORTED = 0x0D
    XML = 0x0F
    TYPED_OBJECT = 0x10


def encode(*values: Encodable) -> bytes:
    """The values one after the other. Strings up to 65,535 bytes; mappings become objects."""
    return b"".join(_encode(value) for value in values)


def _encode(value: Encodable) -> bytes:
    if value is None:
        return bytes([Marker.NULL])
    if isinstance(value, bool):
        return bytes([Marker.BOOLEAN, value])
    if isinstance(value, int | float):
        return struct.pack(">Bd", Marker.NUMBER, value)
    if isinstance(value, str):
        return bytes([Marker.STRING]) + _encode_text(value)
    pairs = b"".join(_encode_text(name) + _encode(item) for name, item in value.items())
    return bytes([Marker.OBJECT]) + pairs + b"\x00\x00" + bytes([Marker.OBJECT_END])


def _encode_text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack(">H", len(raw)) + raw


def decode(data: bytes) -> list[Value]:
    """Every value in ``data``. Raises ProtocolError if it is cut off, nested too deeply or has unknown types."""
    reader = _Reader(data)
    values = []
    while not reader.is_at_end:
        values.append(reader.value())
    return values


def decode_known(data: bytes) -> list[Value]:
    """The values up to the first that is of an unknown type or cut off, with what was read of that one: encoders add
    things of their own that nobody here needs. Raises ProtocolError for what is nested too deeply or has too many
    values.
    """
    reader = _Reader(data)
    values: list[Value] = []
    try:
        while not reader.is_at_end:
            values.append(reader.value())
    except _Unreadable:
        if reader.outermost is not None:
            values.append(reader.outermost)
    return values


class _Unreadable(ProtocolError):
    """A value of an unknown type, or cut off: where the next one begins is not known."""


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._count = 0
        self.outermost: dict[str, Value] | None = None  # the pairs of the value being read, as far as they are

    @property
    def is_at_end(self) -> bool:
        return self._at >= len(self._data)

    def value(self, depth: int = 0) -> Value:
        if depth == 0:
            self.outermost = None
        self._count += 1
        if depth > DEEPEST or self._count > MOST_VALUES:
            raise ProtocolError("An AMF message is nested too deeply or has too many values.")
        match self._take(1)[0]:
            case Marker.NUMBER:
                return self._number()
            case Marker.BOOLEAN:
                return bool(self._take(1)[0])
            case Marker.STRING:
                return self._text(2)
            case Marker.LONG_STRING | Marker.XML:
                return self._text(4)
            case Marker.NULL | Marker.UNDEFINED | Marker.UNSUPPORTED:
                return None
            case Marker.REFERENCE:
                self._take(2)
                return None
            case Marker.DATE:
                moment = self._number()
                self._take(2)  # the time zone, which the specification keeps at zero
                return moment
            case kind:
                return self._several(kind, depth)

    def _several(self, kind: int, depth: int) -> Value:
        match kind:
            case Marker.OBJECT:
                return self._pairs(depth)
            case Marker.TYPED_OBJECT:
                self._text(2)  # its class
                return self._pairs(depth)
            case Marker.ECMA_ARRAY:
                self._take(4)  # the number of pairs; an approximation by the specification, so the end mark decides
                return self._pairs(depth)
            case Marker.STRICT_ARRAY:
                return [self.value(depth + 1) for _ in range(self._integer(4))]
        raise _Unreadable(f"An AMF value has the unknown type {kind}.")

    def _pairs(self, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        if depth == 0:
            self.outermost = found
        while True:
            name = self._text(2)
            if not name and self._data[self._at : self._at + 1] == bytes([Marker.OBJECT_END]):
                self._at += 1
                return found
            found[name] = self.value(depth + 1)

    def _number(self) -> float:
        number: float = struct.unpack(">d", self._take(8))[0]
        return number

    def _integer(self, size: int) -> int:
        return int.from_bytes(self._take(size), "big")

    def _text(self, size: int) -> str:
        return self._take(self._integer(size)).decode("utf-8", "replace")

    def _take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._data):
            raise _Unreadable("An AMF message is cut off.")
        taken = self._data[self._at : end]
        self._at = end
        return taken
