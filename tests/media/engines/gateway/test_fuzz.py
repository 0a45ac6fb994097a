"""Mutated connections against the whole parser and the media path, in this process, with a seed."""

import asyncio
import random

import aiohttp
import pytest

from media.engines.gateway import amf
from media.engines.gateway.chunks import MessageType
from media.engines.gateway.configuration import Limits, Reencode
from media.engines.gateway.conversion import Conversion
from media.engines.gateway.errors import ProtocolError, UnsupportedCodec
from media.engines.gateway.flv import read_video
from media.engines.gateway.health import Meter
from media.engines.gateway.outlet import Outlet
from media.engines.gateway.server import Connection
from media.engines.gateway.session import Audio, Metadata, PublishWanted, RtmpSession, Video
from media.engines.gateway.timeline import Timeline
from tests.media.engines.gateway.client import (
    HELLO,
    PUBLISH_STREAM,
    audio,
    command,
    make_media,
    media_bytes,
    message,
    publishing,
    video,
)

LIMIT = 100_000
HANDSHAKE = 2 * len(HELLO) - 1


def mutate(data, chance):
    """Change, cut out, repeat, insert or cut off, mostly behind the handshake."""
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        at = chance.randrange(0 if chance.random() < 0.05 else HANDSHAKE, len(changed))
        size = chance.choice([1, 1, 2, 4, 30, 300])
        match chance.randrange(6):
            case 0 | 1:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 2:
                changed[at : at + 1] = bytes([changed[at] ^ 1 << chance.randrange(8)])
            case 3:
                del changed[at : at + size]
            case 4:
                changed[at:at] = changed[at : at + size]
            case 5:
                changed[at : at + size] = chance.randbytes(size)
        if len(changed) <= HANDSHAKE:
            break
    return bytes(changed)


def serve(data, step, convert):
    """Let a session take the bytes as a connection would. Only the errors of ``errors`` may come out."""
    session = RtmpSession(LIMIT)
    count = 0
    try:
        for at in range(0, len(data), step):
            session.receive(data[at : at + step])
            while event := session.next_event():
                if isinstance(event, PublishWanted):
                    session.accept()
                else:
                    convert(event)
                    count += 1
            session.outgoing()
    except (ProtocolError, UnsupportedCodec):
        pass
    return count


SPS_CUT_OFF = 3  # bytes of the end of an SPS, inside what it says of its display


def configuration(record):
    """The body of a video tag with this H.264 configuration."""
    return b"\x17\x00\x00\x00\x00" + record


def with_short_sps(body):
    """A configuration whose SPS ends too early."""
    data = bytearray(body)
    length = int.from_bytes(data[11:13], "big") - SPS_CUT_OFF
    data[11:13] = length.to_bytes(2, "big")
    del data[13 + length : 13 + length + SPS_CUT_OFF]
    return bytes(data)


def metadata(*values):
    return message(
        MessageType.DATA, amf.encode("@setDataFrame", "onMetaData") + b"".join(values), stream=PUBLISH_STREAM
    )


NAMED = b"\x08\x00\x00\x00\x02\x00\x09framerate" + amf.encode(25.0)
NOT_NEEDED = {  # before the media of an encoder
    "metadata with a value of an unknown type": metadata(NAMED + b"\x00\x06strange\x44\x00\x00\x00\x09"),
    "metadata in AMF 3": metadata(b"\x11\x0a\x0b\x01"),
    "metadata that is cut off": metadata(NAMED + b"\x00\x50wid"),
    "metadata without end": metadata(b"\x0a\x00\x00\x00\x01" * 40),
    "metadata of a typed object": metadata(b"\x10\x00\x01x\x00\x01a\x05\x00\x00\x09"),
    "an empty first configuration": video(configuration(b"")),
    "a first configuration without parameter sets": video(configuration(b"\x01\x64\x00\x0a\xff\xe0\x00")),
    "a first configuration that is none": video(configuration(b"\x07" * 30)),
    "a frame before the configuration": video(b"\x17\x01\x00\x00\x00\x00\x00\x00\x02\x65\x88"),
    "a video tag of an unknown type": video(b"\x17\x09\x00\x00\x00abc"),
    "a video tag that is cut off": video(b"\x17\x01\x00"),
    "a frame that is cut off": video(b"\x27\x01\x00\x00\x00\x00\x00\x00\x50\x41ab"),
    "a sound tag that is cut off": audio(b"\xaf"),
    "an empty sound configuration": audio(b"\xaf\x00"),
    "a command that is unknown": command("@ping", 9, None, chunk_size=4096),
    "a command without a number": message(MessageType.COMMAND, amf.encode("onMetaData", "x"), stream=PUBLISH_STREAM),
    "a message of an unknown type": message(99, b"abc", stream=PUBLISH_STREAM),
}


@pytest.mark.parametrize("case", NOT_NEEDED.values(), ids=NOT_NEEDED)
async def test_what_is_not_needed_is_skipped(case):
    assert await frames_through(publishing() + case + media_bytes(make_media(seconds=0.4))) == 10


async def test_a_configuration_is_used_without_the_end_that_cannot_be_read():
    tags = [
        (is_video, at, with_short_sps(body) if is_video and not body[1] else body)
        for is_video, at, body in make_media()
    ]
    assert await frames_through(publishing() + media_bytes(tags)) == 10


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (publishing() + video(b"\x90hvc1" + bytes(20)), b"HEVC"),
        (publishing() + message(MessageType.SET_CHUNK_SIZE, bytes(4), chunk_stream=2), b"chunk size of zero"),
        (publishing() + message(MessageType.VIDEO, bytes(LIMIT + 1), chunk_size=4096), b"A message is too large."),
        (publishing()[: len(HELLO) + 1536] + command("play", 1, None, "key"), b"only takes streams"),
        (publishing()[: len(HELLO) + 1536] + command("publish", 1, None, 5.0), b"stream key is missing"),
        (publishing()[: len(HELLO) + 1536] + video(b"\x17\x00"), b"another state"),
    ],
)
async def test_what_cannot_be_used_is_said_to_the_encoder(data, said):
    session = await talk(data, lambda event: None if isinstance(event, Metadata | Audio) else read_video(event.body))
    assert b"onStatus" in session
    assert said in session


async def talk(data, convert):
    """What a connection answers to these bytes, until it closes or nothing more comes."""

    class Feed:
        def take(self, connection, event):
            convert(event)

        def detach(self, connection, reason, **how):
            pass

        def warn(self, code, **details):
            pass

    class Everybody:
        async def admit(self, publisher, address, wanted):
            return Feed()

        def log(self, level, message, **fields):
            pass

    async def serve_one(reader, writer):
        limits = Limits(message_bytes=LIMIT)
        await Connection(reader, writer, address="127.0.0.1", limits=limits, authorizer=Everybody()).run()

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        writer.write(data)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
    return answer


async def frames_through(data):
    """How many frames go on to the media server."""
    sent = []

    class Outlet:
        late = 0

        def start(self, *, with_video):
            pass

        def send_video(self, data, milliseconds, *, is_key):
            sent.append(data)

        def send_audio(self, packet):
            pass

    conversion = Conversion(
        timeline=Timeline(), outlet=Outlet(), meter=Meter(), reencode=Reencode(), describe=lambda *facts: None
    )
    take = {Video: conversion.video, Audio: conversion.audio, Metadata: conversion.metadata}
    answer = await talk(data, lambda event: take[type(event)](event))
    conversion.close()
    assert b"NetStream.Publish.Start" in answer
    assert b"Rejected" not in answer
    return len(sent)


def test_no_mutated_connection_gets_through_the_parser():
    data = publishing() + media_bytes(make_media(seconds=0.2))
    assert serve(data, 500, lambda event: None) > 10
    chance = random.Random(20)
    counts = [serve(mutate(data, chance), chance.choice([97, 1400, 60_000]), lambda event: None) for _ in range(4000)]
    assert len(set(counts)) > 10  # they fail at many different places, and some not at all
    assert max(counts) > 10


async def test_no_mutated_media_gets_through_the_media_path():
    chance = random.Random(21)
    sources = [media_bytes(make_media(seconds=0.2, b_frames=b_frames)) for b_frames in (0, 2)]
    async with aiohttp.ClientSession() as http:
        outlet = Outlet(http, lambda event, **fields: None)
        outlet.renew("http://127.0.0.1:1/whip/v1", "token")
        described = []
        for turn in range(300):
            conversion = Conversion(
                timeline=Timeline(),
                outlet=outlet,
                meter=Meter(),
                reencode=Reencode(),
                describe=lambda *facts: described.append(facts),
            )
            take = {Video: conversion.video, Audio: conversion.audio, Metadata: conversion.metadata}
            data = publishing() + sources[turn % 2]
            serve(mutate(data, chance) if turn > 1 else data, 1400, lambda event, take=take: take[type(event)](event))
            conversion.close()
        await outlet.close()
    assert {mode for _, _, mode in described} == {"passthrough", "reencode"}
