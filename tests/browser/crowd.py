"""Many people on stage without many browsers: LiveKit connections that publish a muted microphone or a small picture.

Started as ``python -m tests.browser.crowd``; each line of stdin is one person as JSON, ``{"url", "token", "has_picture"}``, and is
answered with "on" when what they publish is there. They leave when stdin ends.
"""

import asyncio
import json
import subprocess
import sys
from typing import Any, Self

import httpx
import numpy as np
from livekit import rtc

from tests.product import ROOT, Product

WIDTH, HEIGHT, FPS = 160, 90, 2


class Guest:
    """A guest of the product who calls the API."""

    def __init__(self, product: Product, name: str) -> None:
        self.name = name
        self.address = f"{product.base_url}/v1/webinar"
        self.headers: dict[str, str] = {}
        token = self.call("POST", "/auth/viewer/register", {"display_name": name})["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = httpx.request(method, self.address + path, json=body or {}, headers=self.headers, timeout=60)
        assert answer.is_success, answer.text
        return answer.json()["data"]

    def join(self, session: dict[str, Any]) -> str:
        """Come into the audience; one's identity."""
        self.call("POST", f"/sessions/{session['id']}/join")
        return self.call("GET", "/auth/me")["id"]


class Crowd:
    """Publishes for people; ends with the context."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.browser.crowd"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_error: object) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()

    def publish(self, guest: Guest, session: dict[str, Any], *, has_picture: bool = False) -> None:
        """``guest``, who has a place on the stage, is seen on it when this returns."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        place = guest.call("POST", f"/sessions/{session['id']}/stage/token")
        person = {"url": place["livekit_url"], "token": place["livekit_token"], "has_picture": has_picture}
        self.process.stdin.write(json.dumps(person) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "on\n"


async def send_pictures(source: rtc.VideoSource) -> None:
    """A grey that changes, until cancelled."""
    shade = 0
    while True:
        shade = (shade + 8) % 256
        picture = np.full((HEIGHT, WIDTH, 4), shade, np.uint8)
        source.capture_frame(rtc.VideoFrame(WIDTH, HEIGHT, rtc.VideoBufferType.RGBA, picture.tobytes()))
        await asyncio.sleep(1 / FPS)


async def come_on(person: dict[str, Any]) -> tuple[rtc.Room, asyncio.Task[None] | None]:
    room, sending = rtc.Room(), None
    await room.connect(person["url"], person["token"], rtc.RoomOptions(auto_subscribe=False, connect_timeout=60))
    microphone = rtc.LocalAudioTrack.create_audio_track("microphone", rtc.AudioSource(48_000, 1))
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    await room.local_participant.publish_track(microphone, options)
    microphone.mute()
    if person["has_picture"]:
        source = rtc.VideoSource(WIDTH, HEIGHT)
        camera = rtc.LocalVideoTrack.create_video_track("camera", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, simulcast=False)
        await room.local_participant.publish_track(camera, options)
        sending = asyncio.create_task(send_pictures(source))
    return room, sending


async def main() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    on_stage = []
    while line := await reader.readline():
        on_stage.append(await come_on(json.loads(line)))
        sys.stdout.write("on\n")
        sys.stdout.flush()
    for room, sending in on_stage:
        if sending:
            sending.cancel()
        await room.disconnect()


if __name__ == "__main__":
    asyncio.run(main())
