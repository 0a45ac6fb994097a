"""A small video with everything a recording has: pictures, sound, poster and small pictures for seeking."""

import math
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

WIDTH, HEIGHT, FPS, RATE = 320, 180, 10, 48_000
COLUMNS, INTERVAL, SMALL = 5, 2, (80, 45)


def shade(second: float) -> int:
    """How bright the picture is then: each two seconds another step."""
    return int(second / INTERVAL) * 9 % 220 + 20


def make_video(path: Path, seconds: int = 60) -> None:
    """H.264 with a key frame each two seconds and AAC, playable from its first bytes on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format="mp4", container_options={"movflags": "faststart"}) as container:
        video = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "x264-params": "scenecut=0"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.codec_context.gop_size = FPS * INTERVAL
        sound = container.add_stream("aac", rate=RATE)
        sound.layout = "mono"
        for number in range(seconds * FPS):
            picture = np.full((HEIGHT, WIDTH, 3), shade(number / FPS), np.uint8)
            x = number * 8 % (WIDTH - 20)
            picture[80:100, x : x + 20] = (255, 80, 80)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(video.encode(frame))
        size = 1024
        wave = np.array([math.sin(2 * math.pi * 440 * n / RATE) * 8000 for n in range(size)], np.int16)
        for number in range(seconds * RATE // size):
            tone = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
            tone.sample_rate, tone.pts, tone.time_base = RATE, number * size, Fraction(1, RATE)
            container.mux(sound.encode(tone))
        container.mux(video.encode(None))
        container.mux(sound.encode(None))


def make_pictures(poster: Path, sprite: Path, seconds: int = 60) -> dict[str, int]:
    """A poster and the small pictures; how the latter stand."""
    Image.new("RGB", (WIDTH, HEIGHT), (20, 90, 80)).save(poster)
    count = -(-seconds // INTERVAL)
    rows = -(-count // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * SMALL[0], rows * SMALL[1]))
    for number in range(count):
        bright = shade(number * INTERVAL)
        small = Image.new("RGB", SMALL, (bright, bright, bright))
        sheet.paste(small, (number % COLUMNS * SMALL[0], number // COLUMNS * SMALL[1]))
    sheet.save(sprite)
    known = {"interval": INTERVAL, "columns": COLUMNS, "rows": rows, "count": count}
    return {**known, "width": SMALL[0], "height": SMALL[1]}
