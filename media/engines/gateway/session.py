"""One RTMP connection as the server sees it, without its socket: the handshake, the commands, then media.

``receive`` takes bytes, ``next_event`` returns what they mean, ``outgoing`` is what must be sent to the peer. A media
message before the publisher is accepted is an error, so that nothing is read before the check.
"""

import math
import os
import struct
from dataclasses import dataclass, field
from enum import Enum

from media.engines.gateway import amf
from media.engines.gateway.chunks import LARGEST_CHUNK_SIZE, ChunkReader, ChunkWriter, Message, MessageType
from media.engines.gateway.errors import ProtocolError

VERSION = 3
HANDSHAKE_BYTES = 1536
COMMAND_BYTES = 65_536  # the limit of a message before the publisher is accepted
WINDOW_BYTES = 2_500_000
PUBLISH_STREAM = 1  # the only message stream that we hand out
CONTROL_CHUNKS, COMMAND_CHUNKS = 2, 3
LONGEST_NAME = 256
PING_REQUEST, PING_RESPONSE, STREAM_BEGIN = 6, 7, 0
DYNAMIC_PEER_LIMIT = 2


@dataclass(frozen=True, slots=True)
class PublishWanted:
    """The peer wants to publish. The key is a secret and left out of the representation."""

    app: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Audio:
    """An FLV audio tag's body; ``timestamp`` in milliseconds, wrapping at 2³²."""

    timestamp: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Video:
    """An FLV video tag's body; ``timestamp`` in milliseconds, wrapping at 2³²."""

    timestamp: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The encoder's metadata; unverified."""

    values: dict[str, amf.Value]


@dataclass(frozen=True, slots=True)
class Unpublished:
    """The publisher stops on purpose."""


Event = PublishWanted | Audio | Video | Metadata | Unpublished


class State(Enum):
    HELLO = "waiting for the version and the peer's half of the handshake"
    ECHO = "waiting for the echo of ours"
    COMMANDS = "commands"
    ASKING = "a publisher waits for its answer"
    PUBLISHING = "media"


class RtmpSession:
    """The server's side of one connection. Raises ProtocolError; the connection must then be closed."""

    def __init__(self, message_bytes: int) -> None:
        self.state = State.HELLO
        self._message_bytes = message_bytes
        self._handshake = bytearray()
        self._chunks = ChunkReader(min(message_bytes, COMMAND_BYTES))
        self._writer = ChunkWriter()
        self._out = bytearray()
        self._app = ""
        self._received = self._acknowledged = 0
        self._window = WINDOW_BYTES
        self._publish_stream = PUBLISH_STREAM

    @property
    def has_shaken_hands(self) -> bool:
        """Whether the peer speaks RTMP, so that it can be told something."""
        return self.state not in {State.HELLO, State.ECHO}

    def outgoing(self) -> bytes:
        """Bytes to send to the peer now; each is returned once."""
        out, self._out = bytes(self._out), bytearray()
        return out

    def receive(self, data: bytes) -> None:
        """Take bytes from the peer."""
        self._received += len(data)
        if self._received - self._acknowledged >= self._window:
            self._acknowledged = self._received
            self._control(MessageType.ACKNOWLEDGEMENT, struct.pack(">I", self._received & 0xFFFFFFFF))
        if self.state in {State.HELLO, State.ECHO}:
            self._handshake += data
            self._shake_hands()
        else:
            self._chunks.feed(data)

    def next_event(self) -> Event | None:
        """The peer's next event; None until more has been received, or while its request to publish is unanswered."""
        while self.state in {State.COMMANDS, State.PUBLISHING}:
            message = self._chunks.next_message()
            if message is None:
                return None
            if event := self._read(message):
                return event
        return None

    def accept(self) -> None:
        """Let the publisher send media."""
        self._expect(State.ASKING)
        self.state = State.PUBLISHING
        self._chunks.message_bytes = self._message_bytes
        self._control(MessageType.USER_CONTROL, struct.pack(">HI", STREAM_BEGIN, self._publish_stream))
        self._status("status", "NetStream.Publish.Start", "Publishing.")

    def refuse(self, code: str, description: str) -> None:
        """Tell a publisher, waiting or already publishing, why it is refused. Close the connection afterwards."""
        self._status("error", code, description)

    def _expect(self, state: State) -> None:
        if self.state is not state:
            raise ProtocolError(f"This belongs to another state: {state.value}.")

    def _shake_hands(self) -> None:
        """The simple handshake (chapter 5.2): version and 1,536 bytes each way, each echoed."""
        if self.state is State.HELLO and self._handshake:
            if self._handshake[0] != VERSION:
                raise ProtocolError("The peer does not speak RTMP.")
            if len(self._handshake) > HANDSHAKE_BYTES:
                theirs = self._handshake[1 : 1 + HANDSHAKE_BYTES]
                del self._handshake[: 1 + HANDSHAKE_BYTES]
                self._out += bytes([VERSION]) + bytes(8) + os.urandom(HANDSHAKE_BYTES - 8) + theirs
                self.state = State.ECHO
        # The echo is not compared, so that encoders that sign it differently work too.
        if self.state is State.ECHO and len(self._handshake) >= HANDSHAKE_BYTES:
            self._chunks.feed(bytes(self._handshake[HANDSHAKE_BYTES:]))
            self._handshake.clear()
            self.state = State.COMMANDS

    def _read(self, message: Message) -> Event | None:
        body = message.body
        match message.type:
            case MessageType.AUDIO | MessageType.VIDEO | MessageType.DATA | MessageType.DATA_AMF3:
                self._expect(State.PUBLISHING)
                return self._media(message)
            case MessageType.COMMAND:
                return self._command(amf.decode_known(body), message.stream)
            case MessageType.COMMAND_AMF3:  # an AMF 0 message after a byte that says so
                return self._command(amf.decode_known(body[1:]), message.stream)
            case MessageType.SET_CHUNK_SIZE:
                self._chunks.chunk_size = min(_integer(body) & 0x7FFFFFFF, LARGEST_CHUNK_SIZE)
                if not self._chunks.chunk_size:
                    raise ProtocolError("A chunk size of zero.")
            case MessageType.ABORT:
                self._chunks.abort(_integer(body))
            case MessageType.WINDOW_SIZE:
                self._window = max(_integer(body) // 2, 1024)
            case MessageType.USER_CONTROL if len(body) >= 6 and int.from_bytes(body[:2], "big") == PING_REQUEST:
                self._control(MessageType.USER_CONTROL, struct.pack(">H", PING_RESPONSE) + body[2:6])
        return None

    def _media(self, message: Message) -> Event | None:
        if not message.body:
            return None
        if message.type == MessageType.AUDIO:
            return Audio(message.timestamp, message.body)
        if message.type == MessageType.VIDEO:
            return Video(message.timestamp, message.body)
        try:
            values = amf.decode_known(message.body if message.type == MessageType.DATA else message.body[1:])
        except ProtocolError:
            return None  # the stream can be shown without its description
        described = next((value for value in values if isinstance(value, dict)), None)
        return None if described is None else Metadata(described)

    def _command(self, values: list[amf.Value], stream: int) -> Event | None:
        name = values[0] if values else None
        transaction = values[1] if len(values) > 1 else 0
        if not isinstance(name, str) or not isinstance(transaction, float | int):
            if self.state is State.PUBLISHING:
                return None  # nothing that is needed any more
            raise ProtocolError("A command without a name or a number.")
        match name:
            case "connect":
                self._connect(transaction, values[2] if len(values) > 2 else None)
            case "createStream":
                self._reply(transaction, None, PUBLISH_STREAM)
            case "releaseStream" | "FCPublish":
                self._reply(transaction, None, None)
            case "publish":
                self._expect(State.COMMANDS)
                self.state = State.ASKING
                self._publish_stream = stream
                return PublishWanted(self._app, _name(values[3] if len(values) > 3 else None))
            case "FCUnpublish" | "deleteStream" | "closeStream":
                return Unpublished() if self.state is State.PUBLISHING else None
            case "play":
                raise ProtocolError("This server only takes streams.")
        return None

    def _connect(self, transaction: float, described: amf.Value) -> None:
        self._expect(State.COMMANDS)
        self._app = _name(described.get("app") if isinstance(described, dict) else None)
        self._control(MessageType.WINDOW_SIZE, struct.pack(">I", WINDOW_BYTES))
        self._control(MessageType.PEER_BANDWIDTH, struct.pack(">IB", WINDOW_BYTES, DYNAMIC_PEER_LIMIT))
        self._control(MessageType.SET_CHUNK_SIZE, struct.pack(">I", self._writer.chunk_size))
        self._reply(
            transaction,
            {"fmsVer": "FMS/3,0,1,123", "capabilities": 31},
            {
                "level": "status",
                "code": "NetConnection.Connect.Success",
                "description": "Connected.",
                "objectEncoding": 0,
            },
        )

    def _reply(self, transaction: float, *values: amf.Encodable) -> None:
        if math.isfinite(transaction):
            self._send(COMMAND_CHUNKS, MessageType.COMMAND, 0, amf.encode("_result", transaction, *values))

    def _status(self, level: str, code: str, description: str) -> None:
        status = amf.encode("onStatus", 0, None, {"level": level, "code": code, "description": description[:1000]})
        self._send(COMMAND_CHUNKS, MessageType.COMMAND, self._publish_stream, status)

    def _control(self, type: MessageType, body: bytes) -> None:
        self._send(CONTROL_CHUNKS, type, 0, body)

    def _send(self, chunk_stream: int, type: MessageType, stream: int, body: bytes) -> None:
        self._out += self._writer.message(chunk_stream, type, stream, body)


def _integer(body: bytes) -> int:
    if len(body) < 4:
        raise ProtocolError("A control message is cut off.")
    return int.from_bytes(body[:4], "big")


def _name(value: amf.Value) -> str:
    """An application or a key: the part before a query, without slashes around it."""
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        raise ProtocolError("The application or the stream key is missing or too long.")
    return value.split("?")[0].strip("/")
