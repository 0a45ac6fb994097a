"""Probes the parts, and how much of those that a crash cut off can be used."""

import contextlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from media.processing.errors import NOTHING_RECORDED, StepFailed
from media.processing.files import Progress

LOOKED_AT = 6.0  # seconds at the end of a truncated part, which are decoded to find where they break

#: What is raised for files that cannot be read or written; libav's errors are not all OSErrors.
BROKEN = (av.FFmpegError, OSError)


@dataclass(frozen=True, slots=True)
class Probed:
    """One part: ``end`` is where to stop using it (seconds in the part; None: all of it can be used)."""

    file: str
    is_readable: bool
    end: float | None
    duration: float
    width: int
    height: int
    has_sound: bool
    bytes: int


def open_input(path: Path) -> InputContainer:
    """Open a file for reading packets. Raises one of BROKEN."""
    return av.open(str(path), metadata_errors="ignore")


def video_of(container: InputContainer) -> VideoStream | None:
    """The video stream, if there is one."""
    return container.streams.video[0] if container.streams.video else None


def probe(values: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Step ``probe``: ``folder``, ``sources`` (as chosen) → ``sources`` with verified ends, and the streams of each."""
    folder, sources = Path(values["folder"]), values["sources"]
    found, usable = [], []
    for index, source in enumerate(sources):
        probed = _probe(folder / source["file"], is_closed=source["is_closed"])
        found.append(asdict(probed))
        if probed.is_readable:
            ends = [end for end in (source["end"], probed.end) if end is not None]
            usable.append(source | {"end": min(ends, default=None)})
        progress((index + 1) / len(sources))
    if not usable:
        raise StepFailed(NOTHING_RECORDED)
    return {"sources": usable, "parts": found}


def _probe(path: Path, *, is_closed: bool) -> Probed:
    nothing = Probed(path.name, False, None, 0.0, 0, 0, False, 0)
    try:
        size = path.stat().st_size
        container = open_input(path)
    except BROKEN:
        return nothing
    with container:
        video = video_of(container)
        if video is None:
            return nothing
        last = _last_time(container, video)
        if last is None:
            return nothing
        end = None if is_closed else _end_of_cut(container, video, last)
        context = video.codec_context
        has_sound = bool(container.streams.audio)
        return Probed(path.name, True, end, round(last, 6), context.width, context.height, has_sound, size)


def _last_time(container: InputContainer, video: VideoStream) -> float | None:
    """Where the last whole frame ends."""
    last = None
    with contextlib.suppress(*BROKEN):
        for packet in container.demux(video):
            if packet.is_corrupt:
                break
            if packet.pts is not None and packet.size:
                last = float((packet.pts + (packet.duration or 0)) * packet.time_base)
    return last


def _end_of_cut(container: InputContainer, video: VideoStream, last: float) -> float | None:
    """Where the first undecodable frame begins, within its last seconds."""
    context = video.codec_context
    context.options = {"err_detect": "explode"}
    at: float | None = None
    try:
        container.seek(max(0, int((last - LOOKED_AT) * av.time_base)), backward=True)
        for packet in container.demux(video):
            at = None if packet.pts is None else float(packet.pts * packet.time_base)
            if packet.is_corrupt:
                return at
            packet.decode()
    except BROKEN:
        return at
    return None
