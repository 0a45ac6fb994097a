"""Silent AAC blocks, to fill the time in which nothing was captured."""

import os
from collections.abc import Iterator

import av
from av.audio.stream import AudioStream
from av.packet import Packet

WARMED_UP = 8  # blocks after which the encoder repeats the same silence


class SilentPackets:
    """Returns as many silent blocks as a gap needs. ``block``: samples in each."""

    def __init__(self, data: bytes, block: int) -> None:
        self._data, self.block = data, block

    @classmethod
    def like(cls, sound: AudioStream) -> "SilentPackets | None":
        """Silence that a decoder set up for ``sound`` can decode; None if it is not AAC as we encode it."""
        context = sound.codec_context
        wanted = bytes(context.extradata or b"")
        with av.open(os.devnull, "w", format="null") as nowhere:
            stream = nowhere.add_stream("aac", rate=context.sample_rate, layout=context.layout.name)
            stream.codec_context.flags |= 1 << 22  # AV_CODEC_FLAG_GLOBAL_HEADER: otherwise there is nothing to compare
            nowhere.start_encoding()
            # The first two bytes say object type, rate and channels (ISO/IEC 14496-3 §1.6.2.1).
            if bytes(stream.codec_context.extradata or b"")[:2] != wanted[:2]:
                return None
            block = stream.codec_context.frame_size
            packets = []
            for number in range(WARMED_UP):
                frame = av.AudioFrame(format="fltp", layout=context.layout.name, samples=block)
                for plane in frame.planes:
                    plane.update(bytes(plane.buffer_size))
                frame.sample_rate, frame.pts = context.sample_rate, number * block
                packets += stream.encode(frame)
        return cls(bytes(packets[-1]), block)

    def between(self, start: int, end: int) -> Iterator[Packet]:
        """As many whole blocks as fit."""
        for _ in range((end - start) // self.block):
            packet = Packet(self._data)
            packet.is_keyframe = True
            yield packet
