"""Makes the recording frame by frame; :mod:`engine` calls it in real time."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from media.engines.recorder.cast import Cast
from media.engines.recorder.compositor import Compositor
from media.engines.recorder.configuration import PICTURE_CLOCK, SAMPLE_RATE, Configuration
from media.engines.recorder.encoding import SOUND_BLOCK, SoundEncoder, make_encoder, make_smaller_encoder, mix
from media.engines.recorder.output import Emit, Output
from media.engines.recorder.planes import Scaler

LEAST_PICTURES = 4  # key frames a second of a picture that does not change


@dataclass(slots=True)
class Figures:
    """Figures since the start."""

    ticks: int = 0
    encoded: int = 0
    late: int = 0


class Production:
    """One run: tick after tick, each the time of one frame. Commands may come from any thread."""

    def __init__(
        self,
        configuration: Configuration,
        cast: Cast,
        compositor: Compositor,
        *,
        emit: Emit,
        wall: Callable[[], float] = time.time,
        now: Callable[[], int] = lambda: time.monotonic_ns() // 1000,
    ) -> None:
        """``wall`` returns Unix seconds, ``now`` microseconds. Raises OSError if the folder cannot be written to."""
        video = configuration.video
        self.figures = Figures()
        self._configuration, self._cast, self._compositor = configuration, cast, compositor
        self._fps = video.fps
        self._encoders = [
            make_encoder(video),
            *(make_smaller_encoder(video, each.height, each.max_kbps) for each in configuration.renditions),
        ]
        self._scalers = [Scaler() for _ in configuration.renditions]
        self._sound = SoundEncoder()
        #: The time of the first tick, and of the sound's position 0.
        self.start = now()
        self._output = Output(configuration, self._encoders, self._sound, began=wall(), emit=emit)
        self._lock = threading.Lock()
        self._marks: deque[str] = deque()
        self._is_hidden = configuration.is_hidden
        self._shown_from: int | None = None
        self._tick = 0
        self._next_key = 0
        self._last_encoded = 0
        self._position = 0  # in the sound

    @property
    def bytes(self) -> int:
        """Bytes written into parts so far."""
        return self._output.bytes

    def time_of_next(self) -> int:
        """When the frames of the next tick were taken."""
        return self.start + self._tick * 1_000_000 // self._fps

    def mark(self, name: str) -> None:
        """Begin a new part with the next frame."""
        with self._lock:
            self._marks.append(name)

    def hide(self) -> None:
        """Show slate and silence from the next frame on; what waits to be composed is not shown any more."""
        with self._lock:
            self._is_hidden, self._shown_from = True, None

    def show(self, now: int) -> None:
        """Show the stage again, but nothing from before now."""
        with self._lock:
            if self._is_hidden:
                self._shown_from = now

    def tick(self, *, is_late: bool = False) -> None:
        """Make the next frame, unless it is late and can be dropped, and the sound up to its end."""
        at, number = self.time_of_next(), self._tick
        with self._lock:
            if self._shown_from is not None and at >= self._shown_from:
                self._is_hidden, self._shown_from = False, None
            is_hidden = self._is_hidden
            mark = self._marks.popleft() if self._marks else None
        is_key = number >= self._next_key or mark is not None
        if is_late and not is_key:
            self.figures.late += 1
        else:
            is_changed = self._compose(at, is_hidden)
            is_due = number - self._last_encoded >= self._fps // LEAST_PICTURES
            if is_changed or is_key or is_due:
                self._encode(number, is_key, is_first=number == 0, mark=mark)
        self._mix((number + 1) * SAMPLE_RATE // self._fps, is_hidden)
        self._tick += 1
        self.figures.ticks += 1

    def close(self) -> None:
        """Finish all files with what has been made."""
        for packet in self._sound.flush():
            self._output.add_sound(packet)
        self._output.close(self._tick * PICTURE_CLOCK // self._fps)
        for encoder in self._encoders:
            encoder.close()
        self._sound.close()

    def _compose(self, at: int, is_hidden: bool) -> bool:
        tolerance = 500_000 // self._fps
        changed = {feed.sid for feed in self._cast.feeds() if feed.pictures.advance(at, tolerance)}
        return self._compositor.compose(self._cast.shown(at), changed, self._cast.speakers, is_hidden)

    def _encode(self, number: int, is_key: bool, *, is_first: bool, mark: str | None) -> None:
        ticks = number * PICTURE_CLOCK // self._fps
        if is_first or mark is not None:
            self._output.begin_part(ticks, mark)
        if is_key:
            period = self._fps * self._configuration.segment_seconds
            self._next_key = (number // period + 1) * period
        main, *smaller = self._encoders
        frame = self._compositor.canvas.as_frame()
        for packet in main.encode(frame, ticks, is_key):
            self._output.add_picture(0, packet)
        for index, (encoder, scaler) in enumerate(zip(smaller, self._scalers, strict=True), 1):
            scaled = scaler.reformat(frame, encoder.width, encoder.height)
            for packet in encoder.encode(scaled, ticks, is_key):
                self._output.add_picture(index, packet)
        self._last_encoded = number
        self.figures.encoded += 1

    def _mix(self, end: int, is_hidden: bool) -> None:
        """Mix the sound up to this position, in whole blocks."""
        while self._position + SOUND_BLOCK <= end:
            blocks = [sound.take(self._position, SOUND_BLOCK) for sound in self._cast.sounds(self._position)]
            for packet in self._sound.encode(mix([] if is_hidden else blocks), self._position):
                self._output.add_sound(packet)
            self._position += SOUND_BLOCK
