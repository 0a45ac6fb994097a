"""Mutated connections against the whole parser and the media path, in this process, with a seed."""

import random

import aiohttp

from media.engines.gateway.configuration import Reencode
from media.engines.gateway.conversion import Conversion
from media.engines.gateway.errors import ProtocolError, UnsupportedCodec
from media.engines.gateway.health import Meter
from media.engines.gateway.outlet import Outlet
from media.engines.gateway.session import Audio, Metadata, PublishWanted, RtmpSession, Video
from media.engines.gateway.timeline import Timeline
from tests.media.engines.gateway.client import HELLO, make_media, media_bytes, publishing

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
