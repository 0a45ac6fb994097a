"""How much later somebody's pictures come than their sound.

The SDK plays both as soon as it can: each waits in its own jitter buffer, pictures and sound for different times. Both
buffers' delays are in the tracks' statistics (WebRTC: jitterBufferDelay over jitterBufferEmittedCount).
"""

from dataclasses import dataclass

RENDERING = 9_000  # microseconds: from the jitter buffer's exit to the picture's stamp; measured with flash and beep
STEP = 80_000  # microseconds a correction may take at once, so that no picture jumps
FAR = 150_000  # microseconds: beyond, a jump is the smaller evil
EARLIEST = -1_000_000


@dataclass(frozen=True, slots=True)
class Buffer:
    """A jitter buffer's totals: the seconds that all it gave out had waited, and how many that were."""

    delay: float
    emitted: int


class LipSync:
    """One person's camera and microphone (or screen and its sound)."""

    def __init__(self, latest: int) -> None:
        """``latest``: microseconds by which pictures may be moved forward; they arrive too late for more."""
        self.shift = 0
        self._latest = latest
        self._before: dict[str, Buffer] = {}

    def update(self, video: Buffer, audio: Buffer) -> int:
        """The new shift in microseconds, from both buffers' totals now and when last asked."""
        video_delay, audio_delay = self._mean("video", video), self._mean("audio", audio)
        if video_delay is not None and audio_delay is not None:
            missing = int((video_delay - audio_delay) * 1_000_000) + RENDERING - self.shift
            if abs(missing) <= FAR:
                missing = max(-STEP, min(STEP, missing))
            self.shift = max(EARLIEST, min(self._latest, self.shift + missing))
        return self.shift

    def _mean(self, kind: str, buffer: Buffer) -> float | None:
        """Seconds that what came out since the last time had waited; None when nothing did."""
        before, self._before[kind] = self._before.get(kind), buffer
        if before is None or buffer.emitted <= before.emitted:
            return None
        return (buffer.delay - before.delay) / (buffer.emitted - before.emitted)
