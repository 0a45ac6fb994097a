"""Frames that come late all at once, after a stall: kept until the stream has caught up, then sent in quick succession.

A receiver that got them with the times at which they were due would take the whole stream for late, and play all that
follows with that delay. So they are laid closely before the first frame that is on time; those before the newest key
frame are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

CLOSELY = 1  # milliseconds between them: they arrive at almost one moment
MOST_BYTES = 32_000_000  # that are kept; beyond them all is dropped up to the next key frame


@dataclass(frozen=True, slots=True)
class LateFrame:
    """A frame in FLV's format; ``time`` and ``shown`` in milliseconds on the timeline."""

    data: bytes = field(repr=False)
    time: int
    shown: int
    is_key: bool


class Backlog:
    """Keeps late frames, in the order of decoding."""

    def __init__(self) -> None:
        self.lost = 0  # frames that were left out
        self._frames: list[LateFrame] = []
        self._bytes = 0
        self._waits_for_key = False

    def keep(self, frame: LateFrame) -> None:
        """Keep a late frame."""
        if frame.is_key:
            self._forget()
        elif self._waits_for_key or self._bytes > MOST_BYTES:
            self._forget()
            self._waits_for_key = True
            self.lost += 1
            return
        self._frames.append(frame)
        self._bytes += len(frame.data)

    def release(self, until: int, *, is_key: bool) -> Iterator[LateFrame] | None:
        """The kept frames with times closely before ``until``, when the first frame on time comes.

        None if that frame cannot be decoded, because what it needs was dropped; none are needed before a key frame.
        """
        if is_key:
            self._forget()
        if self._waits_for_key:
            return None
        frames, self._frames, self._bytes = self._frames, [], 0
        return _closely(frames, until)

    def _forget(self) -> None:
        self.lost += len(self._frames)
        self._frames, self._bytes, self._waits_for_key = [], 0, False


def _closely(frames: list[LateFrame], until: int) -> Iterator[LateFrame]:
    if not frames:
        return
    room, span = CLOSELY * len(frames), max(1, until - frames[0].time)
    if room >= span:
        yield from frames
        return
    time = until - room - 1
    for frame in frames:
        time = max(time + 1, until - (until - frame.time) * room // span)
        yield LateFrame(frame.data, time, until - (until - frame.shown) * room // span, frame.is_key)
