"""Writes encoded video and sound into parts and segments, and reports each in journal and events."""

import time
from collections.abc import Callable
from typing import Any

from av.packet import Packet

from media.engines.recorder.configuration import PICTURE_CLOCK, Configuration
from media.engines.recorder.encoding import SoundEncoder, VideoEncoder
from media.engines.recorder.journal import Journal
from media.engines.recorder.parts import Closed, Parts
from media.engines.recorder.segments import Segment, Segments

Emit = Callable[[dict[str, Any]], None]


class Output:
    """All files of one run. Disk errors are OSError; everything written before is intact."""

    def __init__(
        self, configuration: Configuration, videos: list[VideoEncoder], sound: SoundEncoder, *, began: float, emit: Emit
    ) -> None:
        """``videos``: the main encoder, then one for each further rendition; ``began``: Unix seconds of tick 0."""
        folder = configuration.folder
        folder.mkdir(parents=True, exist_ok=True)
        self.bytes = 0
        self._began, self._emit = began, emit
        self._journal = Journal(folder)
        # The capture's clock goes on across restarts: it is 0 where the first part of the first run began.
        self._clock_at_0 = max(0.0, began - (self._journal.began_at or began))
        self._parts = Parts(folder, configuration.first_part, videos[0], sound)
        names = [configuration.video.name, *(each.name for each in configuration.renditions)]
        self._renditions = [
            Segments(
                folder,
                name,
                run=configuration.first_part,
                first=configuration.first_segment,
                video=video,
                sound=sound,
            )
            for name, video in zip(names, videos, strict=True)
        ]
        is_first_run = not configuration.first_part and not configuration.first_segment
        self._discontinuous = set() if is_first_run else set(names)

    def begin_part(self, start: int, mark: str | None) -> None:
        """Begin a part with the next frame, a key frame at this tick."""
        number, file, closed = self._parts.begin(start)
        self._emit_closed([closed] if closed else [])
        self._add(
            "part",
            part=number,
            file=file,
            mark=mark,
            started_at=self._wall(start),
            media_start=round(self._clock_at_0 + start / PICTURE_CLOCK, 6),
        )

    def add_picture(self, rendition: int, packet: Packet) -> None:
        """Add a packet of the main rendition (0) or a further one."""
        if rendition == 0:
            self.bytes += packet.size
            self._parts.add_picture(packet)
        self._emit_segments(self._renditions[rendition].add_picture(packet))

    def add_sound(self, packet: Packet) -> None:
        """Add a sound packet to all files."""
        self.bytes += packet.size
        closed = self._parts.add_sound(packet)
        self._emit_closed([closed] if closed else [])
        for rendition in self._renditions:
            self._emit_segments(rendition.add_sound(packet))

    def close(self, end: int) -> None:
        """Finish every file at this tick."""
        self._emit_closed(self._parts.close(end))
        for rendition in self._renditions:
            self._emit_segments(rendition.close(end))
        self._journal.close()

    def _emit_segments(self, segments: list[Segment]) -> None:
        for segment in segments:
            self._add(
                "segment",
                rendition=segment.rendition,
                sequence=segment.sequence,
                file=segment.file,
                duration=segment.duration,
                bytes=segment.bytes,
                started_at=self._wall(segment.start),
                media_start=round(self._clock_at_0 + segment.start / PICTURE_CLOCK, 6),
                discontinuity=segment.rendition in self._discontinuous,
                init=segment.init,
            )
            self._discontinuous.discard(segment.rendition)

    def _emit_closed(self, parts: list[Closed]) -> None:
        for part in parts:
            self._add("part_closed", part=part.part, file=part.file, duration=part.duration, bytes=part.bytes)

    def _wall(self, tick: int) -> float:
        """Unix seconds of a tick."""
        return round(self._began + tick / PICTURE_CLOCK, 3)

    def _add(self, kind: str, **fields: Any) -> None:
        event = {"event": kind, "at": round(time.time(), 3), **fields}
        self._journal.add(event)
        self._emit(event)
