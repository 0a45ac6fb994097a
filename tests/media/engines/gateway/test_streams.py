"""The gateway between FFmpeg's RTMP client and the real LiveKit server, seen by a viewer."""

import asyncio
import os
import signal

import pytest

from media.ingests.port import (
    Ended,
    Health,
    IngestWarning,
    Interrupted,
    Publishing,
    Resumed,
    TokenWanted,
    WhipConnected,
    WhipLost,
)
from media.livekit import client as port
from tests.livekit import async_until, running_livekit
from tests.media.engines.gateway.parent import Parent
from tests.media.engines.gateway.viewer import LOUD, watching

pytestmark = pytest.mark.livekit
ROOM = "lecture"


async def sid_of_host():
    """The media server's name for the stream's connection; None when it is not there."""
    people = await asyncio.to_thread(port.list_participants, ROOM)
    return next((person.sid for person in people if person.identity == f"ingest:{ROOM}"), None)


async def test_a_stream_without_b_frames_passes_through_and_survives_its_encoder(livekit):
    await asyncio.to_thread(port.ensure_room, ROOM)
    # The encoder's clock passes what three bytes hold while it runs.
    with Parent({"key": ROOM}, livekit) as parent:
        encoder = await asyncio.to_thread(parent.encode, "key", "--begin", str(0xFFFFFF - 1500))
        async with watching(livekit, ROOM) as viewer:
            publishing = await asyncio.to_thread(parent.wait, Publishing)
            await viewer.sees_motion_and_hears()
            assert viewer.sizes == {(320, 180)}
            assert publishing.mode == "passthrough"
            assert (publishing.video.width, publishing.video.height, publishing.video.fps) == (320, 180, 25)
            assert (publishing.audio.codec, publishing.audio.sample_rate, publishing.audio.channels) == (
                "aac",
                48000,
                2,
            )

            second = await asyncio.to_thread(parent.encode, "key")
            assert "Another encoder already streams with this key" in await asyncio.to_thread(second.last_words)

            health = await asyncio.to_thread(
                parent.wait,
                Health,
                lambda health: health.is_connected and health.fps > 15 and health.keyframe_interval,
            )
            assert (health.is_connected, health.has_audio, health.mode) == (True, True, "passthrough")
            assert (health.width, health.height, health.codec, health.has_b_frames) == (320, 180, "h264", False)
            assert health.keyframe_interval == pytest.approx(1.0, abs=0.1)
            assert health.video_kbps > 100
            assert health.warnings == []

            sid = await sid_of_host()
            encoder.kill()
            assert (await asyncio.to_thread(parent.wait, Interrupted)).reason == "connection_lost"
            viewer.look_away()
            encoder = await asyncio.to_thread(parent.encode, "key", "--begin", "5000")
            await asyncio.to_thread(parent.wait, Resumed)
            await viewer.sees_motion_and_hears()
            assert await sid_of_host() == sid

            await asyncio.to_thread(encoder.finish)
            assert (await asyncio.to_thread(parent.wait, Ended)).reason == "unpublished"
            await async_until(lambda: _is_gone(), "the stream's connection leaves the room")
    assert parent.told().count("whip_connected") == 1
    assert "whip_lost" not in parent.told()
    assert parent.statuses == [0]


async def _is_gone():
    return await sid_of_host() is None


async def test_a_stream_with_b_frames_is_encoded_anew_and_its_host_is_told(livekit):
    await asyncio.to_thread(port.ensure_room, ROOM)
    with Parent({"key": ROOM}, livekit) as parent:
        await asyncio.to_thread(parent.encode, "key", "--b-frames", "2")
        async with watching(livekit, ROOM) as viewer:
            publishing = await asyncio.to_thread(parent.wait, Publishing, lambda told: told.mode == "reencode")
            assert publishing.video.width == 320
            await viewer.sees_motion_and_hears()
            told = await asyncio.to_thread(parent.wait, IngestWarning, lambda told: told.code == "reencoding")
            assert told.reason == "b_frames"
            health = await asyncio.to_thread(parent.wait, Health, lambda health: health.has_b_frames)
            assert health.warnings == ["b_frames", "reencoding"]
            assert health.mode == "reencode"


async def test_sound_alone_is_published_without_a_picture_until_one_comes(livekit):
    await asyncio.to_thread(port.ensure_room, ROOM)
    with Parent({"key": ROOM}, livekit) as parent:
        encoder = await asyncio.to_thread(parent.encode, "key", "--blind")
        async with watching(livekit, ROOM) as viewer:
            told = await asyncio.to_thread(parent.wait, Publishing)
            assert (told.video, told.audio.codec) == (None, "aac")
            await async_until(lambda: viewer.loudest > LOUD, "sound arrives")
            people = await asyncio.to_thread(port.list_participants, ROOM)
            assert [track.kind for person in people for track in person.tracks] == ["audio"]
            await asyncio.to_thread(parent.wait, IngestWarning, lambda told: told.code == "no_video")
            encoder.kill()
            await asyncio.to_thread(parent.encode, "key")
            await viewer.sees_motion_and_hears()


async def test_a_media_server_that_restarts_is_joined_again_with_a_new_token():
    with running_livekit() as livekit, Parent({"key": ROOM}, livekit) as parent:
        await asyncio.to_thread(port.ensure_room, ROOM)
        await asyncio.to_thread(parent.encode, "key")
        await asyncio.to_thread(parent.wait, WhipConnected)
        os.kill(livekit.server.pid, signal.SIGKILL)
        await asyncio.to_thread(parent.wait, WhipLost)
        lost = len(parent.events)
        assert await asyncio.to_thread(livekit.server.wait_ready, 60)
        await asyncio.to_thread(parent.wait, TokenWanted)
        await asyncio.to_thread(parent.wait, WhipConnected, after=lost)
        async with watching(livekit, ROOM) as viewer:
            await viewer.sees_motion_and_hears()
        assert "interrupted" not in parent.told()
