"""One rendition's HLS segments: ``<name>/init-<n>.mp4``, ``<name>/00000000.m4s`` and so on (CMAF-like fragmented MP4).

The muxer begins a fragment at each key frame, and key frames stand exactly where segments begin, so each fragment is a
segment. A file appears under its name only when it is complete.
"""

from collections import deque
from dataclasses import dataclass
from pathlib import Path

from av.packet import Packet

from media.engines.recorder.boxes import Splitter
from media.engines.recorder.configuration import PICTURE_CLOCK
from media.engines.recorder.encoding import SoundEncoder, VideoEncoder
from media.engines.recorder.muxing import Muxer


@dataclass(frozen=True, slots=True)
class Segment:
    """A finished segment; file names are relative to the capture's folder, ``start`` is in ticks, ``duration`` in
    seconds.
    """

    rendition: str
    sequence: int
    file: str
    init: str
    start: int
    duration: float
    bytes: int


class Segments:
    """The segments of one rendition in one run of the recorder."""

    def __init__(
        self, folder: Path, name: str, *, run: int, first: int, video: VideoEncoder, sound: SoundEncoder
    ) -> None:
        """``run``: a number that no earlier run had; ``first``: the first sequence number."""
        self.name = name
        self.video = video
        self._folder = folder
        (folder / name).mkdir(exist_ok=True)
        self._init = f"{name}/init-{run}.mp4"
        self._next = first
        self._starts: deque[int] = deque()  # of the segments not written yet, and of the next one
        self._splitter = Splitter()
        self._muxer = Muxer(self._splitter, video, sound)

    def add_picture(self, packet: Packet) -> list[Segment]:
        """Add a video packet; a key frame begins a segment. Returns the segments that are complete now."""
        if packet.is_keyframe:
            assert packet.pts is not None
            self._starts.append(packet.pts)
        self._muxer.add_picture(packet)
        return self._harvest()

    def add_sound(self, packet: Packet) -> list[Segment]:
        """Add a sound packet."""
        self._muxer.add_sound(packet)
        return self._harvest()

    def close(self, end: int) -> list[Segment]:
        """Finish at this tick; returns the last segments."""
        self._starts.append(end)
        self._muxer.close()
        return self._harvest()

    def _harvest(self) -> list[Segment]:
        """Write the muxer's output."""
        found = []
        for piece in self._splitter.pieces():
            if piece.is_initial:
                self._write(self._init, piece.data)
                continue
            start = self._starts.popleft()
            file = f"{self.name}/{self._next:08}.m4s"
            self._write(file, piece.data)
            duration = round((self._starts[0] - start) / PICTURE_CLOCK, 6)
            found.append(Segment(self.name, self._next, file, self._init, start, duration, len(piece.data)))
            self._next += 1
        return found

    def _write(self, file: str, data: bytes) -> None:
        path = self._folder / file
        draft = path.with_suffix(".draft")
        draft.write_bytes(data)
        draft.replace(path)
