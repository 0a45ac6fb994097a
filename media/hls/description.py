"""Reads size and codecs of the tracks from an initialization section, for playlists.

ISO/IEC 14496-12 (boxes), 14496-15 (avcC), 14496-1 (descriptors); codec names after RFC 6381.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = struct.Struct(">I4s")
_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
_VISUAL_FIELDS, _AUDIO_FIELDS = 78, 28  # bytes of a sample entry before the boxes in it
_DECODER_CONFIG, _DECODER_SPECIFIC = 4, 5  # tags of descriptors


@dataclass(frozen=True, slots=True)
class Description:
    """One rendition. ``codecs`` in the order of its tracks; 0×0 without video."""

    width: int
    height: int
    codecs: tuple[str, ...]


def describe(initial: bytes) -> Description:
    """Parse an initialization section (ftyp and moov). Raises ValueError if it is not one that we know."""
    try:
        width = height = 0
        codecs = []
        for kind, entry in _sample_entries(initial):
            if kind == b"avc1":
                width, height = struct.unpack_from(">HH", entry, 24)
                codecs.append(f"avc1.{_child(entry[_VISUAL_FIELDS:], b'avcC')[1:4].hex()}")
            elif kind == b"mp4a":
                codecs.append(_sound(_child(entry[_AUDIO_FIELDS:], b"esds")[4:]))
    except (struct.error, IndexError) as error:
        raise ValueError("The initialization section is not whole.") from error
    if not codecs:
        raise ValueError("The initialization section has no track that we know.")
    return Description(width, height, tuple(codecs))


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + _HEADER.size <= len(data):
        length, kind = _HEADER.unpack_from(data, place)
        if length < _HEADER.size or place + length > len(data):
            raise ValueError("A box is not whole.")
        yield kind, data[place + _HEADER.size : place + length]
        place += length


def _sample_entries(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    for kind, body in _boxes(data):
        if kind in _CONTAINERS:
            yield from _sample_entries(body)
        elif kind == b"stsd":
            yield from _boxes(body[8:])


def _child(data: bytes, wanted: bytes) -> bytes:
    for kind, body in _boxes(data):
        if kind == wanted:
            return body
    raise ValueError(f"A sample entry has no {wanted.decode()}.")


def _sound(descriptors: bytes) -> str:
    """``mp4a.40.2`` and the like: the object type, then the MPEG-4 audio object type."""
    tag, body = _descriptor(descriptors)
    body = body[3:]  # the stream's number and flags, which are 0 in files
    tag, body = _descriptor(body)
    if tag != _DECODER_CONFIG:
        raise ValueError("The audio descriptor is invalid.")
    kind = body[0]
    tag, specific = _descriptor(body[13:])
    return f"mp4a.{kind:02x}.{specific[0] >> 3}" if tag == _DECODER_SPECIFIC else f"mp4a.{kind:02x}"


def _descriptor(data: bytes) -> tuple[int, bytes]:
    """The first descriptor: its tag and contents. Lengths have 7 bits a byte; the highest bit says that more follow."""
    length, place = 0, 1
    while True:
        byte = data[place]
        place += 1
        length = length << 7 | byte & 0x7F
        if byte < 0x80:
            return data[0], data[place : place + length]
