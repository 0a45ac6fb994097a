"""Checks that a file can be read from beginning to end."""

from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from media.processing.errors import UNREADABLE, StepFailed
from media.processing.files import Progress
from media.processing.probing import BROKEN, open_input, video_of

FIRST_PICTURES = 5
LAST_SECONDS = 4.0


def check(values: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Step ``check``: ``file``, ``packets`` it must have (video, audio) → ``duration``, ``width``, ``height``.

    Every packet is read, times must increase, the first and last frames and their sound are decoded. Raises
    StepFailed(unreadable), with the reason.
    """
    path, expected = Path(values["file"]), values["packets"]
    try:
        with open_input(path) as container:
            video = video_of(container)
            if video is None:
                raise StepFailed(UNREADABLE, "It has no video.")
            found = _read_all(container, progress)
            if found != expected:
                raise StepFailed(UNREADABLE, f"It has {found} packets, not {expected}.")
            duration = float(container.duration or 0) / av.time_base
            _decode_some(container, video, duration)
            return {
                "duration": round(duration, 6),
                "width": video.codec_context.width,
                "height": video.codec_context.height,
            }
    except BROKEN as error:
        raise StepFailed(UNREADABLE, str(error)) from error


def _read_all(container: InputContainer, progress: Progress) -> dict[str, int]:
    found = {"video": 0, "audio": 0}
    last: dict[int, int] = {}
    total = max(1, container.size)
    for packet in container.demux():
        if packet.dts is None:
            continue
        if packet.is_corrupt:
            raise StepFailed(UNREADABLE, "A packet is incomplete.")
        if packet.dts <= last.get(packet.stream_index, packet.dts - 1):
            raise StepFailed(UNREADABLE, "Its times go back.")
        last[packet.stream_index] = packet.dts
        found[packet.stream.type] += 1
        if packet.pos:
            progress(packet.pos / total * 0.9)
    return found


def _decode_some(container: InputContainer, video: VideoStream, duration: float) -> None:
    for stream in container.streams:
        stream.codec_context.options = {"err_detect": "explode"}
    for at, most in ((0.0, FIRST_PICTURES), (max(0.0, duration - LAST_SECONDS), None)):
        container.seek(int(at * av.time_base), backward=True)
        pictures = 0
        for packet in container.demux():
            for frame in packet.decode():
                pictures += isinstance(frame, av.VideoFrame)
            if most is not None and pictures >= most:
                break
        if not pictures:
            raise StepFailed(UNREADABLE, "No frame of it can be decoded.")
        for stream in container.streams:
            stream.codec_context.flush_buffers()
