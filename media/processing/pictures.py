"""Pictures of a recording: a poster, thumbnails for seeking, all in one file (a sprite), and the frame of a moment."""

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import Image

from media.processing.errors import UNREADABLE, StepFailed
from media.processing.files import Progress, draft_of
from media.processing.probing import BROKEN, open_input, video_of

CANDIDATES = 12  # frames among which the poster is chosen
EARLY = 3.0  # seconds: while the recorder connects, only the slate is visible
POSTER_WIDTH = 1280
SMALL_WIDTH = 160
COLUMNS = 10
MOST_SMALL = 100
SHORTEST_INTERVAL = 2.0  # seconds between two thumbnails; key frames are no closer
DETAIL_WIDTH = 96
DARK = 24  # mean luma under which a frame counts as black
QUALITY = 80


def pictures(values: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Step ``pictures``: ``file``, ``duration``, ``poster`` and ``sprite`` (JPEG files to write) → ``sprite``:
    ``interval`` in seconds, ``columns``, ``rows``, ``width`` and ``height`` of one, ``count``.

    Thumbnail n of the sprite shows the moment n × interval; they run from left to right, then down.
    """
    duration = float(values["duration"])
    try:
        with open_input(Path(values["file"])) as container:
            video = video_of(container)
            if video is None:
                raise StepFailed(UNREADABLE, "It has no video.")
            video.codec_context.skip_frame = "NONKEY"
            with draft_of(Path(values["poster"])) as draft:
                _poster(container, video, duration, lambda share: progress(share * 0.3)).save(
                    draft, quality=QUALITY + 5
                )
            sheet, layout = _sprite(container, video, duration, lambda share: progress(0.3 + share * 0.7))
            with draft_of(Path(values["sprite"])) as draft:
                sheet.save(draft, quality=QUALITY - 10)
    except av.FFmpegError as error:
        raise StepFailed(UNREADABLE, str(error)) from error
    return {"sprite": layout}


def frame(values: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Step ``frame``: ``file``, ``at`` in seconds, ``output`` (a JPEG file to write) → ``at``."""
    wanted = float(values["at"])
    try:
        with open_input(Path(values["file"])) as container:
            video = video_of(container)
            if video is None:
                raise StepFailed(UNREADABLE, "It has no video.")
            found = _exactly_at(container, video, wanted)
            if found is None:
                raise StepFailed(UNREADABLE, "No frame of it can be decoded.")
            with draft_of(Path(values["output"])) as draft:
                _image(found, min(POSTER_WIDTH, found.width)).save(draft, quality=QUALITY + 5)
    except av.FFmpegError as error:
        raise StepFailed(UNREADABLE, str(error)) from error
    return {"at": wanted}


def _exactly_at(container: InputContainer, video: VideoStream, seconds: float) -> av.VideoFrame | None:
    """The last frame that begins at this time or before; the first of all where there is none."""
    time_base = video.time_base or Fraction(1, 90_000)
    wanted = int(seconds / time_base) + (video.start_time or 0)
    found = None
    try:
        container.seek(wanted, stream=video, backward=True)
        for each in container.decode(video):
            if found is not None and each.pts is not None and each.pts > wanted:
                break
            found = each
    except BROKEN:  # what could be decoded is near enough
        pass
    return found


def _poster(container: InputContainer, video: VideoStream, duration: float, progress: Progress) -> Image.Image:
    """The frame with the most detail: neither black nor the slate, which has little more than a sentence."""
    early = min(EARLY, duration / 4)
    best, most = None, -1.0
    for number in range(CANDIDATES):
        frame = _at(container, video, early + (duration - early) * (number + 0.5) / CANDIDATES)
        if frame is not None and (score := _detail(frame)) > most:
            best, most = frame, score
        progress((number + 1) / CANDIDATES)
    if best is None:
        raise StepFailed(UNREADABLE, "No frame of it can be decoded.")
    width = min(POSTER_WIDTH, best.width)
    return _image(best, width)


def _detail(frame: av.VideoFrame) -> float:
    """The amount of detail: the share of pixels that differ from their neighbours; small for dark frames."""
    height = max(2, round(DETAIL_WIDTH * frame.height / frame.width / 2) * 2)
    luma = frame.reformat(width=DETAIL_WIDTH, height=height, format="gray").to_ndarray().astype(np.int16)
    edges = (np.abs(np.diff(luma, axis=0))[:, :-1] > 4) | (np.abs(np.diff(luma, axis=1))[:-1] > 4)
    return float(edges.mean()) * (0.1 if luma.mean() < DARK else 1.0)


def _sprite(
    container: InputContainer, video: VideoStream, duration: float, progress: Progress
) -> tuple[Image.Image, dict[str, Any]]:
    interval = max(SHORTEST_INTERVAL, math.ceil(duration / MOST_SMALL))
    count = max(1, min(MOST_SMALL, math.ceil(duration / interval)))
    columns, rows = min(COLUMNS, count), math.ceil(count / COLUMNS)
    context = video.codec_context
    height = max(2, round(SMALL_WIDTH * context.height / context.width / 2) * 2)
    sheet = Image.new("RGB", (columns * SMALL_WIDTH, rows * height))
    for number, frame in enumerate(_every(container, video, interval, count)):
        if frame is not None:
            place = (number % COLUMNS * SMALL_WIDTH, number // COLUMNS * height)
            sheet.paste(_image(frame, SMALL_WIDTH, height), place)
        progress((number + 1) / count)
    layout = {
        "interval": interval,
        "columns": columns,
        "rows": rows,
        "width": SMALL_WIDTH,
        "height": height,
        "count": count,
    }
    return sheet, layout


def _every(
    container: InputContainer, video: VideoStream, interval: float, count: int
) -> Iterator[av.VideoFrame | None]:
    """The frame shown at each moment; the one before where a frame cannot be decoded."""
    last = None
    for number in range(count):
        last = _at(container, video, number * interval) or last
        yield last


def _at(container: InputContainer, video: VideoStream, seconds: float) -> av.VideoFrame | None:
    """The key frame shown at this time, or the last one before."""
    time_base = video.time_base or Fraction(1, 90_000)
    try:
        container.seek(int(seconds / time_base) + (video.start_time or 0), stream=video, backward=True)
        return next(iter(container.decode(video)), None)
    except BROKEN:
        return None


def _image(frame: av.VideoFrame, width: int, height: int | None = None) -> Image.Image:
    height = height or round(width * frame.height / frame.width / 2) * 2
    return frame.reformat(width=width, height=height, format="rgb24").to_image()
