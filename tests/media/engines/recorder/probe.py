"""Reads back what was recorded."""

from dataclasses import dataclass

import av
import numpy as np

WINDOW = 192  # samples in which a tone is looked for
FPS = 30


@dataclass
class Seen:
    """``times`` and ``shades`` of all pictures: mean brightness near the left edge and in the middle; ``sound`` from 0 on."""

    width: int
    height: int
    times: list
    edges: list
    middles: list
    colors: list
    sound: np.ndarray

    @property
    def duration(self):
        return self.times[-1] + 1 / FPS

    def flashes(self, threshold=150):
        """When the middle lit up."""
        lit = [middle > threshold for middle in self.middles]
        return [time for time, now, before in zip(self.times, lit, [True, *lit], strict=False) if now and not before]

    def beeps(self, tone=1000):
        """When the tone began."""
        wave = np.exp(-2j * np.pi * tone * np.arange(WINDOW) / 48_000) * np.hanning(WINDOW)
        loudness = np.abs(np.lib.stride_tricks.sliding_window_view(self.sound, WINDOW)[::48] @ wave)
        on = loudness > loudness.max() * 0.35
        starts = (np.flatnonzero(on[1:] & ~on[:-1]) + 1) * 48
        found = []
        for start in (starts + WINDOW * 0.42) / 48_000:
            if not found or start - found[-1] > 0.5:
                found.append(float(start))
        return found

    def offsets(self, *, is_live=False):
        """How much later each flash's beep is, in seconds.

        ``is_live``: a busy recorder leaves pictures out, and the flash began at any time since the picture before.
        """
        beeps, found = self.beeps(), []
        for flash in self.flashes():
            offset = min(beeps, key=lambda beep: abs(beep - flash)) - flash
            if abs(offset) < 0.4:
                found.append(min(0.0, offset + self._left_out_before(flash)) if is_live and offset < 0 else offset)
        return found

    def _left_out_before(self, time):
        """Seconds of pictures that are missing between the one of this time and the one before."""
        number = self.times.index(time)
        return max(0.0, time - self.times[number - 1] - 1.5 / FPS) if number else 0.0


def watch(file):
    """Decode all of a file (path or bytes-like object); raises av.FFmpegError when anything is broken."""
    with av.open(file, options={"err_detect": "explode"}) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        seen = Seen(video.width, video.height, [], [], [], [], np.zeros(0))
        blocks = []
        for packet in container.demux(video, audio):
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    planes = [np.frombuffer(each, np.uint8).reshape(-1, each.line_size) for each in frame.planes]
                    luma = planes[0][: frame.height, : frame.width]
                    high, wide = luma.shape
                    seen.times.append(frame.time)
                    seen.edges.append(float(luma[high // 3 : high * 2 // 3, wide // 16 : wide // 8].mean()))
                    seen.middles.append(
                        float(luma[high * 7 // 16 : high * 9 // 16, wide * 7 // 16 : wide * 9 // 16].mean())
                    )
                    seen.colors.append(tuple(int(plane[4, 4]) for plane in planes))
                else:
                    blocks.append((round(frame.time * 48_000), frame.to_ndarray()[0]))
    seen.sound = np.zeros(max(start + len(block) for start, block in blocks))
    for start, block in blocks:
        seen.sound[start : start + len(block)] = block
    return seen
