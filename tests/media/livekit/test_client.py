"""The port against the real LiveKit server: what it reports, and that grants hold there."""

import asyncio
import contextlib
import socket
from contextlib import asynccontextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.test import override_settings
from livekit import rtc

from core.errors import NotAuthenticated
from media.errors import MediaUnavailable, RoomMissing
from media.livekit import client as port
from media.livekit.grants import MICROPHONE, Grant
from tests.livekit import PATIENCE, async_until, running_livekit, until
from tests.media.livekit.test_grants import AUDIENCE, STUDIO
from tests.ports import free_port

TALKER = Grant(
    can_publish=True, sources=(MICROPHONE,), can_subscribe=True, can_publish_data=True, hidden=False, room_admin=False
)
LIFETIME = timedelta(minutes=5)


@asynccontextmanager
async def connected(livekit, identity, grant, room="lecture"):
    """A client in ``room``, with a list of the data messages that it got."""
    client = rtc.Room()
    client.received = []
    client.on("data_received", lambda packet: client.received.append(packet.data))
    token = port.mint_token(identity=identity, room=room, grant=grant, name=identity.title(), lifetime=LIFETIME)
    await client.connect(livekit.socket_url, token, rtc.RoomOptions(connect_timeout=PATIENCE))
    try:
        yield client
    finally:
        await client.disconnect()


async def publish_microphone(client):
    source = rtc.AudioSource(48_000, 1)
    track = rtc.LocalAudioTrack.create_audio_track("voice", source)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    return await client.local_participant.publish_track(track, options)


def test_a_room_is_made_once_listed_and_deleted(livekit):
    made = port.ensure_room("lecture")
    assert made.name == "lecture"
    assert port.ensure_room("lecture").sid == made.sid
    assert [room.name for room in port.list_rooms()] == ["lecture"]
    assert port.list_participants("lecture") == []
    port.delete_room("lecture")
    assert port.list_rooms() == []


def test_deleting_a_room_that_is_missing_is_fine(livekit):
    port.delete_room("never-made")
    assert port.list_rooms() == []


def test_asking_who_is_in_a_missing_room_says_that_it_is_missing(livekit):
    with pytest.raises(RoomMissing):
        port.list_participants("never-made")


def test_removing_or_changing_somebody_who_is_not_there_answers_false(livekit):
    port.ensure_room("lecture")
    assert port.remove_participant("lecture", "nobody") is False
    assert port.update_grant("lecture", "nobody", AUDIENCE) is False


async def test_livekit_makes_no_room_by_itself(livekit):
    with pytest.raises(rtc.ConnectError):
        async with connected(livekit, "ada", STUDIO, room="never-made"):
            pass
    assert port.list_rooms() == []


async def test_people_are_listed_with_their_rights_and_tracks(livekit):
    port.ensure_room("lecture")
    async with connected(livekit, "ada", TALKER) as ada, connected(livekit, "bob:1", AUDIENCE):
        await publish_microphone(ada)
        people = await async_until(
            lambda: (found := port.list_participants("lecture")) and any(one.tracks for one in found) and found,
            "a published track",
        )
        seen = {one.identity: one for one in people}
        assert {name: one.hidden for name, one in seen.items()} == {"ada": False, "bob:1": True}
        assert seen["ada"].name == "Ada"
        assert seen["ada"].sources == ("microphone",)
        assert [(track.source, track.muted) for track in seen["ada"].tracks] == [("microphone", False)]
        assert (seen["bob:1"].can_publish, seen["bob:1"].can_publish_data, seen["bob:1"].tracks) == (False, False, ())
        assert list(ada.remote_participants) == []


async def test_an_audience_token_cannot_publish(livekit):
    port.ensure_room("lecture")
    async with connected(livekit, "bob:1", AUDIENCE) as bob:
        with pytest.raises((rtc.participant.PublishTrackError, TimeoutError)):
            async with asyncio.timeout(15):
                await publish_microphone(bob)
        assert [one.tracks for one in port.list_participants("lecture")] == [()]


async def test_data_of_an_audience_token_reaches_nobody(livekit):
    port.ensure_room("lecture")
    async with (
        connected(livekit, "ada", TALKER) as ada,
        connected(livekit, "eve", TALKER) as eve,
        connected(livekit, "bob:1", AUDIENCE) as bob,
    ):
        with contextlib.suppress(rtc.participant.PublishDataError, TimeoutError):
            async with asyncio.timeout(5):
                await bob.local_participant.publish_data(b"from the audience", reliable=True)
        await ada.local_participant.publish_data(b"from the stage", reliable=True)
        await async_until(lambda: eve.received, "the permitted message")
        assert eve.received == [b"from the stage"]
        assert ada.received == []


async def test_a_grant_that_is_taken_away_takes_the_track_down(livekit):
    port.ensure_room("lecture")
    async with connected(livekit, "ada", TALKER) as ada:
        await publish_microphone(ada)
        await async_until(lambda: port.list_participants("lecture")[0].tracks, "the track")
        silent = Grant(
            can_publish=False, sources=(), can_subscribe=True, can_publish_data=False, hidden=False, room_admin=False
        )
        assert port.update_grant("lecture", "ada", silent) is True
        await async_until(lambda: not port.list_participants("lecture")[0].tracks, "the track's end")


async def test_a_removed_person_is_disconnected(livekit):
    port.ensure_room("lecture")
    async with connected(livekit, "bob:1", AUDIENCE) as bob:
        assert port.remove_participant("lecture", "bob:1") is True
        await async_until(lambda: bob.connection_state == rtc.ConnectionState.CONN_DISCONNECTED, "the disconnection")
        assert port.list_participants("lecture") == []


def test_a_server_that_is_away_is_media_unavailable():
    away = override_settings(LIVEKIT_URL=f"http://127.0.0.1:{free_port()}")
    with away:
        with pytest.raises(MediaUnavailable) as caught:
            port.ensure_room("lecture")
        assert (caught.value.status, caught.value.code, caught.value.retry_after) == (503, "media_unavailable", 5)
        assert port.is_up() is False


def test_a_server_that_never_answers_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with override_settings(LIVEKIT_URL=url, LIVEKIT_TIMEOUT=0.2), pytest.raises(MediaUnavailable):
            port.list_rooms()


def test_a_server_that_refuses_our_secret_is_not_up(livekit):
    assert port.is_up() is True
    with override_settings(LIVEKIT_API_SECRET="another-secret-that-is-long-enough-to-be-one"):
        assert port.is_up() is False


@pytest.fixture(scope="module")
def captured():
    """A real webhook: its raw body and its Authorization header."""
    caught = []

    class Catch(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            caught.append((body, self.headers["Authorization"], self.headers["Content-Type"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    catcher = HTTPServer(("127.0.0.1", 0), Catch)
    Thread(target=catcher.serve_forever, daemon=True).start()
    with running_livekit(f"http://127.0.0.1:{catcher.server_port}/hook"):
        port.ensure_room("lecture")
        until(lambda: caught, "a webhook")
    catcher.shutdown()
    catcher.server_close()
    return caught[0]


@pytest.fixture
def its_secret(settings):
    from tests.livekit import SECRET

    settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET = "tests", SECRET


def test_a_real_webhook_is_read(captured, its_secret):
    body, authorization, content_type = captured
    event = port.read_webhook(body, authorization)
    assert (event.event, event.room, event.participant) == ("room_started", "lecture", None)
    assert event.id.startswith("EV_")
    assert content_type == "application/webhook+json"


def test_a_webhook_whose_body_was_changed_is_refused(captured, its_secret):
    body, authorization, _ = captured
    with pytest.raises(NotAuthenticated):
        port.read_webhook(body.replace(b"lecture", b"another"), authorization)
    with pytest.raises(NotAuthenticated):
        port.read_webhook(body + b" ", authorization)


def test_a_webhook_signed_by_another_is_refused(captured, settings):
    settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET = "tests", "another-secret-that-is-long-enough-to-be-one"
    with pytest.raises(NotAuthenticated):
        port.read_webhook(captured[0], captured[1])


@pytest.mark.parametrize("authorization", ["", "Bearer x", "a.b.c", "é"])
def test_a_webhook_without_a_readable_signature_is_refused(captured, its_secret, authorization):
    with pytest.raises(NotAuthenticated):
        port.read_webhook(captured[0], authorization)


def test_a_token_to_join_does_not_sign_a_webhook(captured, its_secret):
    token = port.mint_token(identity="bob:1", room="lecture", grant=AUDIENCE, lifetime=LIFETIME)
    with pytest.raises(NotAuthenticated):
        port.read_webhook(captured[0], token)
