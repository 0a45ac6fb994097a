"""The capture port: records a session's stage into files and makes its HLS segments meanwhile.

The engine behind it is ``recorder`` (``media.engines.recorder``), one child process for each capture. Another one, such
as LiveKit's Egress, would implement :class:`CaptureEngine`, emit the same events and write the same files. A capture's
folder holds ``part-0000.mp4`` and so on, each playable up to about two seconds before a crash; for each rendition
``720p/init-0.mp4`` and ``720p/00000000.m4s`` and so on, CMAF-like, beginning with key frames; and ``journal.jsonl``,
with a line for each ``PartBegun``, ``PartClosed`` and ``SegmentMade``, which is authoritative after a crash. The engine
writes no playlists: they are made from the journal. A restarted engine gets :func:`next_numbers` of the journal and
goes on.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

import structlog
from pydantic import Field, TypeAdapter, ValidationError

from media.engine import EngineProcess

logger = structlog.get_logger(__name__)

JOURNAL = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class LiveKit:
    """The room; ``token`` is for a hidden participant who may only subscribe."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Video:
    """The main encoding (H.264 by x264: its preset and quality). Its rendition is named by its height, such as 720p."""

    width: int = 1280
    height: int = 720
    fps: int = 30
    crf: int = 23
    max_kbps: int = 3000
    preset: str = "veryfast"


@dataclass(frozen=True, slots=True)
class Rendition:
    """A further, smaller rendition. ``name`` is also the name of its folder."""

    name: str = "360p"
    height: int = 360
    max_kbps: int = 600


@dataclass(frozen=True, slots=True)
class Look:
    """The preset's branding: colour as #1d4ed8, logo as the path of an image."""

    color: str
    logo: str | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences in the session's language. ``slate``: shown while nobody can be seen."""

    slate: str


@dataclass(frozen=True, slots=True)
class Staging:
    """How the crew arranged the stage: ``screen``, ``grid``, ``speaker``, ``spotlight`` or ``side_by_side``.

    ``spotlight``: the identities of who is shown alone with that layout; nobody else is.
    """

    layout: str = "screen"
    spotlight: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaptureConfiguration:
    """Everything that a capture engine gets when it starts.

    ``hosts``: identities that come first in the picture. ``delay_ms``: how far it stays behind real time, so that late
    frames still fit in. ``first_part`` and ``first_segment``: where to go on after a restart.
    """

    capture: str
    folder: str
    livekit: LiveKit
    look: Look
    texts: Texts
    video: Video = field(default_factory=Video)
    segment_seconds: int = 2
    renditions: tuple[Rendition, ...] = ()
    hosts: tuple[str, ...] = ()
    staging: Staging = field(default_factory=Staging)
    delay_ms: int = 400
    is_hidden: bool = False
    first_part: int = 0
    first_segment: int = 0


@dataclass(frozen=True, slots=True)
class Ready:
    """The engine is in the room, and its first part is open. Sent once in each run."""

    event: Literal["ready"]
    at: float


@dataclass(frozen=True, slots=True)
class PartBegun:
    """A part's first frame, a key frame, was taken at ``started_at`` (Unix seconds).

    ``media_start`` is the same moment on the capture's clock: seconds since its first part began, including restarts
    and the gaps between. ``mark`` is that of the :meth:`CaptureEngine.mark` it answers.
    """

    event: Literal["part"]
    at: float
    part: int
    file: str
    mark: str | None
    started_at: float
    media_start: float


@dataclass(frozen=True, slots=True)
class PartClosed:
    """A part is complete. ``duration`` in seconds. A part without this event was cut off by a crash."""

    event: Literal["part_closed"]
    at: float
    part: int
    file: str
    duration: float
    bytes: int


@dataclass(frozen=True, slots=True)
class SegmentMade:
    """A segment is complete. ``file`` and ``init``, its initialization section, are relative to the folder.

    ``started_at`` and ``media_start``: as for a part. ``discontinuity``: it does not follow on from the one before.
    Renditions have the same boundaries and numbers; after a crash one may lack the last number that another has.
    """

    event: Literal["segment"]
    at: float
    rendition: str
    sequence: int
    file: str
    init: str
    duration: float
    bytes: int
    started_at: float
    media_start: float
    discontinuity: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody's camera or screen as received: 0×0 while muted."""

    identity: str
    is_screen: bool
    width: int
    height: int
    fps: float
    has_audio: bool


@dataclass(frozen=True, slots=True)
class Health:
    """Sent every two seconds. ``fps``: frames made in time per second; ``encoded`` and ``late`` (dropped): since the
    start.

    ``kbps`` of the main rendition with sound, ``cpu`` in cores, ``av_offset_ms``: the largest difference between video
    and sound that is being corrected.
    """

    event: Literal["health"]
    at: float
    fps: float
    encoded: int
    late: int
    kbps: int
    cpu: float
    av_offset_ms: int
    sources: list[Source]


@dataclass(frozen=True, slots=True)
class TokenWanted:
    """The engine wants to connect to the room again: answer with ``give_token``. Repeated every few seconds."""

    event: Literal["token_wanted"]
    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class Connected:
    """The engine is in the room, for the first time or again."""

    event: Literal["connected"]
    at: float


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection to the room was lost; the slate is recorded until the engine is back. ``reason``: LiveKit's, in
    lower case.
    """

    event: Literal["disconnected"]
    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class Finished:
    """All files are closed; the engine ends. ``parts``: how many this run made."""

    event: Literal["finished"]
    at: float
    parts: int


Recorded = PartBegun | PartClosed | SegmentMade
CaptureEvent = Ready | Recorded | Health | TokenWanted | Connected | Disconnected | Finished

_events: TypeAdapter[CaptureEvent] = TypeAdapter(Annotated[CaptureEvent, Field(discriminator="event")])
_recorded: TypeAdapter[Recorded] = TypeAdapter(Annotated[Recorded, Field(discriminator="event")])


def read_event(values: dict[str, Any]) -> CaptureEvent | None:
    """Parse an event of an engine; None for lines that are no event of this port, such as logs. Raises ValueError."""
    if values.get("event") == "log":
        return None
    try:
        return _events.validate_python(values)
    except ValidationError as error:
        places = sorted({".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)})
        raise ValueError(f"A capture event is invalid: {', '.join(places)}") from None


def read_journal(folder: Path) -> list[Recorded]:
    """All events of a capture's folder, in order; empty without a journal.

    A line that a crash cut off, or that is no event of this port, is skipped.
    """
    found = []
    try:
        with (folder / JOURNAL).open("rb") as file:
            for line in file:
                try:
                    found.append(_recorded.validate_json(line))
                except ValidationError:
                    continue
    except FileNotFoundError:
        return []
    return found


def next_numbers(journal: Iterable[Recorded]) -> tuple[int, int]:
    """``first_part`` and ``first_segment`` for the next run."""
    part = segment = 0
    for event in journal:
        if isinstance(event, SegmentMade):
            segment = max(segment, event.sequence + 1)
        else:
            part = max(part, event.part + 1)
    return part, segment


class CaptureEngine(Protocol):
    """Runs one capture. Its events come on a thread of its own, one at a time."""

    def start(self) -> None:
        """Start; ``Ready`` follows. Raises OSError."""

    def mark(self, mark: str) -> None:
        """Begin a new part at once; ``PartBegun`` with this mark answers."""

    def hide(self, hidden: bool) -> None:
        """Show slate and silence instead of the stage; or the stage again."""

    def set_look(self, look: Look, texts: Texts) -> None:
        """Change the branding."""

    def arrange(self, staging: Staging) -> None:
        """Arrange the stage differently."""

    def give_token(self, token: str) -> None:
        """Answer ``TokenWanted``."""

    def stop(self, seconds: float) -> int | None:
        """Finish all files, then the engine, within this many seconds; returns its exit status. Must not be called from
        events.
        """


class Recorder:
    """The engine ``recorder``: one child process."""

    def __init__(
        self,
        configuration: CaptureConfiguration,
        on_event: Callable[[CaptureEvent], None],
        on_exit: Callable[[int], None] = lambda status: None,
    ) -> None:
        self._on_event = on_event
        self.process = EngineProcess("recorder", asdict(configuration), self._read, on_exit)

    def start(self) -> None:
        """Start the child. Raises OSError."""
        self.process.start()

    def mark(self, mark: str) -> None:
        """Begin a new part at once."""
        self.process.send({"do": "mark", "id": mark})

    def hide(self, hidden: bool) -> None:
        """Show slate and silence instead of the stage; or the stage again."""
        self.process.send({"do": "hide", "hidden": hidden})

    def set_look(self, look: Look, texts: Texts) -> None:
        """Change the branding."""
        self.process.send({"do": "look", "look": asdict(look), "texts": asdict(texts)})

    def arrange(self, staging: Staging) -> None:
        """Arrange the stage differently."""
        self.process.send({"do": "stage", "staging": asdict(staging)})

    def give_token(self, token: str) -> None:
        """Answer ``TokenWanted``."""
        self.process.send({"do": "token", "token": token})

    def stop(self, seconds: float) -> int | None:
        """Finish all files, then the child; returns its exit status."""
        return self.process.stop(seconds)

    def _read(self, values: dict[str, Any]) -> None:
        try:
            event = read_event(values)
        except ValueError as error:
            logger.warning("The recorder sent an unknown event", reason=str(error), kind=str(values.get("event")))
            return
        if event is not None:
            self._on_event(event)
