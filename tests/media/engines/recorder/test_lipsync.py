"""Pictures and sound of one person, by what both jitter buffers say."""

import pytest

from media.engines.recorder.lipsync import EARLIEST, RENDERING, STEP, Buffer, LipSync

LATEST = 340_000


def measure(sync, *delays):
    """Ask so often, with these mean delays of pictures and sound in seconds; the last answer."""
    video = audio = Buffer(0, 0)
    sync.update(video, audio)
    shift = 0
    for video_delay, audio_delay in delays:
        video = Buffer(video.delay + 30 * video_delay, video.emitted + 30)
        audio = Buffer(audio.delay + 48_000 * audio_delay, audio.emitted + 48_000)
        shift = sync.update(video, audio)
    return shift


def test_pictures_are_moved_by_what_they_wait_longer():
    assert measure(LipSync(LATEST), *[(0.120, 0.060)] * 3) == pytest.approx(60_000 + RENDERING, abs=2)


def test_pictures_that_wait_less_are_held_back():
    assert measure(LipSync(LATEST), *[(0.020, 0.090)] * 3) == pytest.approx(-70_000 + RENDERING, abs=2)


def test_a_correction_is_made_in_steps():
    sync = LipSync(LATEST)
    assert measure(sync, (0.150, 0.050)) == STEP


def test_a_large_difference_is_corrected_at_once():
    assert measure(LipSync(LATEST), (0.300, 0.050)) == pytest.approx(250_000 + RENDERING, abs=2)


@pytest.mark.parametrize(("delays", "limit"), [((9.0, 0.0), LATEST), ((0.0, 9.0), EARLIEST)])
def test_pictures_are_never_moved_beyond_what_arrives_in_time(delays, limit):
    assert measure(LipSync(LATEST), *[delays] * 3) == limit


def test_nothing_changes_while_a_track_gives_nothing_out():
    sync = LipSync(LATEST)
    shift = measure(sync, *[(0.120, 0.060)] * 3)
    stuck = Buffer(1.0, 5)
    sync.update(stuck, stuck)
    assert sync.update(stuck, Buffer(2.0, 10)) == shift
