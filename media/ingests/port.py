"""The ingest port: takes a host's stream from an encoder and brings it into the session's media room.

The engine behind it is ``gateway`` (``media.engines.gateway``): RTMP in, WHIP out, in a child process. Another one,
such as LiveKit's Ingress, would implement :class:`IngestEngine` and emit the same events. An *ingest* is one session's
stream; it outlives the encoder's connections, which may break and come back.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Literal, Protocol

import structlog
from pydantic import Field, TypeAdapter, ValidationError

from media.engine import EngineProcess

logger = structlog.get_logger(__name__)

Mode = Literal["passthrough", "reencode"]
WarningCode = Literal[
    "b_frames",
    "keyframe_interval",
    "low_bitrate",
    "high_bitrate",
    "no_audio",
    "no_video",
    "unsupported_codec",
    "reencoding",
]  # as sentences: see the health of the session
BAD_NAME = "NetStream.Publish.BadName"


@dataclass(frozen=True, slots=True)
class Listen:
    """Where encoders connect. Port 0 takes any free one, which ``Listening`` reports."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of publishers. Seconds, bytes, and kbit/s of one publisher over a minute.

    A publisher that sends no media for ``silence_seconds`` is disconnected; one whose connection broke may come back
    within ``reconnect_seconds``, while its place in the room is kept. Another one with the same key is refused, unless
    nothing has arrived for ``takeover_seconds``. ``connections`` publish; in addition ``unaccepted`` connections may be
    open that have not shown a valid key yet. A newcomer replaces the oldest of the network that has most of those. An
    IPv6 address counts as its /64.
    """

    connections: int = 50
    connections_per_address: int = 10
    unaccepted: int = 20
    unaccepted_per_address: int = 4
    handshake_seconds: float = 10
    silence_seconds: float = 20
    max_kbps: int = 20_000
    message_bytes: int = 4_000_000
    reconnect_seconds: float = 20
    takeover_seconds: float = 5


@dataclass(frozen=True, slots=True)
class Reencode:
    """How to re-encode streams that browsers cannot decode as they come: x264's preset, and the bit rate."""

    preset: str = "superfast"
    max_kbps: int = 2500


@dataclass(frozen=True, slots=True)
class IngestConfiguration:
    """Everything that an ingest engine gets when it starts."""

    listen: Listen
    limits: Limits = field(default_factory=Limits)
    reencode: Reencode = field(default_factory=Reencode)


@dataclass(frozen=True, slots=True)
class Listening:
    """The engine is ready; encoders may connect to this port."""

    event: Literal["listening"]
    at: float
    port: int


@dataclass(frozen=True, slots=True)
class PublishWanted:
    """An encoder shows a stream key. Answer with ``accept`` or ``refuse``; its media is not read before.

    The key is a secret: it is left out of the representation, and must not be logged.
    """

    event: Literal["publish_wanted"]
    at: float
    connection: str
    address: str
    app: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What the encoder sends; ``fps`` and ``encoder`` are its own statements, None and empty if it makes none."""

    codec: str
    width: int
    height: int
    fps: float | None
    encoder: str = ""


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What the encoder sends; ``sample_rate`` in Hz."""

    codec: str
    sample_rate: int
    channels: int


@dataclass(frozen=True, slots=True)
class Publishing:
    """Media arrives. Sent again when the mode changes, and for each further connection of the encoder."""

    event: Literal["publishing"]
    at: float
    ingest: str
    connection: str
    video: VideoFacts | None
    audio: AudioFacts | None
    mode: Mode


@dataclass(frozen=True, slots=True)
class Health:
    """Measured over the last two seconds. ``last_packet_at`` is Unix time; ``cpu`` is the engine's share of one core.

    ``is_publishing``: an encoder is connected. ``is_connected``: the media room receives its media. ``late``: packets
    and frames dropped so far because the machine was too slow. ``warnings``: the codes of all present warnings.
    """

    event: Literal["health"]
    at: float
    ingest: str
    video_kbps: float
    audio_kbps: float
    fps: float
    width: int
    height: int
    codec: str | None
    keyframe_interval: float | None
    has_b_frames: bool
    has_audio: bool
    last_packet_at: float | None
    mode: Mode | None
    cpu: float
    late: int
    is_publishing: bool
    is_connected: bool
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class IngestWarning:
    """A fault that viewers will notice, sent when it begins.

    ``seconds`` belongs to keyframe_interval, ``video_kbps`` to low_bitrate, ``kbps`` and ``max_kbps`` to
    high_bitrate, ``kind`` and ``codec`` to
    unsupported_codec, ``reason`` (b_frames, profile, aspect) to reencoding.
    """

    event: Literal["warning"]
    at: float
    ingest: str
    code: WarningCode
    seconds: float | None = None
    video_kbps: float | None = None
    kbps: float | None = None
    max_kbps: int | None = None
    kind: Literal["audio", "video"] | None = None
    codec: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The encoder's connection ended, and it may come back. ``reason`` is a code: connection_lost, silent, superseded
    (by another encoder with the key), limit, protocol_error. ``detail``: with the last two, what was wrong.
    """

    event: Literal["interrupted"]
    at: float
    ingest: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Resumed:
    """An encoder resumed the ingest."""

    event: Literal["resumed"]
    at: float
    ingest: str
    connection: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The ingest is over; the next stream with this key begins a new one.

    ``reason``: that of the interruption from which the encoder did not come back, or unpublished (stopped on purpose),
    unsupported_codec, dropped. ``detail``: as there, or the codec.
    """

    event: Literal["ended"]
    at: float
    ingest: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WhipConnected:
    """The media room receives the stream."""

    event: Literal["whip_connected"]
    at: float
    ingest: str


@dataclass(frozen=True, slots=True)
class WhipLost:
    """The connection to the media room was lost, or the room removed the stream. The engine reconnects with a new
    token.
    """

    event: Literal["whip_lost"]
    at: float
    ingest: str


@dataclass(frozen=True, slots=True)
class TokenWanted:
    """The engine wants to connect to the media room again. Answer with ``give_token``, or with ``drop``."""

    event: Literal["token_wanted"]
    at: float
    ingest: str
    reason: str


IngestEvent = (
    Listening
    | PublishWanted
    | Publishing
    | Health
    | IngestWarning
    | Interrupted
    | Resumed
    | Ended
    | WhipConnected
    | WhipLost
    | TokenWanted
)

_events: TypeAdapter[IngestEvent] = TypeAdapter(Annotated[IngestEvent, Field(discriminator="event")])


def read_event(values: dict[str, Any]) -> IngestEvent | None:
    """Parse an event of an engine; None for lines that are no event of this port, such as logs. Raises ValueError."""
    if values.get("event") == "log":
        return None
    try:
        return _events.validate_python(values)
    except ValidationError as error:
        # The values may contain a key, so only the location of the fault is reported.
        places = sorted({".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)})
        raise ValueError(f"An ingest event is invalid: {', '.join(places)}") from None


class IngestEngine(Protocol):
    """Runs ingests. Its events come on a thread of its own, one at a time."""

    def start(self) -> None:
        """Start listening; ``Listening`` follows. Raises OSError."""

    def accept(self, connection: str, *, ingest: str, whip_url: str, token: str) -> None:
        """Let the encoder stream into the media room that the token opens."""

    def refuse(self, connection: str, *, description: str, code: str = BAD_NAME) -> None:
        """Refuse the encoder; some show the description."""

    def drop(self, ingest: str, *, description: str) -> None:
        """End an ingest and disconnect its encoder."""

    def give_token(self, ingest: str, *, whip_url: str, token: str) -> None:
        """Answer ``TokenWanted``."""

    def stop(self, seconds: float) -> int | None:
        """End every ingest, then the engine; returns its exit status. Must not be called from its events."""


class Gateway:
    """The engine ``gateway``: one child process for all encoders."""

    def __init__(
        self,
        configuration: IngestConfiguration,
        on_event: Callable[[IngestEvent], None],
        on_exit: Callable[[int], None] = lambda status: None,
    ) -> None:
        self._on_event = on_event
        self.process = EngineProcess("gateway", asdict(configuration), self._read, on_exit)

    def start(self) -> None:
        """Start the child. Raises OSError."""
        self.process.start()

    def accept(self, connection: str, *, ingest: str, whip_url: str, token: str) -> None:
        """Let the encoder stream; another one that already streams into this ingest keeps its place."""
        self.process.send(
            {"do": "accept", "connection": connection, "ingest": ingest, "whip_url": whip_url, "token": token}
        )

    def refuse(self, connection: str, *, description: str, code: str = BAD_NAME) -> None:
        """Refuse the encoder."""
        self.process.send({"do": "refuse", "connection": connection, "code": code, "description": description})

    def drop(self, ingest: str, *, description: str) -> None:
        """End an ingest and disconnect its encoder."""
        self.process.send({"do": "drop", "ingest": ingest, "description": description})

    def give_token(self, ingest: str, *, whip_url: str, token: str) -> None:
        """Answer ``TokenWanted``."""
        self.process.send({"do": "token", "ingest": ingest, "whip_url": whip_url, "token": token})

    def stop(self, seconds: float) -> int | None:
        """End every ingest, then the child; returns its exit status."""
        return self.process.stop(seconds)

    def _read(self, values: dict[str, Any]) -> None:
        try:
            event = read_event(values)
        except ValueError as error:
            logger.warning("The gateway sent an unknown event", reason=str(error), kind=str(values.get("event")))
            return
        if event is not None:
            self._on_event(event)
