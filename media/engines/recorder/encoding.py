"""The encoders: H.264 for each rendition, AAC once. Frames and sound in, packets out.

Video times are in ticks of 1/90000 s, sound in samples; both start at 0. There are no B-frames and no look-ahead, so
packets come out at once and in order.
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
    """One size of the video. ``stream`` is the template for muxers of its packets."""

    def __init__(self, width: int, height: int, *, fps: int, preset: str, crf: int, max_kbps: int) -> None:
        self.width, self.height = width, height
        # A stream, which the muxers need as a template, must have a container, although nothing is ever written to this
        # one.
        self._container = av.open(os.devnull, "w", format="null")
        self.stream: VideoStream = self._container.add_stream("libx264", rate=fps)
        self.stream.width, self.stream.height, self.stream.pix_fmt = width, height, "yuv420p"
        context = self.stream.codec_context
        context.time_base = Fraction(1, PICTURE_CLOCK)
        context.gop_size = fps * 3600  # key frames are forced where needed
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
        """Encode a frame of this size at this tick."""
        frame.pts = at
        frame.time_base = Fraction(1, PICTURE_CLOCK)
        frame.pict_type = PictureType.I if is_key else PictureType.NONE
        for packet in self.stream.encode(frame):
            packet.duration = self._duration
            yield packet

    def close(self) -> None:
        """Release the encoder. It has no frames left in it."""
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
        """Encode the next SOUND_BLOCK samples, (1024, 2), at this position."""
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = position
        frame.time_base = Fraction(1, SAMPLE_RATE)
        yield from self._audible(frame)

    def flush(self) -> Iterator[Packet]:
        """The packets still in the encoder."""
        yield from self._audible(None)

    def close(self) -> None:
        """Release the encoder."""
        self._container.close()

    def _audible(self, frame: av.AudioFrame | None) -> Iterator[Packet]:
        """Without the priming block before time 0: it would need edit lists, which players handle differently."""
        return (packet for packet in self.stream.encode(frame) if packet.pts is not None and packet.pts >= 0)


def make_encoder(video: Video) -> VideoEncoder:
    """The encoder of the main rendition."""
    return VideoEncoder(
        video.width, video.height, fps=video.fps, preset=video.preset, crf=video.crf, max_kbps=video.max_kbps
    )


def make_smaller_encoder(video: Video, height: int, max_kbps: int) -> VideoEncoder:
    """The encoder of a further rendition: cheap settings, since its viewers have slow lines."""
    height &= ~1
    width = round(video.width * height / video.height / 2) * 2
    return VideoEncoder(width, height, fps=video.fps, preset="ultrafast", crf=video.crf + 2, max_kbps=max_kbps)


def mix(blocks: list[Samples]) -> Samples:
    """Mix sounds of the same length; sums that are too loud are clipped, not wrapped around."""
    if not blocks:
        return np.zeros((SOUND_BLOCK, 2), np.int16)
    if len(blocks) == 1:
        return blocks[0]
    total = np.sum(blocks, axis=0, dtype=np.int32)
    return np.clip(total, -32768, 32767).astype(np.int16)
