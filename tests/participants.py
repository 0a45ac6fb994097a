"""LiveKit clients in Python, for what only a connected participant can show."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import jwt
from livekit import rtc


class Clients:
    """Participants on an event loop in a thread of its own, so that tests stay plain functions."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.loop = asyncio.new_event_loop()
        self.rooms: list[rtc.Room] = []
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def connect(self, token: str) -> rtc.Room:
        """Connect with ``token``; raises rtc.ConnectError when LiveKit refuses."""

        async def join():
            room = rtc.Room(loop=self.loop)
            await room.connect(self.url, token)
            return room

        room = self.run(join())
        self.rooms.append(room)
        return room

    def publish(self, room: rtc.Room, source=rtc.TrackSource.SOURCE_MICROPHONE):
        """Publish a silent track; raises when LiveKit refuses."""

        async def publish():
            if source in (rtc.TrackSource.SOURCE_CAMERA, rtc.TrackSource.SOURCE_SCREENSHARE):
                track = rtc.LocalVideoTrack.create_video_track("picture", rtc.VideoSource(64, 64))
            else:
                track = rtc.LocalAudioTrack.create_audio_track("sound", rtc.AudioSource(48000, 1))
            return await room.local_participant.publish_track(track, rtc.TrackPublishOptions(source=source))

        return self.run(publish())

    def close(self) -> None:
        async def leave():
            for room in self.rooms:
                await room.disconnect()

        self.run(leave())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@contextmanager
def clients_of(url: str) -> Iterator[Clients]:
    """Clients that are disconnected at the end."""
    clients = Clients(url)
    try:
        yield clients
    finally:
        clients.close()


def claims(token: str) -> dict:
    """What is written in a media token."""
    return jwt.decode(token, options={"verify_signature": False})
