import struct

import pytest

from media.engines.gateway.chunks import ChunkReader, ChunkWriter, MessageType
from media.engines.gateway.errors import LimitExceeded, ProtocolError
from tests.media.engines.gateway.client import message

BODY = bytes(range(256)) * 2


def read(data, *, limit=100_000, step=None, chunk_size=128):
    """All messages in ``data``, which arrives ``step`` bytes at a time."""
    reader = ChunkReader(limit)
    reader.chunk_size = chunk_size
    found = []
    for at in range(0, len(data), step or len(data)):
        reader.feed(data[at : at + (step or len(data))])
        while each := reader.next_message():
            found.append((each.type, each.timestamp, each.stream, each.body))
    return found


@pytest.mark.parametrize("step", [1, 7, None])
def test_a_message_is_read_however_its_bytes_arrive(step):
    data = message(9, BODY, stream=1, timestamp=40, chunk_size=128)
    assert read(data * 2, step=step) == [(9, 40, 1, BODY)] * 2


@pytest.mark.parametrize("step", [1, None])
@pytest.mark.parametrize("timestamp", [0xFFFFFE, 0xFFFFFF, 0x1000000, 0xFFFFFFFF])
def test_timestamps_beyond_three_bytes_are_repeated_in_each_chunk(timestamp, step):
    data = message(9, BODY, stream=1, timestamp=timestamp, chunk_size=128)
    assert read(data, step=step) == [(9, timestamp, 1, BODY)]


def test_encoders_that_do_not_repeat_the_extended_timestamp_are_understood():
    head = b"\x04\xff\xff\xff" + len(BODY).to_bytes(3, "big") + b"\x09" + struct.pack("<I", 1)
    parts = [BODY[at : at + 128] for at in range(0, len(BODY), 128)]
    data = head + struct.pack(">I", 0x1000000) + b"\xc4".join(parts)
    assert read(data) == [(9, 0x1000000, 1, BODY)]


def test_headers_that_leave_things_out_take_them_from_before():
    full = b"\x04" + (1000).to_bytes(3, "big") + b"\x00\x00\x02\x08" + struct.pack("<I", 1) + b"ab"
    same_stream = b"\x44" + (20).to_bytes(3, "big") + b"\x00\x00\x03\x09" + b"cde"
    same_length = b"\x84" + (30).to_bytes(3, "big") + b"fgh"
    same_everything = b"\xc4" + b"ijk"
    assert read(full + same_stream + same_length + same_everything) == [
        (8, 1000, 1, b"ab"),
        (9, 1020, 1, b"cde"),
        (9, 1050, 1, b"fgh"),
        (9, 1080, 1, b"ijk"),
    ]


def test_a_difference_beyond_three_bytes_is_a_difference():
    full = b"\x04" + (5).to_bytes(3, "big") + b"\x00\x00\x01\x08" + struct.pack("<I", 1) + b"a"
    far = b"\x84\xff\xff\xff" + struct.pack(">I", 0x1000000) + b"b"
    assert read(full + far) == [(8, 5, 1, b"a"), (8, 0x1000005, 1, b"b")]


def test_the_clock_wraps_at_32_bits():
    full = message(8, b"a", stream=1, timestamp=0xFFFFFFFF)
    assert read(full + b"\x84" + (3).to_bytes(3, "big") + b"b") == [(8, 0xFFFFFFFF, 1, b"a"), (8, 2, 1, b"b")]


def test_messages_of_several_chunk_streams_may_be_interleaved():
    sound = message(8, b"sound", stream=1, chunk_stream=4)
    picture = message(9, BODY, stream=1, chunk_stream=6, chunk_size=128)
    assert read(picture[:140] + sound + picture[140:]) == [(8, 0, 1, b"sound"), (9, 0, 1, BODY)]


@pytest.mark.parametrize("identifier", [b"\x00\x05", b"\x01\x05\x02"])
def test_large_chunk_stream_identifiers_are_read(identifier):
    assert read(identifier + message(8, b"a", stream=1)[1:]) == [(8, 0, 1, b"a")]


def test_an_aborted_message_is_forgotten():
    reader = ChunkReader(1000)
    reader.feed(message(9, BODY, chunk_size=128)[:140])
    assert reader.next_message() is None
    reader.abort(4)
    reader.feed(message(8, b"next"))
    assert reader.next_message().body == b"next"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\xc4", ProtocolError),  # leaves out what was never said
        (message(9, BODY, chunk_size=128)[:140] + message(9, BODY), ProtocolError),  # begins anew inside a message
        (message(9, bytes(2000)), LimitExceeded),
        (
            message(9, bytes(900), chunk_stream=4, chunk_size=128)[:140] * 1
            + message(9, bytes(950), chunk_stream=5, chunk_size=128),
            LimitExceeded,  # together with the unfinished one
        ),
        (b"".join(message(8, b"a", chunk_stream=number) for number in range(2, 40)), LimitExceeded),
    ],
)
def test_what_breaks_the_rules_or_the_limits_is_an_error(data, error):
    with pytest.raises(error):
        read(data, limit=1000)


def test_what_is_written_is_read():
    body = bytes(9000)
    data = ChunkWriter().message(3, MessageType.COMMAND, 1, body)
    assert read(data, chunk_size=ChunkWriter.chunk_size) == [(20, 0, 1, body)]
