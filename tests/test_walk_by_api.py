"""The whole way through the API alone: two systems that know only the contract and a LiveKit client."""

import asyncio
import contextlib
import math

import httpx
import jwt
import numpy as np
import pytest
from livekit import rtc

from tests.livekit import PATIENCE
from tests.product import Product

pytestmark = pytest.mark.product
WIDTH, HEIGHT, RATE = 320, 180, 48_000


class Caller:
    """Calls the API as one person and insists on the envelope."""

    def __init__(self, product: Product, token: str | None = None) -> None:
        self.address = f"{product.base_url}/v1/webinar"
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(self, method: str, path: str, body: dict | None = None, *, expect: int = 200):
        answer = httpx.request(method, self.address + path, json=body, headers=self.headers, timeout=PATIENCE)
        assert answer.status_code == expect, answer.text
        return answer.json()["data"] if expect < 400 else answer.json()


async def publish(room: rtc.Room) -> list[asyncio.Task]:
    """A moving picture and a tone, until the tasks are cancelled."""
    video, audio = rtc.VideoSource(WIDTH, HEIGHT), rtc.AudioSource(RATE, 1)
    camera = rtc.LocalVideoTrack.create_video_track("camera", video)
    microphone = rtc.LocalAudioTrack.create_audio_track("microphone", audio)
    options = rtc.TrackPublishOptions
    await room.local_participant.publish_track(camera, options(source=rtc.TrackSource.SOURCE_CAMERA))
    await room.local_participant.publish_track(microphone, options(source=rtc.TrackSource.SOURCE_MICROPHONE))

    async def draw() -> None:
        shade = 0
        while True:
            shade = (shade + 16) % 256
            picture = np.full((HEIGHT, WIDTH, 4), shade, np.uint8)
            video.capture_frame(rtc.VideoFrame(WIDTH, HEIGHT, rtc.VideoBufferType.RGBA, picture.tobytes()))
            await asyncio.sleep(1 / 15)

    async def sing() -> None:
        at = 0
        while True:
            samples = [int(9000 * math.sin(2 * math.pi * 440 * (at + n) / RATE)) for n in range(RATE // 100)]
            at += len(samples)
            frame = rtc.AudioFrame(np.array(samples, np.int16).tobytes(), RATE, 1, len(samples))
            await audio.capture_frame(frame)

    return [asyncio.create_task(draw()), asyncio.create_task(sing())]


class Watcher:
    """Notices what arrives: frames, sound, and that the room was closed."""

    def __init__(self) -> None:
        self.room = rtc.Room()
        self.frames = 0
        self.closed, self.saw, self.heard = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.readers: list[asyncio.Task] = []
        self.room.on("track_subscribed", self._read)
        self.room.on("disconnected", lambda *_: self.closed.set())

    def _read(self, track, _publication, _participant) -> None:
        video = track.kind == rtc.TrackKind.KIND_VIDEO
        self.readers.append(asyncio.create_task(self._watch(track) if video else self._listen(track)))

    async def _watch(self, track) -> None:
        async for _frame in rtc.VideoStream(track):
            self.frames += 1
            if self.frames >= 10:
                self.saw.set()

    async def _listen(self, track) -> None:
        async for event in rtc.AudioStream(track):
            if int(np.abs(np.frombuffer(event.frame.data, np.int16).astype(int)).max()) >= 1000:
                self.heard.set()

    async def saw_and_heard(self) -> None:
        """Ten frames, and a sound well above silence."""
        async with asyncio.timeout(20):
            await self.saw.wait()
            await self.heard.wait()


def test_a_webinar_from_sign_in_to_end_by_api_and_a_livekit_client(product):
    anonymous = Caller(product)
    sign_in = {"email": product.host_email, "password": product.host_password}
    host = Caller(product, anonymous.call("POST", "/auth/login", sign_in)["access_token"])
    room = host.call("POST", "/rooms", {"title": "By API"}, expect=201)["room"]
    look = {"name": "API", "type": "whip", "primary_color": "#0f766e"}
    preset = host.call("POST", "/presets", look, expect=201)
    body = {"title": "First session", "preset_id": preset["id"]}
    made = host.call("POST", f"/rooms/{room['id']}/sessions", body, expect=201)
    session = f"/sessions/{made['session']['id']}"
    guest = Caller(
        product, anonymous.call("POST", "/auth/viewer/register", {"display_name": "Ada"}, expect=201)["access_token"]
    )

    assert guest.call("POST", f"{session}/join", {}, expect=409)["code"] == "session_not_live"
    backstage = host.call("POST", f"{session}/start", {})
    assert backstage["session"]["status"] == "scheduled"
    assert backstage["session"]["started_at"] is None
    asyncio.run(broadcast(product, host, guest, session, backstage))

    assert anonymous.call("GET", session)["status"] == "ended"
    assert guest.call("POST", f"{session}/join", {}, expect=409)["code"] == "session_ended"


async def broadcast(product: Product, host: Caller, guest: Caller, session: str, backstage: dict) -> None:
    studio, watcher = rtc.Room(), Watcher()
    await studio.connect(backstage["livekit_url"], backstage["livekit_token"])
    tasks = await publish(studio)
    try:
        live = await asyncio.to_thread(host.call, "POST", f"{session}/go_live", {})
        assert live["session"]["status"] == "live"
        joined = await asyncio.to_thread(guest.call, "POST", f"{session}/join", {})
        assert joined["role"] == "audience"
        await watcher.room.connect(joined["livekit_url"], joined["livekit_token"])
        await watcher.saw_and_heard()

        assert [p.identity for p in studio.remote_participants.values()] == []  # the audience is hidden

        ended = await asyncio.to_thread(host.call, "POST", f"{session}/end", {})
        assert ended["status"] == "ended"
        await asyncio.wait_for(watcher.closed.wait(), 20)
    finally:
        for task in [*tasks, *watcher.readers]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await studio.disconnect()
        await watcher.room.disconnect()


def test_tokens_of_the_audience_carry_no_right_but_to_listen(product):
    anonymous = Caller(product)
    sign_in = {"email": product.host_email, "password": product.host_password}
    host = Caller(product, anonymous.call("POST", "/auth/login", sign_in)["access_token"])
    room = host.call("POST", "/rooms", {"title": "Tokens"}, expect=201)["room"]
    preset = host.call("POST", "/presets", {"name": "T", "type": "whip", "primary_color": "#0f766e"}, expect=201)
    made = host.call("POST", f"/rooms/{room['id']}/sessions", {"title": "One", "preset_id": preset["id"]}, expect=201)
    session = f"/sessions/{made['session']['id']}"
    host.call("POST", f"{session}/go_live", {})
    guest = Caller(
        product, anonymous.call("POST", "/auth/viewer/register", {"display_name": "Eve"}, expect=201)["access_token"]
    )
    claims = jwt.decode(guest.call("POST", f"{session}/join", {})["livekit_token"], options={"verify_signature": False})
    granted = {name: value for name, value in claims["video"].items() if value}
    assert granted == {"roomJoin": True, "room": made["session"]["id"], "hidden": True, "canSubscribe": True}
    assert claims["video"]["canPublish"] is claims["video"]["canPublishData"] is False  # left out would mean yes
    assert claims["exp"] - claims["nbf"] <= 600
    host.call("POST", f"{session}/end", {})
