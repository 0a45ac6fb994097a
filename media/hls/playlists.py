"""Playlists (RFC 8216): the renditions, the last minutes of one, and all of one."""

import bisect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from media.hls.journal import TARGET, CaptureLog, Row

CONTENT_TYPE = "application/vnd.apple.mpegurl"
_EXACT = 0.002  # seconds: times in journals are rounded to a millisecond

Address = Callable[[CaptureLog, str], str]  # the address of one of a capture's files, by its name there


@dataclass(frozen=True, slots=True)
class SegmentRange:
    """Rows ``first`` up to but not including ``last`` of a capture."""

    log: CaptureLog
    first: int
    last: int

    @classmethod
    def between(cls, log: CaptureLog, since: float | None = None, until: float | None = None) -> "SegmentRange":
        """The rows entirely between two moments (Unix seconds); None: no bound."""
        rows = log.rows
        last = len(rows)
        if until is not None:
            last = bisect.bisect_right(rows, until + _EXACT, key=lambda row: row.ends_at)
        first = bisect.bisect_left(rows, since - _EXACT, key=lambda row: row.started_at) if since is not None else 0
        return cls(log, min(first, last), last)

    def __len__(self) -> int:
        return self.last - self.first


class Timeline:
    """Consecutive spans: what a session's HLS shows. The timeline has a discontinuity where a span begins, except the
    first.
    """

    def __init__(self, spans: Iterable[SegmentRange]) -> None:
        """Empty spans are left out; a span that continues the one before is joined to it."""
        self.spans: list[SegmentRange] = []
        for span in spans:
            before = self.spans[-1] if self.spans else None
            if before is not None and before.log is span.log and before.last >= span.first:
                self.spans[-1] = SegmentRange(span.log, before.first, max(span.last, before.last))
            elif len(span):
                self.spans.append(span)

    def __len__(self) -> int:
        return sum(map(len, self.spans))

    @property
    def version(self) -> tuple[object, ...]:
        """Equal for timelines with the same content."""
        return tuple((span.log.folder, span.first, span.last) for span in self.spans)

    @property
    def seconds(self) -> float:
        """Its length in seconds, including gaps within its spans."""
        ends = ((span.log.rows[span.first], span.log.rows[span.last - 1]) for span in self.spans)
        return sum(last.ends_at - first.started_at for first, last in ends)

    @property
    def names(self) -> list[str]:
        """The renditions of the latest span, the largest first; earlier spans substitute another for a missing one."""
        return self.spans[-1].log.names if self.spans else []

    @property
    def target(self) -> int:
        """The target duration: whole seconds that no segment exceeds when rounded."""
        return round(max([TARGET, *(span.log.longest for span in self.spans)]))

    def breaks_before(self, number: int) -> int:
        """How many of the first ``number`` rows are breaks."""
        breaks = 0
        for place, span in enumerate(self.spans):
            counted = min(len(span), number)
            if counted <= 0:
                break
            breaks += (place > 0) + span.log.breaks[span.first + counted] - span.log.breaks[span.first + 1]
            number -= counted
        return breaks

    def rows(self, start: int = 0) -> Iterator[tuple[CaptureLog, Row, bool]]:
        """Each row from number ``start`` on, with its log, and whether it is a discontinuity."""
        for place, span in enumerate(self.spans):
            for number in range(span.first + start, span.last):
                row = span.log.rows[number]
                yield span.log, row, (place > 0 if number == span.first else row.is_break)
            start = max(0, start - len(span))

    def start_of_last(self, seconds: float) -> int:
        """The number of the row at which the last ``seconds`` begin."""
        number = len(self)
        for span in reversed(self.spans):
            for place in range(span.last - 1, span.first - 1, -1):
                if seconds <= 0:
                    return number
                seconds -= span.log.rows[place].duration
                number -= 1
        return number


def multivariant(timeline: Timeline, address: Callable[[str], str], ceilings: Mapping[str, int]) -> str:
    """The multivariant playlist; ``address`` returns the address of each rendition's playlist.

    ``ceilings``: bits per second that a rendition may still reach while it is being made.
    """
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for name in timeline.names:
        rates = [rate for span in timeline.spans if (rate := span.log.rates.get(name))]
        peak = max([ceilings.get(name, 0), *(rate.peak for rate in rates)])
        average = max(rate.average for rate in rates)
        about = [f"BANDWIDTH={max(1, math.ceil(peak))}", f"AVERAGE-BANDWIDTH={max(1, math.ceil(average))}"]
        description = timeline.spans[-1].log.describe(name)
        if description is not None:
            about += [f"RESOLUTION={description.width}x{description.height}"] if description.width else []
            about.append(f'CODECS="{",".join(description.codecs)}"')
        lines += [f"#EXT-X-STREAM-INF:{','.join(about)}", address(name)]
    return "\n".join(lines) + "\n"


def window(timeline: Timeline, name: str, address: Address, *, seconds: float, is_over: bool) -> str:
    """The last ``seconds`` of a rendition, to follow it live."""
    start = timeline.start_of_last(seconds)
    breaks = timeline.breaks_before(start)
    return _media(timeline, name, address, start, [f"#EXT-X-DISCONTINUITY-SEQUENCE:{breaks}"], is_over=is_over)


def full(timeline: Timeline, name: str, address: Address, *, is_over: bool) -> str:
    """All of a rendition, for going back; grows while live."""
    kind = "VOD" if is_over else "EVENT"
    return _media(timeline, name, address, 0, [f"#EXT-X-PLAYLIST-TYPE:{kind}"], is_over=is_over)


def _media(timeline: Timeline, name: str, address: Address, start: int, about: list[str], *, is_over: bool) -> str:
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", f"#EXT-X-TARGETDURATION:{timeline.target}"]
    lines += [f"#EXT-X-MEDIA-SEQUENCE:{start}", *about, "#EXT-X-INDEPENDENT-SEGMENTS"]
    initial: tuple[Path, str] | None = None
    dated = False
    for log, row, is_break in timeline.rows(start):
        piece = row.pieces.get(name) or next(iter(row.pieces.values()))
        if is_break:
            lines.append("#EXT-X-DISCONTINUITY")
        if initial != (log.folder, piece.init):
            initial = (log.folder, piece.init)
            lines.append(f'#EXT-X-MAP:URI="{address(log, piece.init)}"')
        if is_break or not dated:
            moment = datetime.fromtimestamp(row.started_at, UTC).isoformat(timespec="milliseconds")
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{moment.replace('+00:00', 'Z')}")
            dated = True
        lines += [f"#EXTINF:{row.duration:.6g},", address(log, piece.file)]
    if is_over:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"
