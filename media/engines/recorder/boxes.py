"""Splits the byte stream of a fragmented MP4 into its initialization section and fragments (ISO/IEC 14496-12, §4.2 and
§8.8).
"""

import struct
from dataclasses import dataclass

HEADER = struct.Struct(">I4s")
INITIAL = {b"ftyp", b"moov"}
FRAGMENT = {b"styp", b"sidx", b"moof", b"mdat"}


class NotFragmented(Exception):
    """A box that our fragmented MP4 never has."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The initialization section, or one fragment: moof and mdat."""

    is_initial: bool
    data: bytes


class Splitter:
    """A file that the muxer writes to; :meth:`pieces` returns the complete pieces."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._current = bytearray()
        self._pieces: list[Piece] = []

    def write(self, data: bytes) -> int:
        """Called by the muxer with bytes that may be cut anywhere."""
        self._waiting += data
        return len(data)

    def pieces(self) -> list[Piece]:
        """The pieces completed since the last call. Raises NotFragmented."""
        while len(self._waiting) >= HEADER.size:
            length, kind = HEADER.unpack_from(self._waiting)
            if length < HEADER.size:  # lengths 0 and 1 mean unknown and 64 bits, which our segments never need
                raise NotFragmented(f"A box {kind!r} of length {length}.")
            if len(self._waiting) < length:
                break
            if kind in INITIAL or kind in FRAGMENT:
                self._current += self._waiting[:length]
            elif kind not in {b"free", b"skip", b"mfra"}:
                raise NotFragmented(f"A box {kind!r}.")
            del self._waiting[:length]
            if kind in {b"moov", b"mdat"}:
                self._pieces.append(Piece(kind == b"moov", bytes(self._current)))
                self._current.clear()
        pieces, self._pieces = self._pieces, []
        return pieces
