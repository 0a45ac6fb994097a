import io
import random
from fractions import Fraction

import av
import pytest

from media.engines.gateway.errors import ProtocolError
from media.engines.gateway.flv import Kind, read_video
from media.engines.gateway.h264 import read_configuration, read_sequence_parameters, renewed, split_units
from tests.media.engines.gateway.client import make_media


def configuration_of(tags):
    bodies = [body for is_video, _, body in tags if is_video]
    return next(tag.data for tag in map(read_video, bodies) if tag.kind is Kind.CONFIGURATION)


def frames_of(tags):
    found = [read_video(body) for is_video, _, body in tags if is_video]
    return [tag for tag in found if tag and tag.kind is Kind.FRAME]


@pytest.mark.parametrize(
    ("options", "size", "reordered", "is_playable"),
    [
        ({"size": (320, 180)}, (320, 180), 0, True),
        ({"size": (1920, 1080), "seconds": 0.1}, (1920, 1080), 0, True),
        ({"size": (64, 48), "profile": "baseline"}, (64, 48), 0, True),
        ({"size": (64, 48), "b_frames": 2}, (64, 48), 2, True),
        ({"size": (64, 48), "pix_fmt": "yuv422p"}, (64, 48), 0, False),
        ({"size": (64, 48), "pix_fmt": "yuv444p"}, (64, 48), 0, False),
        ({"size": (64, 48), "pix_fmt": "yuv420p10le"}, (64, 48), 0, False),
    ],
)
def test_what_x264_says_of_its_streams_is_read(options, size, reordered, is_playable):
    sequence = read_configuration(configuration_of(make_media(**options))).sequence
    assert (sequence.width, sequence.height) == size
    assert sequence.is_playable is is_playable
    assert (sequence.reordered or 0) >= min(reordered, 1)
    assert sequence.reordered == 0 or reordered


def test_frames_become_a_stream_that_decoders_read():
    tags = make_media()
    configuration = read_configuration(configuration_of(tags))
    frames = frames_of(tags)
    stream = b"".join(annex_b(configuration, frame) for frame in frames)
    with av.open(io.BytesIO(stream), format="h264") as decoded:
        pictures = list(decoded.decode(video=0))
    assert len(pictures) == len(frames) == 10
    assert (pictures[0].width, pictures[0].height) == (64, 48)


def test_parameter_sets_go_out_once_before_each_key_frame_and_notes_never():
    tags = make_media()
    configuration = read_configuration(configuration_of(tags))
    key, other = frames_of(tags)[:2]
    assert any(unit[0] & 0x1F == 6 for unit in split_units(key.data, 4))  # x264 says who it is
    assert kinds(annex_b(configuration, key)) == [7, 8, 5]
    assert kinds(annex_b(configuration, other)) == [1]
    assert configuration.annex_b([b"\x09\xf0"], is_key=True) == b""


def annex_b(configuration, frame):
    return configuration.annex_b(split_units(frame.data, configuration.length_size), is_key=frame.is_key)


def kinds(stream):
    return [unit[0] & 0x1F for unit in stream.split(b"\x00\x00\x00\x01")[1:]]


def test_parameter_sets_inside_the_stream_take_the_place_of_those_of_their_number():
    wide = read_configuration(configuration_of(make_media(size=(128, 72), seconds=0.1)))
    tags = make_media(size=(72, 128))
    tall = read_configuration(configuration_of(tags))
    assert renewed(wide, [*wide.parameter_sets, b"\x65picture"]) is wide
    assert renewed(wide, [b"\x41picture"]) is wide
    turned = renewed(wide, [*tall.parameter_sets, b"\x65picture"])
    assert (turned.sequence.width, turned.sequence.height) == (72, 128)
    assert turned.parameter_sets == tall.parameter_sets
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = turned.raw
    [picture, *_] = [each for frame in frames_of(tags) for each in decoder.decode(av.Packet(frame.data))]
    assert (picture.width, picture.height) == (72, 128)
    assert renewed(None, [tall.parameter_sets[0]]) is None
    assert renewed(None, list(tall.parameter_sets)).sequence == tall.sequence
    with pytest.raises(ProtocolError):
        renewed(wide, [b"\x67\x64"])


@pytest.mark.parametrize(
    ("aspect", "is_square"), [("1:1", True), ("64:45", False), ("16:11", False), ("10:11", False), ("200:201", True)]
)
def test_pixels_that_are_not_square_are_seen(aspect, is_square):
    width, height = map(int, aspect.split(":"))
    sequence = read_configuration(configuration_of(make_media(aspect=Fraction(width, height)))).sequence
    assert (sequence.aspect, sequence.is_square) == (Fraction(width, height), is_square)


def test_a_sequence_whose_end_cannot_be_read_is_used_without_it():
    whole = read_configuration(configuration_of(make_media(size=(320, 180)))).parameter_sets[0]
    for length in range(len(whole) - 12, len(whole)):
        sequence = read_sequence_parameters(whole[:length])
        assert (sequence.width, sequence.height) == (320, 180)


@pytest.mark.parametrize("data", [b"", b"\x01\x64\x00\x1f\xff", b"\x00" * 20, b"\x01\x64\x00\x1f\xff\xe0\x00"])
def test_a_configuration_that_is_none_is_an_error(data):
    with pytest.raises(ProtocolError):
        read_configuration(data)


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x00\x00\x05ab", b"\xff\xff\xff\xff"])
def test_frames_that_are_cut_off_are_an_error(data):
    with pytest.raises(ProtocolError):
        split_units(data, 4)


def test_whatever_is_changed_in_a_configuration_it_is_read_or_refused():
    source = configuration_of(make_media(pix_fmt="yuv422p"))
    chance = random.Random(3)
    for _ in range(5000):
        data = bytearray(source)
        for _ in range(chance.randrange(1, 5)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            sequence = read_configuration(bytes(data[: chance.randrange(len(data) + 1)])).sequence
        except ProtocolError:
            continue
        assert 0 < sequence.width <= 4096
        assert 0 < sequence.height <= 4096
