"""Watches a room as a client of the media server does."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import numpy as np
from livekit import rtc

from media.livekit import client as port
from tests.livekit import PATIENCE, async_until
from tests.media.livekit.test_grants import AUDIENCE

LOUD = 500  # of 32,767: root mean square


class Viewer:
    """What arrived since the last ``look_away``."""

    def __init__(self):
        self.sizes = set()
        self._tasks = []
        self.look_away()

    def look_away(self):
        """Forget what was seen and heard."""
        self.pictures = set()
        self.loudest = 0.0

    async def sees_motion_and_hears(self):
        await async_until(lambda: len(self.pictures) > 20, "moving pictures arrive")
        await async_until(lambda: self.loudest > LOUD, "sound arrives")

    def subscribed(self, track, *_):
        take = self._look if track.kind == rtc.TrackKind.KIND_VIDEO else self._listen
        self._tasks.append(asyncio.create_task(take(track)))

    async def _look(self, track):
        stream = rtc.VideoStream(track)
        try:
            async for event in stream:
                self.sizes.add((event.frame.width, event.frame.height))
                self.pictures.add(bytes(event.frame.data)[: event.frame.width])
        finally:
            await stream.aclose()

    async def _listen(self, track):
        stream = rtc.AudioStream(track)
        try:
            async for event in stream:
                samples = np.frombuffer(event.frame.data, np.int16).astype(float)
                self.loudest = max(self.loudest, float(np.sqrt(np.mean(samples**2))))
        finally:
            await stream.aclose()

    async def leave(self):
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def watching(livekit, room):
    """A viewer in ``room``."""
    viewer, client = Viewer(), rtc.Room()
    client.on("track_subscribed", viewer.subscribed)
    token = port.mint_token(identity="viewer", room=room, grant=AUDIENCE, name="", lifetime=timedelta(minutes=5))
    await client.connect(livekit.socket_url, token, rtc.RoomOptions(connect_timeout=PATIENCE))
    try:
        yield viewer
    finally:
        await client.disconnect()
        await viewer.leave()
