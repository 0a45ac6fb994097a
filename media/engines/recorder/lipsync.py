"""Measures how much later somebody's video comes than their sound.

The SDK plays both as soon as it can, but each waits in its own jitter buffer for a different time. The delays of both
buffers are in the tracks' statistics (WebRTC: jitterBufferDelay over jitterBufferEmittedCount).
"""

from dataclasses import dataclass

RENDERING = 9_000  # microseconds from the jitter buffer's exit to the frame's timestamp; measured with flash and beep
STEP = 80_000  # microseconds that a correction may change at once, so that no frame jumps
FAR = 150_000  # microseconds beyond which a jump is the lesser evil
EARLIEST = -1_000_000


@dataclass(frozen=True, slots=True)
class Buffer:
    """Totals of a jitter buffer: the seconds that all emitted samples had waited, and their number."""

    delay: float
    emitted: int


class LipSync:
    """One person's camera and microphone (or screen and its sound)."""

    def __init__(self, latest: int) -> None:
        """``latest``: the most microseconds by which frames may be moved forward; later ones would miss their time."""
        self.shift = 0
        self._latest = latest
        self._before: dict[str, Buffer] = {}

    def update(self, video: Buffer, audio: Buffer) -> int:
        """The new shift in microseconds, from both buffers' totals now and at the last call."""
        video_delay, audio_delay = self._mean("video", video), self._mean("audio", audio)
        if video_delay is not None and audio_delay is not None:
            missing = int((video_delay - audio_delay) * 1_000_000) + RENDERING - self.shift
            if abs(missing) <= FAR:
                missing = max(-STEP, min(STEP, missing))
            self.shift = max(EARLIEST, min(self._latest, self.shift + missing))
        return self.shift

    def _mean(self, kind: str, buffer: Buffer) -> float | None:
        """The mean wait in seconds of what was emitted since the last call; None if nothing was."""
        before, self._before[kind] = self._before.get(kind), buffer
        if before is None or buffer.emitted <= before.emitted:
            return None
        return (buffer.delay - before.delay) / (buffer.emitted - before.emitted)
