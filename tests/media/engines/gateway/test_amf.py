import math
import random
import struct

import pytest

from media.engines.gateway import amf
from media.engines.gateway.errors import ProtocolError

VALUES = ["publish", 5.0, None, True, False, "", {"app": "live", "nested": {"ü": -1.5}}]


def test_what_is_encoded_is_decoded():
    assert amf.decode(amf.encode(*VALUES)) == VALUES


def test_the_kinds_that_only_encoders_send_are_read():
    array = b"\x08\x00\x00\x00\x07" + b"\x00\x05width" + amf.encode(1280) + b"\x00\x00\x09"
    strict = b"\x0a\x00\x00\x00\x02" + amf.encode("a", 1)
    date = b"\x0b" + struct.pack(">d", 1000.0) + b"\x00\x00"
    long_text = b"\x0c\x00\x01\x11\x70" + b"x" * 70_000
    assert amf.decode(array + strict + date + long_text + b"\x06") == [
        {"width": 1280.0},
        ["a", 1.0],
        1000.0,
        "x" * 70_000,
        None,
    ]


def test_text_that_is_no_utf8_is_read_all_the_same():
    assert amf.decode(b"\x02\x00\x02\xff\xfe") == ["\ufffd\ufffd"]


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x00",
        b"\x01",
        b"\x02\x00\x05abc",
        b"\x03\x00\x01a",
        b"\x03\x00\x01a\x05",
        b"\x0c\xff\xff\xff\xff",
        b"\x0a\xff\xff\xff\xff",
        b"\x08\x00\x00\x00\x00",
        b"\x07",
        b"\x11",
        b"\x0a\x00\x00\x00\x01" * 50 + b"\x05",
        b"\x05" * 1001,
    ],
)
def test_what_is_cut_off_too_deep_too_much_or_unknown_is_an_error(data):
    with pytest.raises(ProtocolError):
        amf.decode(data)


def test_whatever_is_changed_in_a_message_it_is_read_or_refused():
    source = amf.encode(*VALUES)
    chance = random.Random(5)
    for _ in range(3000):
        data = bytearray(source)
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            values = amf.decode(bytes(data[: chance.randrange(len(data) + 1)]))
        except ProtocolError:
            continue
        assert all(value is None or isinstance(value, str | float | bool | dict | list) for value in values)


def test_numbers_that_are_none_are_read():
    assert math.isnan(amf.decode(b"\x00\x7f\xf8" + bytes(6))[0])
