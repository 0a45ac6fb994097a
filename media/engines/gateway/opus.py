"""Transcodes AAC to Opus, because WebRTC has no AAC."""

from collections.abc import Iterator
from fractions import Fraction

import av

RATE = 48_000
FRAME_SAMPLES = 960  # 20 ms
BIT_RATE = 96_000
TIME_BASE = Fraction(1, RATE)
MILLISECOND = Fraction(1, 1000)
FARTHEST_SAMPLES = RATE // 10  # how far counted samples may drift from the publisher's clock before we follow the clock


class OpusTranscoder:
    """Returns Opus packets of 20 ms with their times for the AAC frames of one configuration."""

    def __init__(self, configuration: bytes) -> None:
        self._decoder = av.CodecContext.create("aac", "r")
        self._decoder.extradata = configuration
        self._resampler = self._new_resampler()
        encoder = av.CodecContext.create("libopus", "w")
        encoder.bit_rate, encoder.sample_rate, encoder.time_base = BIT_RATE, RATE, TIME_BASE
        encoder.layout, encoder.format = "stereo", "s16"
        encoder.options = {"application": "audio"}
        self._encoder = encoder
        self._next: int | None = None  # the time of the next packet, in samples

    @staticmethod
    def _new_resampler() -> av.AudioResampler:
        return av.AudioResampler("s16", "stereo", RATE, frame_size=FRAME_SAMPLES)

    @property
    def sample_rate(self) -> int:
        """The publisher's sample rate; 0 before the first frame."""
        return self._decoder.sample_rate or 0

    @property
    def channels(self) -> int:
        """The publisher's number of channels; 0 before the first frame."""
        return self._decoder.channels or 0

    def transcode(self, data: bytes, milliseconds: int) -> Iterator[av.Packet]:
        """Transcode a frame; returns the packets completed by it. Raises av.FFmpegError if it is not AAC."""
        packet = av.Packet(data)
        packet.pts = packet.dts = milliseconds
        packet.time_base = MILLISECOND
        begin = milliseconds * RATE // 1000
        for frame in self._decoder.decode(packet):
            # Counting samples keeps packets evenly spaced, because the publisher's clock is rounded to milliseconds. A
            # gap remains a gap, and time never goes back.
            if self._next is not None and begin < self._next - FARTHEST_SAMPLES:
                continue
            if self._next is None or begin > self._next + FARTHEST_SAMPLES:
                self._next = begin
                self._resampler = self._new_resampler()
            frame.pts = None
            for piece in self._resampler.resample(frame):
                piece.pts = None
                for encoded in self._encoder.encode(piece):
                    ready = av.Packet(bytes(encoded))
                    ready.pts = ready.dts = self._next
                    ready.time_base = TIME_BASE
                    self._next += FRAME_SAMPLES
                    yield ready
