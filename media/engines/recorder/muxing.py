"""The common base of parts and segments: fragmented MP4 with one video and one sound track.

Times stand in the fragments themselves (``frag_discont``), so that no edit lists are needed; a fragment begins at each
key frame. Packets are muxed without long waits for the other track, so that a crash loses little.
"""

from typing import Any

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream

from media.engines.recorder.encoding import SoundEncoder, VideoEncoder

MOVFLAGS = "frag_keyframe+empty_moov+default_base_moof+frag_discont+skip_trailer"
INTERLEAVE = 300_000  # microseconds that a packet may wait for the other track's


class Muxer:
    """One fragmented MP4; ``file`` is a path or something to write to."""

    def __init__(self, file: Any, video: VideoEncoder, sound: SoundEncoder, **options: str) -> None:
        self._container: OutputContainer = av.open(
            file,
            "w",
            format="mp4",
            container_options={
                "movflags": MOVFLAGS,
                "flush_packets": "1",
                "max_interleave_delta": str(INTERLEAVE),
                **options,
            },
        )
        self._video: Stream = self._container.add_stream_from_template(video.stream)
        self._sound: Stream = self._container.add_stream_from_template(sound.stream)

    def add_picture(self, packet: Packet, since: int = 0) -> None:
        """Add a video packet; its time is counted from this tick."""
        self._add(self._video, packet, since)

    def add_sound(self, packet: Packet, since: int = 0) -> None:
        """Add a sound packet; its time is counted from this sample."""
        self._add(self._sound, packet, since)

    def close(self) -> None:
        """Write the rest. Raises OSError."""
        self._container.close()

    def _add(self, stream: Stream, packet: Packet, since: int) -> None:
        """A packet goes into several containers: each gets it with its own times, and the old ones are restored."""
        pts, dts = packet.pts, packet.dts
        assert pts is not None
        assert dts is not None
        packet.stream = stream
        packet.pts, packet.dts = pts - since, dts - since
        self._container.mux_one(packet)
        packet.pts, packet.dts = pts, dts
