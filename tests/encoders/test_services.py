"""Debian's ffmpeg streams into the real product; viewers see and hear it, and keys open and close the door."""

import asyncio
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.ffmpeg import Push
from tests.livekit import until
from tests.test_walk_by_api import Caller, Watcher

pytestmark = pytest.mark.product


@pytest.fixture(scope="module")
def host(product):
    sign_in = {"email": product.host_email, "password": product.host_password}
    return Caller(product, Caller(product).call("POST", "/auth/login", sign_in)["access_token"])


class OnAir:
    """A session for an encoder, live unless it is asked otherwise."""

    def __init__(self, product, host):
        self.product, self.host = product, host
        room = host.call("POST", "/rooms", {"title": "Encoder"}, expect=201)["room"]
        preset = host.call("GET", "/presets")["presets"][0]["id"]
        body = {"title": "Encoder", "preset_id": preset, "mode": "rtmp"}
        created = host.call("POST", f"/rooms/{room['id']}/sessions", body, expect=201)
        self.path = f"/sessions/{created['session']['id']}"
        self.url, self.key = created["rtmp_url"], created["stream_key"]

    def do(self, action, method="POST"):
        return self.host.call(method, f"{self.path}/{action}")

    def push(self, key=None, **options):
        return Push(self.url, key or self.key, **options)

    def viewer(self):
        anonymous = Caller(self.product)
        guest = anonymous.call("POST", "/auth/viewer/register", {"display_name": "Grace"}, expect=201)
        return Caller(self.product, guest["access_token"]).call("POST", f"{self.path}/join")


@pytest.fixture
def on_air(product, host):
    session = OnAir(product, host)
    session.do("go_live")
    yield session
    session.do("end")


def gateway_pid(product):
    found = [pid for pid in product.children() if "gateway" in Path(f"/proc/{pid}/cmdline").read_bytes().decode()]
    return found[0] if found else None


async def sees_and_hears(joined):
    watcher = Watcher()
    try:
        await watcher.room.connect(joined["livekit_url"], joined["livekit_token"])
        await watcher.saw_and_heard()
        return [person.name for person in watcher.room.remote_participants.values()]
    finally:
        await watcher.room.disconnect()
        for reader in watcher.readers:
            reader.cancel()
        await asyncio.gather(*watcher.readers, return_exceptions=True)


def assert_seen(session):
    """A new viewer sees and hears the encoder under the host's name."""
    names = asyncio.run(sees_and_hears(session.viewer()))
    assert names == [session.do("start")["session"]["room"]["host"]["username"]]


@pytest.mark.parametrize("b_frames", [0, 2])
def test_viewers_see_and_hear_an_encoder(on_air, b_frames):
    with on_air.push(b_frames=b_frames) as encoder:
        assert_seen(on_air)
        assert encoder.is_running
        with on_air.push() as second:
            assert "Another encoder already streams with this key" in second.last_words()


def test_keys_open_the_door_from_the_start_to_the_end_and_are_in_no_log(product, host):
    session = OnAir(product, host)
    with session.push() as early:
        assert "The webinar is not open yet" in early.last_words()
    session.do("start")
    with session.push("sk_guess") as wrong:
        assert "This stream key is not known" in wrong.last_words()
    with session.push() as right:
        until(lambda: health(session)["ingest"]["state"] == "publishing", "the stream arrives backstage")
        session.do("end")
        assert not right.last_words().startswith("Traceback")
    session.do("go_live")
    session.do("end")
    with session.push() as late:
        assert "This webinar is over" in late.last_words()
    assert "sk_guess" not in product.log
    assert session.key not in product.log


def health(session):
    return session.do("stream_health", "GET")


def test_a_changed_key_cuts_off_who_streams_with_the_former_one(on_air):
    with on_air.push() as encoder:
        assert_seen(on_air)
        key = on_air.do("stream_key/rotate")["rtmp"]["stream_key"]
        until(lambda: not encoder.is_running, "the encoder is turned away")
    with on_air.push() as former:
        assert "This stream key is not known" in former.last_words()
    with on_air.push(key):
        assert_seen(on_air)


def test_an_encoder_that_was_killed_comes_back_while_the_session_goes_on(on_air):
    with on_air.push() as encoder:
        assert_seen(on_air)
        encoder.kill()
    until(lambda: health(on_air)["ingest"]["state"] == "interrupted", "the interruption is seen")
    with on_air.push():
        until(lambda: health(on_air)["ingest"]["state"] == "publishing", "the encoder is back")
        assert_seen(on_air)


def test_a_killed_gateway_comes_back_and_takes_the_encoder_again(on_air, product):
    with on_air.push() as encoder:
        assert_seen(on_air)
        killed = gateway_pid(product)
        os.kill(killed, signal.SIGKILL)
        until(lambda: not encoder.is_running, "ffmpeg gives up; OBS would try again")
    assert on_air.do("start")["session"]["status"] == "live"
    until(lambda: gateway_pid(product) not in (None, killed), "another gateway")

    def is_taken():
        with on_air.push() as again:
            try:
                again.process.wait(3)
            except subprocess.TimeoutExpired:
                return health(on_air)["ingest"]["state"] == "publishing"
        return False

    until(is_taken, "the encoder is taken again")
