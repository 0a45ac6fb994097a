"""How old frames are when they can be seen: over WebRTC, and in the newest HLS segment."""

import asyncio
import io
import time
from urllib.parse import urljoin

import av
import httpx
import numpy as np
from livekit import rtc

from bench.media.clock import read


async def over_webrtc(url: str, token: str, seconds: float) -> list[int]:
    """Ages in milliseconds of the frames that a viewer decodes."""
    room, ages = rtc.Room(), []
    stream: asyncio.Future[rtc.VideoStream] = asyncio.get_running_loop().create_future()

    @room.on("track_subscribed")
    def subscribed(track: rtc.Track, *_: object) -> None:
        if track.kind == rtc.TrackKind.KIND_VIDEO and not stream.done():
            stream.set_result(rtc.VideoStream(track, format=rtc.VideoBufferType.I420))

    await room.connect(url, token)
    try:
        pictures = await asyncio.wait_for(stream, 30)
        until = time.monotonic() + seconds + 3
        async for event in pictures:
            frame = event.frame
            luma = np.frombuffer(frame.data, np.uint8)[: frame.width * frame.height]
            if time.monotonic() > until - seconds:  # the first pictures wait for a key frame and a jitter buffer
                ages.append(read(luma.reshape(frame.height, frame.width)))
            if time.monotonic() > until:
                break
        await pictures.aclose()
    finally:
        await room.disconnect()
    return ages


def over_hls(master: str, segments: int) -> tuple[list[int], list[int]]:
    """Ages of the first and the last frame of each segment at the moment when it could first be fetched."""
    first, last = [], []
    seen: str | None = None
    with httpx.Client(timeout=10) as http:
        variant = urljoin(master, _addresses(http.get(master).text)[0])
        while len(first) < segments:
            text = http.get(variant).text
            newest = _addresses(text)[-1] if _addresses(text) else None
            if newest is None or newest == seen:
                time.sleep(0.05)
                continue
            is_first, seen = seen is None, newest
            if is_first:
                continue  # it may have existed for a while
            began = time.time()
            start = text.rsplit('URI="', 1)[1].split('"')[0]
            data = http.get(urljoin(variant, start)).content + http.get(urljoin(variant, newest)).content
            with av.open(io.BytesIO(data)) as container:
                pictures = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
            late = int((time.time() - began) * 1000)
            first.append(read(pictures[0]) - late)
            last.append(read(pictures[-1]) - late)
    return first, last


def _addresses(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]
