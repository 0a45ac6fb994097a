"""Cameras: a LiveKit participant for each token, publishing the clock.

``python -m bench.media.cameras URL WIDTH TOKEN…``
"""

import asyncio
import sys

import numpy as np
from livekit import rtc

from bench.media.clock import draw

FPS = 30


async def publish(url: str, width: int, token: str) -> None:
    """Connect and send until killed."""
    height = width * 9 // 16
    room = rtc.Room()
    await room.connect(url, token)
    source = rtc.VideoSource(width, height)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, simulcast=False)
    track = rtc.LocalVideoTrack.create_video_track("camera", source)
    await room.local_participant.publish_track(track, options)
    sound = rtc.AudioSource(48_000, 1)
    microphone = rtc.LocalAudioTrack.create_audio_track("microphone", sound)
    await room.local_participant.publish_track(
        microphone, rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    )
    loop = asyncio.get_running_loop()
    began = loop.time()
    colour = np.full(width * height // 2, 128, np.uint8).tobytes()
    for number in range(1 << 30):
        await asyncio.sleep(max(0.0, began + number / FPS - loop.time()))
        data = draw(width, height, number).tobytes() + colour
        source.capture_frame(rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, data))


async def main(url: str, width: int, tokens: list[str]) -> None:
    """All of them at once."""
    await asyncio.gather(*(publish(url, width, token) for token in tokens))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
