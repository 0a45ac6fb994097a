"""Plays the encoder at the other end: ``python -m tests.media.engines.gateway.encoder URL …``.

FFmpeg's own RTMP client sends a moving picture and a tone in real time until it is stopped. What the server says when it
refuses goes to stderr.
"""

import argparse
import signal
import sys
import time
from fractions import Fraction

import av
import av.logging
import numpy as np

RATE, FRAME, FPS = 48_000, 1024, 25
SECONDS = 8  # of the clip, which is sent again and again: a whole number of AAC frames and of pictures
MILLISECOND = Fraction(1, 1000)


def make_pictures(output, args):
    """The clip's video."""
    width, height = (int(side) for side in args.size.split("x"))
    video = output.add_stream("libx264", rate=args.fps)
    video.width, video.height, video.pix_fmt = width, height, "yuv420p"
    video.time_base = video.codec_context.time_base = Fraction(1, args.fps)
    video.bit_rate = args.kbps * 1000
    keys = f"keyint={args.gop}:min-keyint={args.gop}:scenecut=0:open-gop=0:nal-hrd=cbr"
    video.options = {"preset": "ultrafast", "bf": str(args.b_frames), "x264-params": keys}
    video.options |= {"maxrate": f"{args.kbps}k", "bufsize": f"{args.kbps}k"}
    packets = []
    colour = np.full((height // 2, width), 128, np.uint8)
    rows, columns = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(1).integers(0, args.noise + 1, (height, width))
    for number in range(SECONDS * args.fps):
        grey = ((rows + columns + 8 * number + np.roll(noise, 7 * number, 1)) % 256).astype(np.uint8)
        picture = av.VideoFrame.from_ndarray(np.concatenate([grey, colour]), format="yuv420p")
        picture.pts, picture.time_base = number, Fraction(1, args.fps)
        packets += video.encode(picture)
    return packets + video.encode(None)


def make_clip(output, args):
    """Encode the clip's packets for the streams of ``output``, in the order in which they are sent."""
    packets = [] if args.blind else make_pictures(output, args)
    if not args.silent:
        audio = output.add_stream("aac", rate=RATE, layout="stereo")
        tone = (8000 * np.sin(np.arange(SECONDS * RATE) * 2 * np.pi * 440 / RATE)).astype(np.int16)
        for begin in range(0, len(tone), FRAME):
            piece = np.repeat(tone[begin : begin + FRAME], 2)[None, :]
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="s16", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, begin, Fraction(1, RATE)
            packets += audio.encode(frame)
    return sorted(packets, key=lambda packet: packet.dts * packet.time_base)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--size", default="320x180")
    parser.add_argument("--fps", type=int, default=FPS)
    parser.add_argument("--kbps", type=int, default=400)
    parser.add_argument("--gop", type=int, default=FPS)
    parser.add_argument("--b-frames", type=int, default=0)
    parser.add_argument("--noise", type=int, default=0)
    parser.add_argument("--begin", type=int, default=0, help="milliseconds that the clock shows at the beginning")
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--blind", action="store_true", help="sound only")
    args = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in a shell's background
    av.logging.set_level(av.logging.ERROR)
    av.logging.restore_default_callback()
    with av.open(args.url, "w", format="flv") as output:
        packets = make_clip(output, args)
        kept = [(packet, packet.pts, packet.dts, packet.time_base) for packet in packets]
        began = time.monotonic()
        turn = 0
        while True:
            for packet, pts, dts, base in kept:
                shift = int((args.begin / 1000 + turn * SECONDS) / base)
                time.sleep(max(0.0, began + turn * SECONDS + float(dts * base) - time.monotonic()))
                again = av.Packet(bytes(packet))
                again.pts, again.dts, again.time_base = pts + shift, dts + shift, base
                again.stream, again.is_keyframe = packet.stream, packet.is_keyframe
                output.mux_one(again)
            turn += 1


if __name__ == "__main__":
    try:
        main()
    except (av.FFmpegError, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        pass
