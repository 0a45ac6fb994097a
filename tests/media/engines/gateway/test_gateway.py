"""The running gateway: whom it lets in, its limits, and its end. No media server is there; none is needed for this."""

import asyncio
import contextlib
import json
import random
import socket
import subprocess
import sys

import pytest

from media.engine import ROOT
from media.ingests.port import Ended, IngestWarning, Interrupted, Publishing, PublishWanted, Resumed
from tests.livekit import async_until
from tests.media.engines.gateway.client import converse, make_media, media_bytes, publishing, sending, video
from tests.media.engines.gateway.parent import Parent
from tests.media.engines.gateway.test_fuzz import mutate

STREAM = publishing() + media_bytes(make_media())


@pytest.fixture(scope="module")
def gateway_process():
    """One process for the tests that need no limits of their own."""
    with Parent({"key": "lecture"}) as parent:
        yield parent


@pytest.fixture
def parent(gateway_process):
    """It, without streams."""
    gateway_process.rest()
    yield gateway_process
    gateway_process.rest()


@pytest.fixture(scope="module")
def strict_process():
    """One process with narrow limits."""
    limits = {"connections_per_address": 3, "max_kbps": 30, "message_bytes": 50_000}
    with Parent({"key": "lecture"}, silence_seconds=3, reconnect_seconds=0.2, takeover_seconds=0.3, **limits) as parent:
        yield parent


@pytest.fixture
def strict(strict_process):
    """It, without streams."""
    strict_process.rest()
    yield strict_process
    strict_process.rest()


async def test_a_wrong_key_is_refused_in_words_and_is_in_no_log(parent, caplog):
    caplog.set_level("DEBUG")
    encoder = await asyncio.to_thread(parent.encode, "wr0ng-k3y")
    assert "This stream key is not known." in await asyncio.to_thread(encoder.last_words)
    assert (await asyncio.to_thread(parent.wait, PublishWanted)).key == "wr0ng-k3y"
    assert set(parent.told()) == {"publish_wanted"}
    assert "A publisher was refused" in caplog.text
    assert "wr0ng-k3y" not in caplog.text


async def test_media_sent_before_the_answer_is_not_read(parent):
    parent.is_answering = False
    conversation = asyncio.create_task(converse(parent.port, STREAM))
    wanted = await asyncio.to_thread(parent.wait, PublishWanted)
    parent.gateway.refuse(wanted.connection, description="Not now.")
    assert b"Not now." in await conversation
    assert parent.told() == ["publish_wanted"]


async def test_a_parent_that_does_not_answer_is_not_waited_for():
    with Parent({}, handshake_seconds=0.5) as parent:
        parent.is_answering = False
        assert b"The server is busy." in await converse(parent.port, publishing())


async def test_an_encoder_that_falls_silent_is_dropped_and_its_stream_ends(strict):
    assert b"Nothing was received for too long." in await converse(strict.port, STREAM)
    assert (await asyncio.to_thread(strict.wait, Interrupted)).reason == "silent"
    assert (await asyncio.to_thread(strict.wait, Ended)).reason == "silent"


async def test_another_encoder_takes_over_from_a_silent_one(strict):
    first = asyncio.create_task(converse(strict.port, STREAM))
    await asyncio.to_thread(strict.wait, Publishing)

    async def second_is_in():
        async with sending(strict.port, STREAM) as reader:
            await reader.readuntil(b"NetStream.Publish.")
            return await reader.readexactly(5) == b"Start"

    await async_until(second_is_in, "the second encoder takes over")
    assert b"Another encoder has taken over." in await first
    assert (await asyncio.to_thread(strict.wait, Interrupted)).reason == "superseded"
    await asyncio.to_thread(strict.wait, Resumed)


@pytest.mark.parametrize(("first_byte", "codec"), [(b"\x90hvc1", "HEVC"), (b"\x90av01", "AV1"), (b"\x12\x00", "H.263")])
async def test_other_video_is_refused_in_words(parent, first_byte, codec):
    said = await converse(parent.port, publishing() + video(first_byte + bytes(20)))
    assert codec.encode() in said
    assert b"Choose H.264 for video" in said
    warning = await asyncio.to_thread(parent.wait, IngestWarning)
    assert (warning.code, warning.kind) == ("unsupported_codec", "video")
    assert codec in warning.codec
    assert (await asyncio.to_thread(parent.wait, Ended)).reason == "unsupported_codec"


async def test_what_is_no_rtmp_ends_its_own_connection_and_no_other(parent):
    chance = random.Random(7)
    async with sending(parent.port, STREAM):
        publishing_one = await asyncio.to_thread(parent.wait, Publishing)
        for _ in range(10):
            broken = [mutate(STREAM.replace(b"key", b"yek"), chance) + bytes(5000) for _ in range(5)]
            await asyncio.gather(*(converse_until_closed(parent.port, data) for data in broken))
        assert await converse(parent.port, b"GET / HTTP/1.1\r\n\r\n") == b""
        assert not {"interrupted", "ended"} & set(parent.told())
    interrupted = await asyncio.to_thread(parent.wait, Interrupted)
    assert (interrupted.ingest, interrupted.reason) == (publishing_one.ingest, "connection_lost")


async def converse_until_closed(port, data):
    """Send, and say that nothing follows; the gateway may close before all is sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        writer.write_eof()
        await reader.read()
    except OSError:  # also of a socket that is closed already (ENOTCONN), which is no ConnectionError
        pass
    finally:
        writer.close()


async def test_an_address_has_only_so_many_connections(strict):
    one, two, three, four = [await asyncio.open_connection("127.0.0.1", strict.port) for _ in range(4)]
    with contextlib.suppress(ConnectionError):  # closed at once, with or without a word of TCP
        four[1].write(b"\x03")
        assert await four[0].read() == b""
    one[1].close()

    async def is_let_in():
        reader, writer = await asyncio.open_connection("127.0.0.1", strict.port)
        try:
            writer.write(b"\x03" + bytes(1536))
            return await reader.read(1) == b"\x03"
        except ConnectionError:
            return False
        finally:
            writer.close()

    await async_until(is_let_in, "the place is free again")
    for _, writer in (two, three, four):
        writer.close()


async def test_a_peer_that_says_nothing_is_not_waited_for():
    with Parent({}, handshake_seconds=0.3) as parent:
        assert await converse(parent.port, b"\x03") == b""


async def test_more_than_the_allowed_bit_rate_is_refused_in_words(strict):
    said = await converse(strict.port, STREAM + video(b"\x27\x01\x00\x00\x00" + bytes(40_000), 400) * 8)
    assert b"kbit/s over the last minute, and this server takes at most 30 kbit/s." in said
    told = await asyncio.to_thread(strict.wait, Interrupted)
    assert (told.reason, "this server takes at most 30 kbit/s" in told.detail) == ("limit", True)


async def test_a_message_that_is_too_large_is_refused(strict):
    assert b"A message is too large." in await converse(strict.port, publishing() + video(bytes(60_000)))


async def test_a_dropped_stream_ends_and_its_encoder_is_told_why(parent):
    conversation = asyncio.create_task(converse(parent.port, STREAM))
    await asyncio.to_thread(parent.wait, Publishing)
    parent.gateway.drop("lecture", description="The session is over.")
    assert b"The session is over." in await conversation
    assert (await asyncio.to_thread(parent.wait, Ended)).reason == "dropped"


async def test_the_end_of_the_pipe_ends_everything():
    with Parent({"key": "lecture"}) as parent:
        conversation = asyncio.create_task(converse(parent.port, STREAM))
        await asyncio.to_thread(parent.wait, Publishing)
        assert await asyncio.to_thread(parent.gateway.stop, 30) == 0
        assert parent.told()[-1] == "ended"
        assert b"The server is stopping." in await conversation
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", parent.port))


def test_it_does_not_load_django():
    code = "import sys, media.engines.gateway.gateway; sys.exit(any(m.split('.')[0] == 'django' for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def told_to(*lines):
    """What the gateway tells when it hears these lines and then the end; its exit status."""
    process = subprocess.run(
        [sys.executable, "-m", "media.engines.gateway"],
        input=b"".join(lines),
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert process.stderr == b""
    events = [json.loads(line) for line in process.stdout.splitlines()]
    assert all(event["at"] > 1e9 for event in events)
    return events, process.returncode


def test_lines_that_are_not_understood_are_answered_and_survived():
    events, status = told_to(
        b'{"listen": {"host": "127.0.0.1", "port": 0}}\n',
        b"nonsense\n",
        b"[1]\n",
        b'{"do": "dance"}\n',
        b'{"do": ["accept"]}\n',
        b'{"do": "accept", "connection": "c9"}\n',
        b'{"do": "accept", "connection": "c9", "ingest": 5, "whip_url": [], "token": "t0ken"}\n',
        b'{"do": "drop"}\n',
        b"x" * 2_000_000 + b"\n",
        b'{"do": "drop", "ingest": "nobody"}\n',
        b'{"do": "stop"}\n',
    )
    assert status == 0
    assert [event["event"] for event in events] == ["listening"] + ["log"] * 8
    assert "t0ken" not in json.dumps(events)


def test_a_configuration_that_is_not_right_is_told():
    events, status = told_to(b'{"limits": {"connections": -1}}\n')
    assert status == 2
    assert events[0]["message"] == "The configuration is invalid: Limits.connections is invalid."


def test_a_port_that_is_taken_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        events, status = told_to(json.dumps({"listen": {"host": "127.0.0.1", "port": port}}).encode() + b"\n")
    assert status == 3
    assert "Cannot listen on" in events[0]["message"]
