"""Re-encodes what browsers cannot show as it comes: B-frames, 4:2:2, ten bits, interlaced video, pixels that are not
square.

WebRTC sends frames in presentation order, so a frame that must be decoded later than it is shown cannot be passed
through. This costs about a third of a core for each stream, on a thread of its own.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

MILLISECOND = Fraction(1, 1000)
LARGEST_WIDTH, LARGEST_HEIGHT = 1280, 720
SHORTEST_FRAME = 28  # milliseconds: at most about 30 frames a second
KEY_FRAME_SECONDS = 2
LATE_FRAMES = 15  # waiting frames from which on frames are decoded but not encoded
LOST_FRAMES = 300  # waiting frames from which on all are dropped until the next key frame


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """One frame in Annex B; ``time`` in milliseconds on the timeline."""

    data: bytes
    time: int
    is_key: bool


@dataclass(frozen=True, slots=True)
class _Frame:
    data: bytes
    decode_time: int
    show_time: int


class Reencoder:
    """Takes frames of one H.264 configuration and returns frames without B-frames, at most 720p30.

    ``on_picture`` is called on the worker's thread. If the machine is too slow, frames are dropped (``late``).
    """

    def __init__(
        self,
        configuration: bytes,
        *,
        aspect: Fraction,
        preset: str,
        max_kbps: int,
        on_picture: Callable[[EncodedPicture], None],
    ) -> None:
        """``aspect``: of its pixels, width to height; those of what comes out are square."""
        self.late = 0
        self._configuration = configuration
        self._aspect = aspect
        self._preset = preset
        self._max_kbps = max_kbps
        self._on_picture = on_picture
        self._frames: queue.SimpleQueue[_Frame | None] = queue.SimpleQueue()
        self._waits_for_key = True
        self._encoder: VideoCodecContext | None = None
        self._last_time = -SHORTEST_FRAME
        self._next_key = 0
        self._thread = threading.Thread(target=self._work, name="reencoder", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Queued frames that are not decoded yet."""
        return self._frames.qsize()

    def put(self, data: bytes, *, decode_time: int, show_time: int, is_key: bool) -> None:
        """Queue one frame in FLV's format; times in milliseconds."""
        if self.waiting > LOST_FRAMES:
            self._waits_for_key = True
        if self._waits_for_key and not (is_key and self.waiting <= LATE_FRAMES):
            self.late += 1
            return
        self._waits_for_key = False
        self._frames.put(_Frame(data, decode_time, show_time))

    def close(self) -> None:
        """Accept nothing more; the thread ends after the queued frames."""
        self._frames.put(None)

    def join(self, seconds: float) -> None:
        """Wait for the thread after ``close``."""
        self._thread.join(seconds)

    def _work(self) -> None:
        decoder = av.CodecContext.create("h264", "r")
        decoder.extradata = self._configuration
        decoder.thread_count = 1
        while (frame := self._frames.get()) is not None:
            packet = av.Packet(frame.data)
            packet.dts, packet.pts, packet.time_base = frame.decode_time, frame.show_time, MILLISECOND
            try:
                for picture in decoder.decode(packet):
                    self._picture(picture)
            except av.FFmpegError:
                self.late += 1  # a broken frame; the next key frame recovers

    def _picture(self, picture: av.VideoFrame) -> None:
        time = picture.pts
        if time is None or time - self._last_time < SHORTEST_FRAME:
            return
        if self.waiting > LATE_FRAMES:
            self.late += 1
            return
        width, height = fitting_size(round(picture.width * self._aspect), picture.height)
        if self._encoder is None or (self._encoder.width, self._encoder.height) != (width, height):
            self._encoder = self._new_encoder(width, height)
            self._next_key = time
        if (picture.width, picture.height, picture.format.name) != (width, height, "yuv420p"):
            picture = picture.reformat(width, height, "yuv420p")
        picture.pts, picture.time_base = time, MILLISECOND
        picture.pict_type = PictureType.NONE
        if time >= self._next_key:
            picture.pict_type = PictureType.I
            self._next_key = time + 1000 * KEY_FRAME_SECONDS
        self._last_time = time
        for encoded in self._encoder.encode(picture):
            self._on_picture(EncodedPicture(bytes(encoded), encoded.pts or time, encoded.is_keyframe))

    def _new_encoder(self, width: int, height: int) -> VideoCodecContext:
        encoder = av.CodecContext.create("libx264", "w")
        encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
        encoder.time_base, encoder.framerate = MILLISECOND, Fraction(30)
        encoder.bit_rate = self._max_kbps * 1000
        encoder.thread_count = 1
        encoder.profile = "Baseline"
        rate = f"{self._max_kbps}k"
        encoder.options = {
            "preset": self._preset,
            "tune": "zerolatency",
            "forced-idr": "1",
            "g": str(30 * KEY_FRAME_SECONDS * 2),  # an upper limit only; key frames are forced by time
            "maxrate": rate,
            "bufsize": rate,
        }
        return encoder


def fitting_size(width: int, height: int) -> tuple[int, int]:
    """The frame size scaled down to fit 1280×720 (or 720×1280), never enlarged, each side even."""
    longest, shortest = max(LARGEST_WIDTH, LARGEST_HEIGHT), min(LARGEST_WIDTH, LARGEST_HEIGHT)
    scale = min(1.0, longest / max(width, height), shortest / min(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)
