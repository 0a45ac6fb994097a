import pytest

from media.engines.gateway.health import Meter

BEGIN = 1000.0


def watched(*, seconds=12, gop=1000, size=10_000, fps=30, with_audio=True, video_until=60, **facts):
    """A meter after so many seconds of pictures of ``size`` bytes; its last figures and warnings."""
    meter = Meter()
    meter.width, meter.height = 1280, 720
    meter.restart(BEGIN)
    for name, value in facts.items():
        setattr(meter, name, value)
    for tick in range(seconds * fps):
        now = BEGIN + tick / fps
        if tick < video_until * fps:
            meter.video(size, tick * 1000 // fps, now, is_key=tick % (gop * fps // 1000) == 0)
        if with_audio:
            meter.audio(500, now)
        if tick % (2 * fps) == 2 * fps - 1:
            figures = meter.measure(BEGIN + (tick + 1) / fps)
    return meter, figures, meter.warnings(figures, BEGIN + seconds)


def test_a_good_stream_is_measured_and_warns_of_nothing():
    meter, figures, warnings = watched()
    assert figures.video_kbps == pytest.approx(2400)
    assert figures.audio_kbps == pytest.approx(120)
    assert figures.fps == pytest.approx(30)
    assert figures.keyframe_interval == 1.0
    assert 0 <= figures.cpu < 2
    assert meter.last_packet_at > BEGIN
    assert warnings == {}


@pytest.mark.parametrize(
    ("stream", "warnings"),
    [
        ({"gop": 4000}, {"keyframe_interval": {"seconds": 4.0}}),
        ({"gop": 3_600_000}, {"keyframe_interval": {"seconds": 11.97}}),
        ({"size": 1000}, {"low_bitrate": {"video_kbps": 240.0}}),
        ({"max_kbps": 2600, "seconds": 20}, {"high_bitrate": {"kbps": 2520, "max_kbps": 2600}}),
        ({"max_kbps": 2900, "seconds": 20}, {}),
        ({"max_kbps": 2600, "seconds": 18}, {}),
        ({"with_audio": False}, {"no_audio": {}}),
        ({"seconds": 4, "video_until": 0}, {"no_video": {}}),
        ({"seconds": 12, "video_until": 9.9}, {"no_video": {}}),
        (
            {"with_audio": False, "unsupported_audio": "MP3"},
            {"unsupported_codec": {"kind": "audio", "codec": "MP3"}},
        ),
        (
            {"has_b_frames": True, "reencoding_reason": "b_frames"},
            {"b_frames": {}, "reencoding": {"reason": "b_frames"}},
        ),
    ],
)
def test_what_viewers_will_notice_is_warned_of(stream, warnings):
    assert watched(**stream)[2] == warnings


def test_a_warning_is_new_once_until_it_has_passed():
    meter, _, warnings = watched(gop=4000)
    assert meter.new_warnings(warnings) == warnings
    assert meter.new_warnings(warnings) == {}
    assert meter.new_warnings({}) == {}
    assert meter.new_warnings(warnings) == warnings


def test_a_new_connection_is_not_blamed_for_the_former_one():
    meter, _, _ = watched(with_audio=False, has_b_frames=True, reencoding_reason="b_frames")
    meter.restart(BEGIN + 20)
    assert meter.warnings(meter.measure(BEGIN + 21), BEGIN + 21) == {}
    assert meter.keyframe_interval is None
