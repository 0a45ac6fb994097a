"""Cuts a span out of a recording without encoding anything again.

Video can only be cut at a key frame: the result begins at the key frame before the span, with an edit list that makes
players begin at the exact start.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from media.processing.errors import NOTHING_RECORDED, StepFailed
from media.processing.files import Progress, draft_of
from media.processing.probing import open_input, video_of

WRITTEN = 0.9  # share of the progress when all packets are written; the rest is moving the index to the front


def trim(values: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Step ``trim``: ``file``, ``output``, ``start`` and ``end`` in seconds of the file (``end`` None: all that is
    left) → ``output``, ``bytes``, ``packets`` of pictures and sound, and ``begins``, where the key frame is.
    """
    source, output = Path(values["file"]), Path(values["output"])
    start, end = float(values["start"]), values["end"]
    with open_input(source) as container, draft_of(output) as draft:
        found = _copy(container, draft, start, None if end is None else float(end), progress)
    progress(1.0)
    return found | {"output": str(output), "bytes": output.stat().st_size}


def _copy(
    container: InputContainer, draft: Path, start: float, end: float | None, progress: Progress
) -> dict[str, Any]:
    video = video_of(container)
    if video is None:
        raise StepFailed(NOTHING_RECORDED, "There is no picture in it.")
    streams: list[Stream] = [video, *container.streams.audio[:1]]
    container.seek(int(start * av.time_base), backward=True)
    until = float(container.duration or 0) / av.time_base if end is None else end
    options = {"movflags": "faststart", "avoid_negative_ts": "disabled"}
    with av.open(str(draft), "w", format="mp4", container_options=options) as result:
        cutter = _Cutter(result, streams, start)
        for packet in _until(container, streams, end):
            cutter.add(packet)
            progress(WRITTEN * min(1.0, max(0.0, (_time(packet) - start) / max(0.1, until - start))))
    return cutter.finish()


def _until(container: InputContainer, streams: list[Stream], end: float | None) -> Iterator[Packet]:
    """What is before ``end``, of each stream."""
    over: set[int] = set()
    for packet in container.demux(*streams):
        if packet.pts is None or packet.dts is None or not packet.size:
            continue
        if end is None or _time(packet) < end:
            yield packet
            continue
        over.add(packet.stream.index)
        if len(over) == len(streams):
            return


def _time(packet: Packet) -> float:
    assert packet.pts is not None
    assert packet.time_base is not None
    return float(packet.pts * packet.time_base)


def _ends(packet: Packet) -> float:
    assert packet.time_base is not None
    return _time(packet) + float((packet.duration or 0) * packet.time_base)


class _Cutter:
    """Writes packets with times from ``start`` on: video from a key frame on, sound from the exact start."""

    def __init__(self, result: OutputContainer, streams: list[Stream], start: float) -> None:
        self._result, self._start = result, start
        self._outputs = {stream.index: result.add_stream_from_template(stream) for stream in streams}
        self._waiting: list[Packet] = []  # sound that comes before the first frame
        self._begins: float | None = None
        self._has_picture = False
        self._packets = {"video": 0, "audio": 0}

    def add(self, packet: Packet) -> None:
        """The next packet of either stream."""
        if packet.stream.type == "video":
            self._add_picture(packet)
        elif _ends(packet) > self._start:
            if self._begins is None:
                self._waiting.append(packet)
            else:
                self._write(packet)

    def finish(self) -> dict[str, Any]:
        """Finish; returns what was written. Raises StepFailed if it contains no video."""
        if self._begins is None or not self._has_picture:
            raise StepFailed(NOTHING_RECORDED, "There is no video in this span.")
        return {"packets": self._packets, "begins": round(self._begins, 6)}

    def _add_picture(self, packet: Packet) -> None:
        if self._begins is None:
            if not packet.is_keyframe:
                return
            self._begins = _time(packet)
            for early in self._waiting:
                self._write(early)
        self._has_picture = self._has_picture or _ends(packet) > self._start
        self._write(packet)

    def _write(self, packet: Packet) -> None:
        assert packet.time_base is not None
        assert packet.pts is not None
        assert packet.dts is not None
        shift = round(Fraction(self._start) / packet.time_base)
        packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
        self._packets[packet.stream.type] += 1
        packet.stream = self._outputs[packet.stream.index]
        self._result.mux_one(packet)
