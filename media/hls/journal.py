"""A capture's HLS segments, read incrementally from its journal."""

import threading
from dataclasses import dataclass
from pathlib import Path

from cachetools import LRUCache, cached
from pydantic import TypeAdapter, ValidationError

from media.captures.port import JOURNAL, PartBegun, PartClosed, SegmentMade
from media.hls.description import Description, describe

TARGET = 2.0  # seconds: the nominal length of a segment
_KEPT = 64  # captures whose journals are kept in memory


@dataclass(frozen=True, slots=True)
class Piece:
    """One rendition's segment. ``file`` and ``init`` are relative to the capture's folder."""

    file: str
    init: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Row:
    """A segment in all renditions. Times in Unix seconds; ``is_break``: it does not follow on from the row before."""

    started_at: float
    duration: float
    is_break: bool
    pieces: dict[str, Piece]

    @property
    def ends_at(self) -> float:
        return self.started_at + self.duration


class Rate:
    """Bits per second of one rendition: the average, and the peak over about a segment's length (RFC 8216 §4.3.4.2)."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._bytes, self._seconds = 0, 0.0
        self._last: list[tuple[int, float]] = []

    @property
    def average(self) -> float:
        return self._bytes * 8 / self._seconds if self._seconds else 0.0

    def add(self, size: int, seconds: float) -> None:
        """Add one segment."""
        self._bytes += size
        self._seconds += seconds
        self._last = [*self._last[-9:], (size, seconds)]
        total, length = 0, 0.0
        for each, duration in reversed(self._last):
            total, length = total + each, length + duration
            if length > TARGET * 1.5 + 0.01:
                break
            if length >= TARGET / 2:
                self.peak = max(self.peak, total * 8 / length)


_events: TypeAdapter[PartBegun | PartClosed | SegmentMade] = TypeAdapter(PartBegun | PartClosed | SegmentMade)


class CaptureLog:
    """The contents of the journal in ``folder``. Only :meth:`refresh` reads, and only what was added since the last
    call.

    ``rows`` only grows at its end; a segment that a crash left out of one rendition is left out of all, so that they
    stay aligned. ``breaks[i]`` is how many of the first ``i`` rows are breaks. ``marks``: when each marked part began.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: list[Row] = []
        self.breaks: list[int] = [0]
        self.longest = 0.0
        self.marks: dict[str, float] = {}
        self.rates: dict[str, Rate] = {}
        self._names: set[str] = set()
        self._waiting: dict[int, dict[str, SegmentMade]] = {}
        self._descriptions: dict[str, Description] = {}
        self._read = 0
        self._lock = threading.Lock()

    @property
    def names(self) -> list[str]:
        """The names of the renditions, the largest first."""
        sizes = {name: self.describe(name) for name in self.rates}
        return sorted(sizes, key=lambda name: (-size.height if (size := sizes[name]) else 0, name))

    def refresh(self) -> None:
        """Read what was added. A missing journal changes nothing."""
        with self._lock:
            for line in self._added():
                try:
                    event = _events.validate_json(line)
                except ValidationError:  # cut off by a crash, or of a later version
                    continue
                if isinstance(event, PartBegun) and event.mark is not None:
                    self.marks[event.mark] = event.started_at
                elif isinstance(event, SegmentMade):
                    self._take(event)

    def describe(self, name: str) -> Description | None:
        """The size and codecs of a rendition; None while they cannot be read."""
        known = self._descriptions.get(name)
        if known is None:
            piece = next((row.pieces[name] for row in self.rows if name in row.pieces), None)
            if piece is None:
                return None
            try:
                known = self._descriptions[name] = describe((self.folder / piece.init).read_bytes())
            except (OSError, ValueError):
                return None
        return known

    def _added(self) -> list[bytes]:
        """Whole lines since the last call."""
        try:
            with (self.folder / JOURNAL).open("rb") as file:
                file.seek(self._read)
                data = file.read()
        except OSError:
            return []
        end = data.rfind(b"\n") + 1
        self._read += end
        return data[:end].splitlines()

    def _take(self, event: SegmentMade) -> None:
        if not self._names:  # folders are there before the first segment of any rendition
            self._names = {each.name for each in self.folder.iterdir() if each.is_dir()}
        self._names.add(event.rendition)
        row = self._waiting.setdefault(event.sequence, {})
        row[event.rendition] = event
        if len(row) < len(self._names):
            return
        self._waiting = {number: kept for number, kept in self._waiting.items() if number > event.sequence}
        self._add(row)

    def _add(self, made: dict[str, SegmentMade]) -> None:
        pieces = {name: Piece(event.file, event.init, event.bytes) for name, event in made.items()}
        first = next(iter(made.values()))
        before = self.rows[-1] if self.rows else None
        is_other_run = before is not None and any(
            name not in before.pieces or before.pieces[name].init != piece.init for name, piece in pieces.items()
        )
        is_break = before is not None and (is_other_run or any(event.discontinuity for event in made.values()))
        self.breaks.append(self.breaks[-1] + is_break)
        self.longest = max(self.longest, first.duration)
        for name, event in made.items():
            self.rates.setdefault(name, Rate()).add(event.bytes, event.duration)
        self.rows.append(Row(first.started_at, first.duration, is_break, pieces))


@cached(LRUCache(_KEPT), lock=threading.Lock())
def _log(folder: Path) -> CaptureLog:
    return CaptureLog(folder)


def log_of(folder: Path) -> CaptureLog:
    """The log of the capture in ``folder``, brought up to date."""
    log = _log(folder)
    log.refresh()
    return log
