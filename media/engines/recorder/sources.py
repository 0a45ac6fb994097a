"""What one track delivers: frames ordered by time, and sound at its position in time.

The SDK's threads fill these, the composing thread empties them; each has its lock. Times are microseconds of
CLOCK_MONOTONIC, the SDK's clock for frames; positions are samples since the recorder's start.
"""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from media.engines.recorder.configuration import SAMPLE_RATE

Samples = npt.NDArray[np.int16]

PICTURES_WAITING = 40
SMALLEST_PICTURE = 16  # pixels; the SDK sends black pictures of 8×8 when a track ends

RING_SECONDS = 8
EARLY = SAMPLE_RATE // 50  # samples: a block that comes this much too early shows that the position was too late
GAP = SAMPLE_RATE // 25  # samples that all blocks of a while must be late by to count as a gap
JUMP = SAMPLE_RATE // 2  # samples that one block must be late by to count as a gap
WHILE = 200  # blocks of 10 ms, as the SDK makes them


@dataclass(frozen=True, slots=True)
class Picture:
    """An I420 frame: three planes without padding in one buffer. ``turns``: quarter turns clockwise to upright."""

    at: int
    width: int
    height: int
    data: Any
    turns: int = 0


class Pictures:
    """The frames of one video track. Frames from before a mute are never shown again."""

    def __init__(self) -> None:
        self.shift = 0  # microseconds by which frames come later than their sound: see LipSync
        self.count = 0
        self._lock = threading.Lock()
        self._waiting: deque[Picture] = deque(maxlen=PICTURES_WAITING)
        self._current: Picture | None = None
        self._muted = False
        self._not_before = 0

    def put(self, picture: Picture) -> None:
        """Add a received frame."""
        if min(picture.width, picture.height) < SMALLEST_PICTURE:
            return
        with self._lock:
            if self._muted or picture.at < self._not_before:
                return
            self.count += 1
            self._waiting.append(picture)

    def mute(self) -> None:
        """Drop all frames, and accept none until :meth:`unmute`."""
        with self._lock:
            self._muted = True
            self._waiting.clear()
            self._current = None

    def unmute(self, now: int) -> None:
        """Accept frames again, but none that was in transit before now."""
        with self._lock:
            self._muted = False
            self._not_before = now

    def advance(self, at: int, tolerance: int = 0) -> bool:
        """Advance to the newest frame of this time; returns whether it is another one than before."""
        with self._lock:
            changed = False
            while self._waiting and self._waiting[0].at - self.shift <= at + tolerance:
                self._current = self._waiting.popleft()
                changed = True
            return changed

    @property
    def is_muted(self) -> bool:
        """Whether it is muted now."""
        return self._muted

    @property
    def current(self) -> Picture | None:
        """The frame of the time last advanced to; None before the first and while muted."""
        return self._current


class Sound:
    """The sound of one audio track, in a ring buffer of some seconds. Blocks carry no time: their arrival and order
    imply it.

    The earliest arrivals are right: later ones were delayed somewhere. The position moves back at once if a block comes
    early, and forward only if all blocks of a while come late: then something is missing, and silence replaces it.
    """

    def __init__(self, start: int) -> None:
        """``start``: the time of position 0."""
        self.is_closed = False
        self._start = start
        self._lock = threading.Lock()
        self._ring: Samples = np.zeros((SAMPLE_RATE * RING_SECONDS, 2), np.int16)
        self._end: int | None = None
        self._taken = 0
        self._lateness: deque[int] = deque(maxlen=WHILE)

    def put(self, block: Samples, arrived: int) -> None:
        """Add samples (n, 2), the last of which has arrived now."""
        with self._lock:
            place = self._place(arrived, len(block))
            self._end = place + len(block)
            first = max(place, self._taken)  # late samples would sound one ring later
            last = min(self._end, self._taken + len(self._ring))
            if first < last:
                self._copy(first, block[first - place : last - place])

    def take(self, position: int, count: int) -> Samples:
        """The samples from this position on, silence where there are none; they are taken once, in order."""
        with self._lock:
            index = position % len(self._ring)
            head = self._ring[index : index + count]
            tail = self._ring[: count - len(head)]
            taken = np.concatenate((head, tail))
            head[:] = 0
            tail[:] = 0
            self._taken = position + count
            return taken

    def close(self) -> None:
        """No more samples follow; those present are still played."""
        self.is_closed = True

    def is_over(self, position: int) -> bool:
        """Whether nothing will ever be heard from this position on."""
        return self.is_closed and (self._end is None or self._end <= position)

    def _place(self, arrived: int, count: int) -> int:
        expected = (arrived - self._start) * SAMPLE_RATE // 1_000_000 - count
        if self._end is None:
            self._lateness.clear()
            return expected
        late = expected - self._end
        if late < -EARLY or late > JUMP:
            self._lateness.clear()
            return expected
        self._lateness.append(late)
        if len(self._lateness) == WHILE and min(self._lateness) > GAP:
            place = self._end + min(self._lateness)
            self._lateness.clear()
            return place
        return self._end

    def _copy(self, first: int, block: Samples) -> None:
        index = first % len(self._ring)
        head = len(self._ring) - index
        self._ring[index : index + len(block)] = block[:head]
        self._ring[: max(0, len(block) - head)] = block[head:]
