"""A span of a recording as a file of its own, not encoded again."""

import json
import subprocess

import pytest

from media.processing.errors import StepFailed
from media.processing.running import run_step
from tests.media.processing.ffprobe import assert_decodes
from tests.recordings.video import make_video


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    path = tmp_path_factory.mktemp("recording") / "recording.mp4"
    make_video(path, 20)
    return path


def cut(recording, tmp_path, start, end):
    output = tmp_path / "cut.mp4"
    found = run_step("trim", {"file": str(recording), "output": str(output), "start": start, "end": end}, seconds=60)
    checked = run_step("check", {"file": str(output), "packets": found["packets"]}, seconds=60)
    return output, found, checked


def ffprobe(path, *options):
    run = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", *options, str(path)], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    return json.loads(run.stdout)


def test_it_begins_at_the_moment_wanted_although_the_key_frame_is_earlier(recording, tmp_path):
    output, found, checked = cut(recording, tmp_path, 5.5, 12.0)
    assert found["begins"] == 4.0
    assert checked["duration"] == pytest.approx(6.5, abs=0.15)
    frames = ffprobe(output, "-select_streams", "v", "-show_entries", "frame=pts_time,key_frame")["frames"]
    shown = [float(frame["pts_time"]) for frame in frames if float(frame["pts_time"]) >= -0.001]
    assert (len(shown), shown[0], shown[-1]) == (65, pytest.approx(0, abs=0.05), pytest.approx(6.4, abs=0.05))
    sound = ffprobe(output, "-select_streams", "a", "-show_entries", "stream=start_time,duration")["streams"][0]
    assert float(sound["start_time"]) == pytest.approx(0, abs=0.05)
    assert float(sound["duration"]) == pytest.approx(6.5, abs=0.1)


def test_it_decodes_without_a_complaint_and_plays_from_its_first_bytes(recording, tmp_path):
    output, _found, _checked = cut(recording, tmp_path, 3.0, None)
    assert_decodes(output)
    content = output.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert float(ffprobe(output, "-show_entries", "format=duration")["format"]["duration"]) == pytest.approx(
        17, abs=0.15
    )


def test_nothing_is_encoded_again(recording, tmp_path):
    output, _found, _checked = cut(recording, tmp_path, 0.0, 4.0)
    packets = ffprobe(output, "-select_streams", "v", "-show_entries", "packet=size")["packets"]
    original = ffprobe(recording, "-select_streams", "v", "-show_entries", "packet=size")["packets"]
    assert packets == original[: len(packets)]
    assert len(packets) == 40


def test_a_span_without_anything_in_it_fails_and_leaves_nothing(recording, tmp_path):
    with pytest.raises(StepFailed):
        cut(recording, tmp_path, 30.0, 31.0)
    assert list(tmp_path.iterdir()) == []
