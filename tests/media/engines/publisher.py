"""Somebody on stage: publishes a camera that flashes and a microphone that beeps, once a second at the same moment.

Started as ``python -m tests.media.engines.publisher``, with what to publish as JSON in the first line of stdin; each
further line is a word: mute, unmute, shade NUMBER, end. Writes a line after each thing that was done.
"""

import asyncio
import json
import sys
import time

import numpy as np
from livekit import rtc

BLOCK = 480  # samples, 10 ms
TONE = 1000  # Hz
FLASH = 0.1  # seconds


class Pattern:
    """A picture of one shade with a moving bar; the flash is a white patch in the middle."""

    def __init__(self, width, height, shade):
        self.width, self.height = width, height
        self.buffer = np.full(width * height * 3 // 2, 128, np.uint8)
        self.luma = self.buffer[: width * height].reshape(height, width)
        self.shade = shade
        self.noise = np.random.default_rng(shade).integers(0, 12, (height, width), dtype=np.uint8)

    def draw(self, seconds):
        width, height = self.width, self.height
        self.luma[:] = self.noise + self.shade
        left = int(seconds * width / 4) % (width - width // 8)
        self.luma[: height // 8, left : left + width // 8] = 200
        patch = self.luma[height * 3 // 8 : height * 5 // 8, width * 3 // 8 : width * 5 // 8]
        patch[:] = 235 if seconds % 1 < FLASH else 16
        return self.buffer.tobytes()


class Publisher:
    def __init__(self, wanted):
        self.wanted = wanted
        self.fps = wanted.get("fps", 15)
        self.pattern = Pattern(wanted.get("width", 640), wanted.get("height", 360), wanted.get("shade", 80))
        self.room = rtc.Room()

    async def join(self):
        wanted, pattern = self.wanted, self.pattern
        await self.room.connect(wanted["url"], wanted["token"], rtc.RoomOptions(connect_timeout=60))
        self.pictures = rtc.VideoSource(pattern.width, pattern.height)
        self.show(0)  # until the first picture the SDK sends black ones, for as long as publishing takes here
        self.sound = rtc.AudioSource(48_000, 1, queue_size_ms=0)
        is_screen = wanted.get("screen", False)
        self.camera = rtc.LocalVideoTrack.create_video_track("camera", self.pictures)
        options = rtc.TrackPublishOptions(
            source=rtc.TrackSource.SOURCE_SCREENSHARE if is_screen else rtc.TrackSource.SOURCE_CAMERA,
            video_codec=rtc.VideoCodec.VP8,
            simulcast=wanted.get("simulcast", False),
            video_encoding=rtc.VideoEncoding(max_framerate=self.fps, max_bitrate=1_500_000),
        )
        await self.room.local_participant.publish_track(self.camera, options)
        microphone = rtc.LocalAudioTrack.create_audio_track("microphone", self.sound)
        await self.room.local_participant.publish_track(
            microphone, rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        )

    def show(self, seconds):
        """The picture of this time."""
        drawn = self.pattern.draw(seconds)
        self.pictures.capture_frame(
            rtc.VideoFrame(self.pattern.width, self.pattern.height, rtc.VideoBufferType.I420, drawn)
        )

    async def publish(self):
        """Both at the pace of one clock, whose whole seconds flash and beep."""
        beep = (9000 * np.sin(2 * np.pi * TONE * np.arange(48_000) / 48_000)).astype(np.int16)
        beep[int(48_000 * FLASH) :] = 0
        start = time.monotonic() + 0.2
        blocks = frames = 0
        while True:
            elapsed = time.monotonic() - start
            while blocks <= elapsed * 100:
                phase = blocks * BLOCK % 48_000
                data = beep[phase : phase + BLOCK].tobytes()
                await self.sound.capture_frame(rtc.AudioFrame(data, 48_000, 1, BLOCK))
                blocks += 1
            if elapsed * self.fps >= frames:
                frames = int(elapsed * self.fps)
                self.show(frames / self.fps)
                frames += 1
            upcoming = min(blocks / 100, frames / self.fps)
            await asyncio.sleep(max(0.0005, start + upcoming - time.monotonic()))


def say(word):
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


async def main():
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    publisher = Publisher(json.loads(await reader.readline()))
    await publisher.join()
    publishing = asyncio.create_task(publisher.publish())
    say("published")
    while word := (await reader.readline()).decode().strip():
        match word:
            case "mute":
                publisher.camera.mute()
            case "unmute":
                publisher.camera.unmute()
            case "end":
                break
            case _:
                publisher.pattern.shade = int(word.removeprefix("shade "))
        say(word)
    publishing.cancel()
    await publisher.room.disconnect()


if __name__ == "__main__":
    asyncio.run(main())
