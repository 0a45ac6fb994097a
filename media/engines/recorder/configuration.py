"""The configuration in the parent's first line: see the port, ``media.captures.port``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

SAMPLE_RATE = 48_000  # of all sound here: two channels, 16 bit
PICTURE_CLOCK = 90_000  # ticks per second of video times
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
PLAIN: dict[Any, Any] = {str: str, int: int, bool: bool, str | None: (str, type(None))}


@dataclass(frozen=True, slots=True)
class LiveKit:
    """Where to connect; the token is for a hidden participant who may only subscribe."""

    url: str = ""
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Video:
    """The main encoding. ``fps`` divides both clocks, so that boundaries fall on whole ticks and samples."""

    width: int = 1280
    height: int = 720
    fps: int = 30
    crf: int = 23
    max_kbps: int = 3000
    preset: str = "veryfast"

    def __post_init__(self) -> None:
        if self.width < 160 or self.height < 90 or self.width % 2 or self.height % 2:
            raise ValueError("The picture's size must be even and at least 160×90.")
        if self.fps < 1 or SAMPLE_RATE % self.fps or PICTURE_CLOCK % self.fps:
            raise ValueError(f"fps must divide {SAMPLE_RATE} and {PICTURE_CLOCK}.")

    @property
    def name(self) -> str:
        """The name of its rendition: its height."""
        return f"{self.height}p"


@dataclass(frozen=True, slots=True)
class Rendition:
    """A further, smaller encoding for HLS."""

    name: str = "360p"
    height: int = 360
    max_kbps: int = 600

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError("A rendition's name must be a valid folder name.")
        if self.height < 90:
            raise ValueError("A rendition's height must be at least 90.")


@dataclass(frozen=True, slots=True)
class Look:
    """The preset's colour and the path of its logo."""

    color: str = "#1d4ed8"
    logo: str | None = None

    def __post_init__(self) -> None:
        if not COLOR.fullmatch(self.color):
            raise ValueError("A colour must be written like #1d4ed8.")


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences in the session's language."""

    slate: str = "We will be right back"


LAYOUTS = ("screen", "grid", "speaker", "spotlight", "side_by_side")


@dataclass(frozen=True, slots=True)
class Staging:
    """How the crew arranged the stage. ``spotlight``: the identities of who is shown alone with that layout."""

    layout: str = "screen"
    spotlight: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.layout not in LAYOUTS:
            raise ValueError(f"A layout must be one of {', '.join(LAYOUTS)}.")
        if not isinstance(self.spotlight, (list, tuple)):
            raise ValueError("spotlight must be a list.")  # noqa: TRY004 — one kind of error for all
        object.__setattr__(self, "spotlight", tuple(map(str, self.spotlight)))


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything the recorder gets when it starts. ``delay_ms``: how far behind real time it composes."""

    capture: str
    folder: Path
    livekit: LiveKit = field(default_factory=LiveKit)
    video: Video = field(default_factory=Video)
    segment_seconds: int = 2
    renditions: tuple[Rendition, ...] = ()
    look: Look = field(default_factory=Look)
    texts: Texts = field(default_factory=Texts)
    hosts: tuple[str, ...] = ()
    staging: Staging = field(default_factory=Staging)
    delay_ms: int = 400
    is_hidden: bool = False
    first_part: int = 0
    first_segment: int = 0

    def __post_init__(self) -> None:
        if not self.folder.is_absolute():
            raise ValueError("The folder must be an absolute path.")
        if self.segment_seconds < 1:
            raise ValueError("A segment must last at least a second.")
        if min(self.first_part, self.first_segment, self.delay_ms) < 0:
            raise ValueError("Numbers must not be negative.")
        names = [self.video.name, *(each.name for each in self.renditions)]
        if len(set(names)) < len(names):
            raise ValueError("Renditions must have different names.")

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """Parse the first line's object; missing values have defaults. Raises ValueError naming the fault."""
        given = dict(values)
        sections = {"livekit": LiveKit, "video": Video, "look": Look, "texts": Texts, "staging": Staging}
        for name, kind in sections.items():
            if name in given:
                given[name] = section(kind, given[name])
        if not isinstance(given.get("renditions", []), list) or not isinstance(given.get("hosts", []), list):
            raise ValueError("renditions and hosts must be lists.")  # noqa: TRY004 — one kind of error for all
        given["renditions"] = tuple(section(Rendition, each) for each in given.get("renditions", []))
        given["hosts"] = tuple(map(str, given.get("hosts", [])))
        if not isinstance(given.get("folder"), str):
            raise ValueError("folder is missing.")  # noqa: TRY004
        given["folder"] = Path(given["folder"])
        configuration: Self = section(cls, given)
        return configuration


def section(kind: type[Any], values: Any) -> Any:
    """One object with only known names, each of its field's type. Raises ValueError naming the fault."""
    if not isinstance(values, Mapping):
        raise ValueError(f"{kind.__name__} must be an object.")  # noqa: TRY004
    known = {each.name: each.type for each in fields(kind)}
    if unknown := set(values) - set(known):
        raise ValueError(f"{kind.__name__} has unknown names: {', '.join(sorted(map(str, unknown)))}.")
    for name, value in values.items():
        wanted = PLAIN.get(known[name])
        if wanted is not None and (not isinstance(value, wanted) or (known[name] is int and isinstance(value, bool))):
            raise ValueError(f"{kind.__name__}.{name} is invalid.")
    try:
        return kind(**values)
    except TypeError as error:  # one without a default is missing
        raise ValueError(f"{kind.__name__} is not complete.") from error
