"""The capture's own files: ``part-0000.mp4`` and so on, at full size, safe against a crash at any moment.

A part begins with a key frame at time 0. Fragments last a second and are flushed to the system at once: a killed
process loses only the last one.
"""

from dataclasses import dataclass
from pathlib import Path

from av.packet import Packet

from media.engines.recorder.configuration import PICTURE_CLOCK, SAMPLE_RATE
from media.engines.recorder.encoding import SoundEncoder, VideoEncoder
from media.engines.recorder.muxing import Muxer

FRAGMENT = 1_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Closed:
    """A finished part: seconds and bytes."""

    part: int
    file: str
    duration: float
    bytes: int


class _Part:
    def __init__(self, number: int, path: Path, start: int, video: VideoEncoder, sound: SoundEncoder) -> None:
        self.number, self.path, self.start = number, path, start
        self.muxer = Muxer(str(path), video, sound, frag_duration=str(FRAGMENT))

    @property
    def first_sample(self) -> int:
        """The sound's position at the part's start."""
        return self.start * SAMPLE_RATE // PICTURE_CLOCK

    def close(self, end: int) -> Closed:
        self.muxer.close()
        seconds = (end - self.start) / PICTURE_CLOCK
        return Closed(self.number, self.path.name, round(seconds, 6), self.path.stat().st_size)


class Parts:
    """The part being written, and for a moment the one before, because sound comes a little later than video."""

    def __init__(self, folder: Path, first: int, video: VideoEncoder, sound: SoundEncoder) -> None:
        self._folder, self._next = folder, first
        self._video, self._sound = video, sound
        self._current: _Part | None = None
        self._before: _Part | None = None

    def begin(self, start: int) -> tuple[int, str, Closed | None]:
        """Begin a part whose first frame, a key frame, is at this tick; returns its number and file.

        Also returns the part that this closes: the one before the previous one, if two begin in quick succession.
        """
        closed = self._close_before()
        number, self._next = self._next, self._next + 1
        path = self._folder / f"part-{number:04}.mp4"
        self._before = self._current
        self._current = _Part(number, path, start, self._video, self._sound)
        return number, path.name, closed

    def add_picture(self, packet: Packet) -> None:
        """Add a video packet to the current part."""
        assert self._current is not None
        self._current.muxer.add_picture(packet, self._current.start)

    def add_sound(self, packet: Packet) -> Closed | None:
        """Add a sound packet to the part in whose time it begins; returns the part that it has completed."""
        current = self._current
        assert current is not None
        assert packet.pts is not None
        if packet.pts < current.first_sample:
            if self._before is not None:
                self._before.muxer.add_sound(packet, self._before.first_sample)
            return None
        closed = self._close_before()
        current.muxer.add_sound(packet, current.first_sample)
        return closed

    def close(self, end: int) -> list[Closed]:
        """Finish all parts at this tick."""
        closed = self._close_before()
        current, self._current = self._current, None
        return [each for each in (closed, current.close(end) if current else None) if each]

    def _close_before(self) -> Closed | None:
        before, self._before = self._before, None
        if before is None:
            return None
        assert self._current is not None
        return before.close(self._current.start)
