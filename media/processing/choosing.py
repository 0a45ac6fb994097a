"""Which parts of a capture a recording consists of, and the span of each."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from media.captures.port import PartBegun, PartClosed, Recorded

START = "start:"


@dataclass(frozen=True, slots=True)
class Source:
    """A part that belongs to a recording, from ``begin`` to ``end`` (seconds in the part; None: all of it).

    ``started_at`` (Unix seconds) and ``media_start`` (seconds on the capture's clock) are of the part's own beginning.
    ``is_closed``: the part was finished properly; another may end within a frame.
    """

    part: int
    file: str
    started_at: float
    media_start: float
    is_closed: bool
    begin: float = 0.0
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """``sources`` in the order of time. ``is_complete``: none of them is still being written."""

    sources: list[Source]
    is_complete: bool


def choose(
    journal: Iterable[Recorded],
    *,
    start_mark: str,
    stop_mark: str,
    started_at: float,
    stopped_at: float | None,
) -> Chosen:
    """The parts from the one with the start mark up to but not including the one with the stop mark.

    A mark is missing if the engine was down when it was set. Then the times count (Unix seconds): the part that was
    being written at ``started_at`` is used from there on, the one at ``stopped_at`` until there. A part that began
    after ``stopped_at``, or with the start mark of another recording, is never included.
    """
    events = list(journal)
    parts = [event for event in events if isinstance(event, PartBegun)]
    durations = {event.part: event.duration for event in events if isinstance(event, PartClosed)}
    first, begin = _first(parts, start_mark, started_at, durations)
    end = _end(parts, first, stop_mark, stopped_at)
    is_over = end < len(parts)
    has_stop_mark = is_over and parts[end].mark == stop_mark
    sources = []
    for index in range(first, end):
        part = parts[index]
        until = None
        if stopped_at is not None and index == end - 1 and not has_stop_mark:
            until = max(0.0, stopped_at - part.started_at)
            duration = durations.get(part.part)
            if duration is not None and until >= duration:
                until = None
        sources.append(
            Source(
                part=part.part,
                file=part.file,
                started_at=part.started_at,
                media_start=part.media_start,
                is_closed=part.part in durations,
                begin=begin if index == first else 0.0,
                end=until,
            )
        )
    return Chosen(sources, is_complete=bool(sources) and is_over and sources[-1].is_closed)


def _first(
    parts: list[PartBegun], start_mark: str, started_at: float, durations: dict[int, float]
) -> tuple[int, float]:
    for index, part in enumerate(parts):
        if part.mark == start_mark:
            return index, 0.0
    first, begin = 0, 0.0
    for index, part in enumerate(parts):
        if part.started_at > started_at:
            break
        first, begin = index, started_at - part.started_at
        if begin >= durations.get(part.part, math.inf):
            first, begin = index + 1, 0.0
    return first, begin


def _end(parts: list[PartBegun], first: int, stop_mark: str, stopped_at: float | None) -> int:
    """The first part after ``first`` that no longer belongs to it."""
    for index in range(first, len(parts)):
        part = parts[index]
        is_next = index > first and part.mark is not None and (part.mark == stop_mark or part.mark.startswith(START))
        if is_next or (stopped_at is not None and part.started_at > stopped_at):
            return index
    return len(parts)
