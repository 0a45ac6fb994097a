"""The encoders: H.264 for each rendition, AAC once. Pictures and sound in, packets out.

Pictures are in ticks of 1/90000 s, sound in samples; both start at 0. There are no B-frames and nothing is looked at
ahead, so packets come out in the order of their times and at once.
"""

import os
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.frame import PictureType
from av.video.stream import VideoStream

from media.engines.recorder.configuration import PICTURE_CLOCK, SAMPLE_RATE, Video
from media.engines.recorder.sources import Samples

SOUND_BLOCK = 1024  # samples that AAC encodes at a time
SOUND_BITRATE = 128_000
GLOBAL_HEADER = 1 << 22  # AV_CODEC_FLAG_GLOBAL_HEADER: parameter sets go into the container, not into each key frame
BT709 = "colorprim=bt709:transfer=bt709:colormatrix=bt709"


class VideoEncoder:
    """One size of the picture. ``stream`` is the template of what its packets are muxed into."""

    def __init__(self, width: int, height: int, *, fps: int, preset: str, crf: int, max_kbps: int) -> None:
        self.width, self.height = width, height
        # A stream, which templates need, has a container, even though nothing is ever written into this one.
        self._container = av.open(os.devnull, "w", format="null")
        self.stream: VideoStream = self._container.add_stream("libx264", rate=fps)
        self.stream.width, self.stream.height, self.stream.pix_fmt = width, height, "yuv420p"
        context = self.stream.codec_context
        context.time_base = Fraction(1, PICTURE_CLOCK)
        context.gop_size = fps * 3600  # key frames come where they are asked for
        context.thread_count = 1
        context.max_b_frames = 0
        context.flags |= GLOBAL_HEADER
        context.options = {
            "preset": preset,
            "tune": "zerolatency",
            "crf": str(crf),
            "maxrate": f"{max_kbps}k",
            "bufsize": f"{max_kbps * 2}k",
            "forced-idr": "1",
            "sc_threshold": "0",
            "x264-params": BT709,
        }
        self._container.start_encoding()
        self._duration = PICTURE_CLOCK // fps

    def encode(self, frame: av.VideoFrame, at: int, is_key: bool) -> Iterator[Packet]:
        """A picture of this size at this tick."""
        frame.pts = at
        frame.time_base = Fraction(1, PICTURE_CLOCK)
        frame.pict_type = PictureType.I if is_key else PictureType.NONE
        for packet in self.stream.encode(frame):
            packet.duration = self._duration
            yield packet

    def close(self) -> None:
        """Let go of the encoder. There is nothing left in it."""
        self._container.close()


class SoundEncoder:
    """The mixed sound of all."""

    def __init__(self) -> None:
        self._container = av.open(os.devnull, "w", format="null")
        self.stream: AudioStream = self._container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        self.stream.codec_context.bit_rate = SOUND_BITRATE
        self.stream.codec_context.flags |= GLOBAL_HEADER
        self._container.start_encoding()

    def encode(self, samples: Samples, position: int) -> Iterator[Packet]:
        """The next SOUND_BLOCK samples, (1024, 2), which stand at this position."""
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = position
        frame.time_base = Fraction(1, SAMPLE_RATE)
        yield from self._audible(frame)

    def flush(self) -> Iterator[Packet]:
        """What is still in the encoder."""
        yield from self._audible(None)

    def close(self) -> None:
        """Let go of the encoder."""
        self._container.close()

    def _audible(self, frame: av.AudioFrame | None) -> Iterator[Packet]:
        """Without the block of priming before time 0, which would need edit lists that players disagree on."""
        return (packet for packet in self.stream.encode(frame) if packet.pts is not None and packet.pts >= 0)


def make_encoder(video: Video) -> VideoEncoder:
    """That of the main rendition."""
    return VideoEncoder(
        video.width, video.height, fps=video.fps, preset=video.preset, crf=video.crf, max_kbps=video.max_kbps
    )


def make_smaller_encoder(video: Video, height: int, max_kbps: int) -> VideoEncoder:
    """That of a further rendition: cheap, since it is for those whose line is worse than their eyes."""
    height &= ~1
    width = round(video.width * height / video.height / 2) * 2
    return VideoEncoder(width, height, fps=video.fps, preset="ultrafast", crf=video.crf + 2, max_kbps=max_kbps)


def mix(blocks: list[Samples]) -> Samples:
    """Sounds of the same length at once; too loud ones are cut off rather than wrapped around."""
    if not blocks:
        return np.zeros((SOUND_BLOCK, 2), np.int16)
    if len(blocks) == 1:
        return blocks[0]
    total = np.sum(blocks, axis=0, dtype=np.int32)
    return np.clip(total, -32768, 32767).astype(np.int16)
