"""What one publisher sends, from its tags to what goes to the media server, with a clock that the tests set."""

import types
from fractions import Fraction
from itertools import pairwise

import pytest

from media.engines.gateway import conversion as module
from media.engines.gateway.configuration import Reencode
from media.engines.gateway.conversion import Conversion
from media.engines.gateway.errors import ProtocolError
from media.engines.gateway.flv import Kind, read_video
from media.engines.gateway.health import Meter
from media.engines.gateway.session import Audio, Video
from media.engines.gateway.timeline import Timeline
from tests.livekit import async_until
from tests.media.engines.gateway.client import make_media


class Outlet:
    """Keeps what would be sent: (seconds of the clock, milliseconds, …)."""

    def __init__(self, clock):
        self.clock = clock
        self.video, self.audio = [], []
        self.has_video = None

    def start(self, *, with_video):
        self.has_video = with_video

    def send_video(self, data, milliseconds, *, is_key):
        self.video.append((self.clock.now, milliseconds, is_key, data))

    def send_audio(self, packet):
        self.audio.append((self.clock.now, packet.pts / 48))

    def times(self):
        return [[each[1] for each in sent] for sent in (self.video, self.audio)]


class Clock:
    now = 0.0

    def monotonic(self):
        return self.now


class Stream:
    def __init__(self, monkeypatch):
        self.clock = Clock()
        monkeypatch.setattr(module, "time", types.SimpleNamespace(monotonic=self.clock.monotonic))
        self.outlet, self.meter, self.described = Outlet(self.clock), Meter(), []
        self.conversion = Conversion(
            timeline=Timeline(),
            outlet=self.outlet,
            meter=self.meter,
            reencode=Reencode(preset="ultrafast", max_kbps=300),
            describe=lambda *facts: self.described.append(facts),
        )

    def take(self, is_video, timestamp, body, at=None):
        """One tag at its own time, or ``at`` another one (seconds)."""
        self.clock.now = timestamp / 1000 if at is None else at
        (self.conversion.video if is_video else self.conversion.audio)((Video if is_video else Audio)(timestamp, body))

    async def idle(self):
        """Let the thread that encodes finish what it has."""
        encoder = self.conversion._reencoder
        if encoder is not None:
            await async_until(lambda: encoder.waiting == 0, "all is decoded")


@pytest.fixture
async def stream(monkeypatch):
    stream = Stream(monkeypatch)
    yield stream
    stream.conversion.close()


STALL, RESUME = 3000, 9.5  # milliseconds of the stream, seconds of the clock


@pytest.mark.parametrize("b_frames", [0, 2], ids=["as it comes", "encoded anew"])
@pytest.mark.parametrize("is_kept", [True, False], ids=["the rest at once", "its clock stood still"])
async def test_after_a_stall_picture_and_sound_go_on_and_time_never_goes_back(stream, b_frames, is_kept):
    for is_video, timestamp, body in make_media(seconds=13, b_frames=b_frames, gop=25):
        at = timestamp / 1000
        if timestamp > STALL:
            at = max(at, RESUME) if is_kept else at + RESUME - STALL / 1000
        stream.take(is_video, timestamp, body, at)
        await stream.idle()
    pictures, sound = stream.outlet.times()
    assert pictures == sorted(set(pictures))
    assert sound == sorted(set(sound))
    for sent in (stream.outlet.video, stream.outlet.audio):
        after = [(now, time) for now, time, *_ in sent if now >= RESUME]
        # Within two seconds what is sent is of the present, and stays so.
        assert min(now for now, _time in after) < RESUME + 1.1
        late = [now * 1000 - time for now, time in after if now > RESUME + 1.1]
        assert max(late) < 400
        assert len(late) > 20
    if is_kept and not b_frames:
        burst = [time for now, time, *_ in stream.outlet.video if now == RESUME]
        assert 0 < len(burst) <= 25 + 10  # no more than from the last key frame on, and what was nearly in time
        first = next(each for each in stream.outlet.video if each[0] >= RESUME)
        assert first[2]


async def test_a_relay_that_hands_on_slowly_is_shown_in_quick_motion(stream):
    for is_video, timestamp, body in make_media(seconds=14, gop=25):
        after = timestamp - STALL
        stream.take(
            is_video, timestamp, body, timestamp / 1000 if after <= 0 else max(RESUME + after / 2000, timestamp / 1000)
        )
    sent = [each[0] for each in stream.outlet.video if each[0] >= RESUME]
    assert max(later - earlier for earlier, later in pairwise(sent)) < 1.2
    pictures, sound = stream.outlet.times()
    assert pictures == sorted(set(pictures))
    assert sound == sorted(set(sound))


async def test_a_phone_that_is_turned_sends_its_new_size_from_the_next_key_frame_on(stream):
    wide, tall = make_media(size=(128, 72)), make_media(size=(72, 128))
    [sets] = [read_video(body).data for is_video, _, body in tall if is_video and body[1] == 0]
    in_band = module.read_configuration(sets).parameter_sets
    prefix = b"".join(len(unit).to_bytes(4, "big") + unit for unit in in_band)
    for each in wide:
        stream.take(*each)
    assert (stream.meter.width, stream.meter.height) == (128, 72)
    for is_video, timestamp, body in tall:
        if is_video and body[1] == 0:
            continue  # no new configuration is announced
        starts = prefix if is_video and read_video(body).is_key else b""
        stream.take(is_video, timestamp + 400, body[:5] + starts + body[5:])
    keys = [data for _now, _time, is_key, data in stream.outlet.video if is_key]
    assert all(b"\x00\x00\x00\x01" + unit in keys[-1] for unit in in_band)
    assert (stream.meter.width, stream.meter.height) == (72, 128)
    assert len(stream.outlet.video) == 20
    assert stream.conversion.mode == "passthrough"


async def test_pixels_that_are_not_square_are_encoded_anew(stream):
    for each in make_media(seconds=1, aspect=Fraction(16, 11)):
        stream.take(*each)
        await stream.idle()
    assert (stream.conversion.mode, stream.meter.reencoding_reason) == ("reencode", "aspect")
    assert stream.outlet.video


async def test_sound_alone_says_that_there_is_no_video(stream):
    for each in make_media(seconds=1.5):
        if not each[0]:
            stream.take(*each)
    assert stream.outlet.has_video is False
    assert stream.described[0][0] is None


async def test_video_that_cannot_be_read_for_seconds_is_an_error_that_says_why(stream):
    frames = [each for each in make_media() if each[0] and read_video(each[2]).kind is Kind.FRAME]
    for number in range(11):
        stream.take(*frames[number % 10], at=number * 0.5)
    with pytest.raises(ProtocolError, match=r"without an H\.264 configuration"):
        stream.take(*frames[0], at=5.5)
