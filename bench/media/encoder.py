"""An encoder: pushes the clock at 720p30, 2.5 Mbit/s by RTMP. ``python -m bench.media.encoder URL B_FRAMES``."""

import sys
import time
from fractions import Fraction

import av
import av.logging
import numpy as np

from bench.media.clock import draw

WIDTH, HEIGHT, FPS, RATE = 1280, 720, 30, 48_000


def main(url: str, b_frames: int) -> None:
    """Stream until killed."""
    av.logging.set_level(av.logging.ERROR)
    with av.open(url, "w", format="flv") as output:
        video = output.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt, video.bit_rate = WIDTH, HEIGHT, "yuv420p", 2_500_000
        tuning = {} if b_frames else {"tune": "zerolatency"}
        keys = f"keyint={FPS}:min-keyint={FPS}:scenecut=0:nal-hrd=cbr:rc-lookahead=0:sync-lookahead=0"
        video.options = {"preset": "ultrafast", "bf": str(b_frames), "maxrate": "2500k", "bufsize": "2500k"}
        video.options |= {"x264-params": keys, **tuning}
        sound = output.add_stream("aac", rate=RATE, layout="stereo")
        colour = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
        tone = np.repeat((6000 * np.sin(np.arange(1024) * 2 * np.pi * 468.75 / RATE)).astype(np.int16), 2)[None, :]
        began, samples = time.monotonic(), 0
        for number in range(1 << 30):
            time.sleep(max(0.0, began + number / FPS - time.monotonic()))
            picture = av.VideoFrame.from_ndarray(np.concatenate([draw(WIDTH, HEIGHT, number), colour]), "yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, FPS)
            output.mux(video.encode(picture))
            while samples < (number + 1) * RATE / FPS:
                frame = av.AudioFrame.from_ndarray(tone, "s16", "stereo")
                frame.sample_rate, frame.pts, frame.time_base = RATE, samples, Fraction(1, RATE)
                output.mux(sound.encode(frame))
                samples += 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
