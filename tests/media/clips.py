"""Clips whose pictures carry their number, flash and beep, and an encoder that can be told to send another one in mid-stream."""

import io
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from fcntl import F_SETPIPE_SZ, fcntl
from fractions import Fraction
from types import TracebackType
from typing import Self

import av
import numpy as np

from tests.media.engines.gateway.client import read_tags
from tests.media.engines.publisher import FLASH, TONE, Pattern

FPS, RATE, BITS = 15, 48_000, 10
AAC_FRAME = 1024
SECONDS = 64  # of a clip, which is sent again and again: a whole number of AAC frames, and 2 ** BITS pictures are more
NUMBERS = SECONDS * FPS
SHADE = 150
PIPE_BYTES = 4096  # so that a turn is seen soon


@dataclass(frozen=True)
class Clip:
    """``tags`` as ``read_tags`` gives them, without those that configure: ``video`` and ``audio``."""

    tags: list[tuple[bool, int, bytes]] = field(repr=False)
    video: bytes = field(repr=False)
    audio: bytes = field(repr=False)
    seconds: int


def make_clip(size: tuple[int, int] = (320, 180), *, seconds: int = SECONDS, kbps: int = 400, noise: int = 0) -> Clip:
    """H.264 with a key frame each second, and AAC. ``noise``: how much each point of a picture differs from the one before."""
    width, height = size
    file = io.BytesIO()
    with av.open(file, "w", format="flv") as output:
        video = output.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt, video.bit_rate = width, height, "yuv420p", kbps * 1000
        keys = f"keyint={FPS}:min-keyint={FPS}:scenecut=0:open-gop=0:nal-hrd=cbr:filler=1"
        rate = {"maxrate": f"{kbps}k", "bufsize": f"{kbps}k"}
        video.options = {"preset": "ultrafast", "bf": "0", "x264-params": keys, **rate}
        sound = output.add_stream("aac", rate=RATE, layout="mono")
        pattern = Pattern(width, height, SHADE)
        chance = np.random.default_rng(1).integers(0, noise + 1, (height, width), dtype=np.uint8)
        packets = []
        for number in range(seconds * FPS):
            pattern.draw(number / FPS)
            pattern.luma[height // 8 : height // 3] += np.roll(chance, 7 * number, 1)[height // 8 : height // 3]
            write_number(pattern.luma, number)
            planes = np.concatenate([pattern.luma.ravel(), pattern.buffer[width * height :]])
            frame = av.VideoFrame.from_ndarray(planes.reshape(height * 3 // 2, width), format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            packets += video.encode(frame)
        beep = (9000 * np.sin(2 * np.pi * TONE * np.arange(RATE) / RATE)).astype(np.int16)
        beep[int(RATE * FLASH) :] = 0
        beeps = np.tile(beep, seconds)
        for begin in range(0, len(beeps), AAC_FRAME):
            frame = av.AudioFrame.from_ndarray(beeps[None, begin : begin + AAC_FRAME], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, begin, Fraction(1, RATE)
            packets += sound.encode(frame)
        packets += [*video.encode(None), *sound.encode(None)]
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            output.mux(packet)
    tags = list(read_tags(file.getvalue()))
    began = next(time for is_video, time, body in tags if is_video and body[1])
    media = [(is_video, max(0, time - began), body) for is_video, time, body in tags if body[1]]
    return Clip(
        tags=[tag for tag in media if tag[1] < seconds * 1000],
        video=next(body for is_video, _time, body in tags if is_video and not body[1]),
        audio=next(body for is_video, _time, body in tags if not is_video and not body[1]),
        seconds=seconds,
    )


def write_number(luma: np.ndarray, number: int) -> None:
    """As light and dark blocks along the lower edge, the lowest bit first: readable at any size."""
    height, width = luma.shape
    for bit in range(BITS):
        block = slice(bit * width // BITS, (bit + 1) * width // BITS)
        luma[height * 7 // 8 :, block] = 235 if number >> bit & 1 else 16


def parameter_sets(configuration: bytes) -> bytes:
    """The SPS and PPS of an FLV tag that configures H.264, each after its length."""
    record = configuration[5:]
    sps_end = 8 + int.from_bytes(record[6:8], "big")
    pps = sps_end + 1  # after their number
    pps_end = pps + 2 + int.from_bytes(record[pps : pps + 2], "big")
    return b"".join((len(unit) - 2).to_bytes(4, "big") + unit[2:] for unit in (record[6:sps_end], record[pps:pps_end]))


class Encoder:
    """FFmpeg, sending what a thread writes into it, in real time, until it is killed."""

    def __init__(self, url: str, key: str, clip: Clip, *, has_video: bool = True, has_audio: bool = True) -> None:
        self._has = {True: has_video, False: has_audio}
        self._wanted = self._first = clip
        binary = shutil.which("ffmpeg")
        assert binary is not None, "ffmpeg is missing: tools/install_test_services.sh installs it."
        read, sent = ["-re", "-f", "flv", "-i", "pipe:0"], ["-c", "copy", "-f", "flv", f"{url}/{key}"]
        self.process = subprocess.Popen(
            [binary, "-hide_banner", "-loglevel", "error", *read, *sent],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            bufsize=0,
        )
        assert self.process.stdin is not None
        fcntl(self.process.stdin, F_SETPIPE_SZ, PIPE_BYTES)
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it was not turned away."""
        return self.process.poll() is None

    def turn_to(self, clip: Clip) -> None:
        """Go on with this one from the next key frame on, which brings its own parameter sets: as a phone that is turned."""
        self._wanted = clip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        self._thread.join()
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()

    def _write(self) -> None:
        assert self.process.stdin is not None
        with suppress(OSError):  # it has ended
            for data in self._stream():
                self.process.stdin.write(data)

    def _stream(self) -> Iterator[bytes]:
        yield b"FLV\x01" + bytes([4 * self._has[False] + self._has[True]]) + (9).to_bytes(4, "big") + bytes(4)
        for is_video, body in ((True, self._first.video), (False, self._first.audio)):
            if self._has[is_video]:
                yield _tag(is_video, 0, body)
        began, clip, has_turned = 0, self._first, False
        while True:
            turned_at = None
            for is_video, time, body in clip.tags:
                is_key = is_video and body[0] >> 4 == 1
                if is_key and self._wanted is not clip:
                    turned_at = time
                    break
                if is_key and has_turned:
                    body = body[:5] + parameter_sets(clip.video) + body[5:]  # noqa: PLW2901
                if self._has[is_video]:
                    yield _tag(is_video, began + time, body)
            began += clip.seconds * 1000 if turned_at is None else turned_at
            has_turned |= turned_at is not None
            clip = self._wanted


def _tag(is_video: bool, time: int, body: bytes) -> bytes:
    head = bytes([9 if is_video else 8]) + len(body).to_bytes(3, "big")
    stamp = (time & 0xFFFFFF).to_bytes(3, "big") + bytes([time >> 24])
    return head + stamp + bytes(3) + body + (len(head) + len(stamp) + 3 + len(body)).to_bytes(4, "big")
