"""RTMP's chunk stream (Adobe, "RTMP specification 1.0", 2012, chapter 5): messages cut into chunks, and back.

Without sockets: bytes go in, messages come out.
"""

import struct
from dataclasses import dataclass, field
from enum import IntEnum

from media.engines.gateway.errors import LimitExceeded, ProtocolError

FIRST_CHUNK_SIZE = 128  # until the peer sets another size
LARGEST_CHUNK_SIZE = 0xFFFFFF  # a message's length has three bytes
MOST_CHUNK_STREAMS = 32  # encoders use four or five
EXTENDED = 0xFFFFFF
HEADER_SIZES = (11, 7, 3, 0)


class MessageType(IntEnum):
    SET_CHUNK_SIZE = 1
    ABORT = 2
    ACKNOWLEDGEMENT = 3
    USER_CONTROL = 4
    WINDOW_SIZE = 5
    PEER_BANDWIDTH = 6
    AUDIO = 8
    VIDEO = 9
    DATA_AMF3 = 15
    COMMAND_AMF3 = 17
    DATA = 18
    COMMAND = 20


@dataclass(frozen=True, slots=True)
class Message:
    """``timestamp`` in milliseconds, wrapping at 2³²; ``stream`` is the message stream's id."""

    type: int
    timestamp: int
    stream: int
    body: bytes = field(repr=False)


@dataclass(slots=True)
class _ChunkStream:
    """The header fields that the next chunk of this chunk stream may omit."""

    timestamp: int = 0
    delta: int = 0
    length: int = 0
    type: int = 0
    stream: int = 0
    extended: int | None = None
    body: bytearray = field(default_factory=bytearray)
    is_inside: bool = False  # in a message of several chunks


class ChunkReader:
    """Takes bytes as they arrive and returns whole messages.

    ``message_bytes`` bounds one message and also all unfinished ones together. Raises ProtocolError and LimitExceeded;
    nothing can be read after that.
    """

    def __init__(self, message_bytes: int) -> None:
        self.message_bytes = message_bytes
        self.chunk_size = FIRST_CHUNK_SIZE
        self._buffer = bytearray()
        self._streams: dict[int, _ChunkStream] = {}
        self._current: _ChunkStream | None = None  # whose chunk has its header read but not its payload

    def feed(self, data: bytes) -> None:
        """Append received bytes."""
        self._buffer += data

    def next_message(self) -> Message | None:
        """The next whole message, or None until more has arrived.

        Messages may change how the following bytes are read (``chunk_size``, ``abort``): handle each before the next.
        """
        while True:
            if self._current is None:
                self._current = self._read_header()
            if self._current is None:
                return None
            stream = self._current
            size = min(self.chunk_size, stream.length - len(stream.body))
            if len(self._buffer) < size:
                return None
            stream.body += self._buffer[:size]
            del self._buffer[:size]
            self._current = None
            stream.is_inside = len(stream.body) < stream.length
            if not stream.is_inside:
                message = Message(stream.type, stream.timestamp, stream.stream, bytes(stream.body))
                stream.body.clear()
                return message

    def abort(self, identifier: int) -> None:
        """Drop the unfinished message of a chunk stream."""
        if stream := self._streams.get(identifier):
            stream.body.clear()
            stream.is_inside = False

    def _read_header(self) -> _ChunkStream | None:
        """Take the next chunk's header off the buffer; None while it is incomplete."""
        buffer = self._buffer
        if not buffer:
            return None
        shape, identifier, at = buffer[0] >> 6, buffer[0] & 0x3F, 1
        if identifier < 2:  # the larger identifiers take one or two further bytes
            at = 2 + identifier
            if len(buffer) < at:
                return None
            identifier = 64 + buffer[1] + (256 * buffer[2] if identifier else 0)
        end = at + HEADER_SIZES[shape]
        if len(buffer) < end:
            return None
        stream = self._stream(identifier, shape)
        header = bytes(buffer[at:end])
        time = int.from_bytes(header[:3], "big") if shape < 3 else 0
        is_extended = time == EXTENDED if shape < 3 else stream.extended is not None
        extended = None
        if is_extended:
            if len(buffer) < end + 4:
                return None
            extended = int.from_bytes(buffer[end : end + 4], "big")
            if shape < 3 or not stream.is_inside or extended == stream.extended:
                end += 4
            # Otherwise the encoder does not repeat the extended timestamp, and these bytes are payload.
        if shape < 3:
            self._begin(stream, shape, header, time if extended is None else extended)
            stream.extended = extended
        elif not stream.is_inside:
            stream.timestamp = (stream.timestamp + stream.delta) & 0xFFFFFFFF
        self._check_limits(stream)
        del buffer[:end]
        return stream

    def _stream(self, identifier: int, shape: int) -> _ChunkStream:
        stream = self._streams.get(identifier)
        if stream is None:
            if shape:
                raise ProtocolError("A chunk stream begins with an incomplete header.")
            if len(self._streams) >= MOST_CHUNK_STREAMS:
                raise LimitExceeded("Too many chunk streams.")
            stream = self._streams[identifier] = _ChunkStream()
        return stream

    def _begin(self, stream: _ChunkStream, shape: int, header: bytes, time: int) -> None:
        """Apply a header that begins a message. ``time`` is absolute in the full header and a difference in others."""
        if stream.is_inside:
            raise ProtocolError("A message begins inside another one of its chunk stream.")
        if shape < 2:
            stream.length, stream.type = int.from_bytes(header[3:6], "big"), header[6]
        if shape == 0:
            stream.stream = int.from_bytes(header[7:11], "little")
            stream.timestamp = time
            # A chunk without a header would add this again (chapter 5.3.1.2.4). No encoder means hours by that.
            stream.delta = time if time < EXTENDED else 0
        else:
            stream.delta = time
            stream.timestamp = (stream.timestamp + time) & 0xFFFFFFFF

    def _check_limits(self, stream: _ChunkStream) -> None:
        unfinished = sum(len(other.body) for other in self._streams.values() if other is not stream)
        if stream.length + unfinished > self.message_bytes:
            raise LimitExceeded("A message is too large.")


class ChunkWriter:
    """Cuts messages into chunks, each with the full header: we send so little that shorter ones would gain nothing."""

    chunk_size = 4096

    def message(self, chunk_stream: int, type: MessageType, stream: int, body: bytes) -> bytes:
        """One message at time zero. ``chunk_stream`` from 2 to 63."""
        first = bytes([chunk_stream]) + b"\x00\x00\x00" + len(body).to_bytes(3, "big") + bytes([type])
        parts = [body[at : at + self.chunk_size] for at in range(0, len(body), self.chunk_size)]
        following = bytes([0xC0 | chunk_stream])
        return first + struct.pack("<I", stream) + following.join(parts)
