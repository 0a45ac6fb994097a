import pytest

from media.engines.gateway.errors import ProtocolError, UnsupportedCodec
from media.engines.gateway.flv import AudioTag, Kind, VideoTag, read_audio, read_video


def test_video_tags_of_h264_are_read():
    assert read_video(b"\x17\x00\x00\x00\x00conf") == VideoTag(Kind.CONFIGURATION, True, 0, b"conf")
    assert read_video(b"\x27\x01\x00\x00\x28data") == VideoTag(Kind.FRAME, False, 40, b"data")
    assert read_video(b"\x27\x01\xff\xff\xd8data") == VideoTag(Kind.FRAME, False, -40, b"data")
    assert read_video(b"\x17\x02") is None
    assert read_video(b"\x57\x00") is None  # a command, not a picture


def test_audio_tags_of_aac_are_read():
    assert read_audio(b"\xaf\x00\x11\x90") == AudioTag(Kind.CONFIGURATION, b"\x11\x90")
    assert read_audio(b"\xaf\x01data") == AudioTag(Kind.FRAME, b"data")


@pytest.mark.parametrize(
    ("body", "codec"),
    [
        (b"\x90hvc1", "HEVC"),
        (b"\x90av01", "AV1"),
        (b"\x90vp09", "VP9"),
        (b"\x91avc1", "enhanced RTMP"),
        (b"\x96\x00", "Enhanced RTMP video"),
        (b"\x1c\x00", "HEVC"),
        (b"\x12\x00", "H.263"),
        (b"\x1f\x00", "This video codec"),
    ],
)
def test_other_video_is_refused_by_its_name(body, codec):
    with pytest.raises(UnsupportedCodec, match=r"Choose H\.264 for video and AAC for audio") as refused:
        read_video(body)
    assert codec in refused.value.codec


@pytest.mark.parametrize(("body", "codec"), [(b"\x2f\xff", "MP3"), (b"\x90Opus", "Enhanced"), (b"\xb6\x00", "Speex")])
def test_other_audio_is_refused_by_its_name(body, codec):
    with pytest.raises(UnsupportedCodec) as refused:
        read_audio(body)
    assert codec in refused.value.codec


@pytest.mark.parametrize("body", [b"", b"\x17", b"\x17\x01\x00", b"\x17\x09\x00\x00\x00"])
def test_tags_that_are_cut_off_or_unknown_are_an_error(body):
    with pytest.raises(ProtocolError):
        read_video(body)


@pytest.mark.parametrize("body", [b"", b"\xaf"])
def test_sound_that_is_cut_off_is_an_error(body):
    with pytest.raises(ProtocolError):
        read_audio(body)
