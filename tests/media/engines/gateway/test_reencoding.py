import threading
from fractions import Fraction
from functools import partial

import av
import pytest

from media.engines.gateway.flv import Kind, read_video
from media.engines.gateway.reencoding import Reencoder, fitting_size
from tests.livekit import until
from tests.media.engines.gateway.client import make_media


def keeps_up(reencoder):
    return reencoder.waiting < 5


def encode_anew(tags, aspect=Fraction(1)):
    """The pictures that come out."""
    found = []
    reencoder = None
    for is_video, timestamp, body in tags:
        tag = read_video(body) if is_video else None
        if tag and tag.kind is Kind.CONFIGURATION:
            reencoder = Reencoder(tag.data, aspect=aspect, preset="ultrafast", max_kbps=500, on_picture=found.append)
        elif tag and tag.kind is Kind.FRAME:
            shown = timestamp + tag.composition
            until(partial(keeps_up, reencoder), "the machine keeps up")
            reencoder.put(tag.data, decode_time=timestamp, show_time=shown, is_key=tag.is_key)
    reencoder.close()
    reencoder.join(30)
    return found


@pytest.mark.parametrize("options", [{"b_frames": 2}, {"pix_fmt": "yuv422p"}, {"pix_fmt": "yuv420p10le"}])
def test_pictures_come_out_in_the_order_in_which_they_are_shown(options):
    tags = make_media(seconds=1, **options)
    frames = [(at, tag) for video, at, body in tags if video and (tag := read_video(body)).kind is Kind.FRAME]
    sent = sorted(at + tag.composition for at, tag in frames)
    pictures = encode_anew(tags)
    times = [picture.time for picture in pictures]
    assert times == sent[: len(times)]  # the last ones stay in the decoder, which waits for more
    assert len(times) > len(sent) - 5
    assert [picture.is_key for picture in pictures] == [True] + [False] * (len(pictures) - 1)
    decoder = av.CodecContext.create("h264", "r")
    shown = [frame for picture in pictures for frame in decoder.decode(av.Packet(picture.data))]
    assert shown[0].format.name == "yuv420p"
    assert not any(frame.pict_type == av.video.frame.PictureType.B for frame in shown)


def test_pixels_become_square():
    pictures = encode_anew(make_media(size=(64, 48), seconds=0.6, aspect=Fraction(16, 11)), Fraction(16, 11))
    decoder = av.CodecContext.create("h264", "r")
    [first, *_] = [frame for picture in pictures for frame in decoder.decode(av.Packet(picture.data))]
    assert (first.width, first.height) == (92, 48)


def test_a_key_frame_comes_every_two_seconds():
    pictures = encode_anew(make_media(seconds=5, b_frames=1))
    assert [picture.time // 1000 for picture in pictures if picture.is_key] == [0, 2, 4]


def test_more_than_thirty_pictures_a_second_are_too_many():
    pictures = encode_anew(make_media(seconds=1, fps=60, b_frames=1))
    assert 25 <= len(pictures) <= 32


def test_broken_frames_are_counted_and_the_next_key_frame_heals():
    tags = make_media(seconds=1, b_frames=1)
    broken = [
        (video, at, body[:9] + bytes(40) if video and number == 6 else body)
        for number, (video, at, body) in enumerate(tags)
    ]
    assert len(encode_anew(broken)) > 10


def test_when_the_machine_is_too_slow_pictures_are_left_out():
    tags = [(at, tag) for video, at, body in make_media(seconds=2) if video and (tag := read_video(body))]
    is_free = threading.Event()
    reencoder = Reencoder(
        tags[0][1].data,
        aspect=Fraction(1),
        preset="ultrafast",
        max_kbps=500,
        on_picture=lambda picture: is_free.wait(30),
    )
    for turn in range(5):
        for at, tag in tags[1:]:
            if tag.kind is Kind.FRAME:
                reencoder.put(tag.data, decode_time=2000 * turn + at, show_time=2000 * turn + at, is_key=tag.is_key)
    is_free.set()
    reencoder.close()
    reencoder.join(30)
    assert reencoder.late > 100


@pytest.mark.parametrize(
    ("size", "fitting"),
    [
        ((1280, 720), (1280, 720)),
        ((1920, 1080), (1280, 720)),
        ((1080, 1920), (720, 1280)),
        ((640, 360), (640, 360)),
        ((641, 361), (640, 360)),
        ((4096, 2160), (1280, 676)),
        ((1, 1), (2, 2)),
    ],
)
def test_pictures_fit_into_720p(size, fitting):
    assert fitting_size(*size) == fitting
