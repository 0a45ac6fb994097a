"""From what the recorder left to one file, in the very child processes that the product uses."""

import os
import signal
import threading

import av
import numpy as np
import pytest
from PIL import Image

from media.processing.choosing import choose
from media.processing.errors import StepFailed
from media.processing.running import run_step
from tests.livekit import until
from tests.media.engines.recorder.probe import watch
from tests.media.engines.recorder.test_production import BEGAN
from tests.media.processing.captures import Captured
from tests.media.processing.ffprobe import assert_decodes, ffprobe


def sources_of(captured, started_at=BEGAN, stopped_at=None):
    found = choose(
        captured.journal, start_mark="start:a", stop_mark="stop:a", started_at=started_at, stopped_at=stopped_at
    )
    return [{name: getattr(source, name) for name in source.__dataclass_fields__} for source in found.sources]


def do(step, **values):
    return run_step(step, values, seconds=60)


def make(captured, output, **times):
    probed = do("probe", folder=str(captured.folder), sources=sources_of(captured, **times))
    return do("join", folder=str(captured.folder), sources=probed["sources"], output=str(output))


def assert_in_sync(seen, *, within=0.04):
    offsets = seen.offsets()
    assert offsets
    assert max(map(abs, offsets)) <= within, offsets


def test_parts_become_one_file_that_plays_from_its_first_bytes(tmp_path):
    captured = Captured(tmp_path / "capture").run((None, 1.5), ("start:a", 3), ("other", 2.5), ("stop:a", 1))
    joined = make(captured, tmp_path / "made.mp4")
    probed = ffprobe(tmp_path / "made.mp4")
    assert [stream["codec_name"] for stream in probed["streams"]] == ["h264", "aac"]
    assert float(probed["format"]["duration"]) == pytest.approx(5.5, abs=0.05)
    assert joined["duration"] == pytest.approx(5.5, abs=0.05)
    assert joined["started_at"] == BEGAN + 1.5
    assert_decodes(tmp_path / "made.mp4")
    data = (tmp_path / "made.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    seen = watch(str(tmp_path / "made.mp4"))
    assert_in_sync(seen)
    assert len(seen.flashes()) == 5
    checked = do("check", file=str(tmp_path / "made.mp4"), packets=joined["packets"])
    assert (checked["width"], checked["height"]) == (320, 180)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["capture", "made.mp4"]


def test_a_crash_leaves_a_still_and_silence_and_both_stay_together(tmp_path):
    captured = Captured(tmp_path / "capture").run(("start:a", 4.0))
    captured.crash(0).run((None, 3), ("stop:a", 1), began=BEGAN + 7)
    joined = make(captured, tmp_path / "made.mp4")
    assert joined["duration"] == pytest.approx(10, abs=0.05)
    assert_decodes(tmp_path / "made.mp4")
    seen = watch(str(tmp_path / "made.mp4"))
    assert_in_sync(seen)
    flashes = seen.flashes()
    assert [flash for flash in flashes if flash > 4] == pytest.approx([7, 8, 9], abs=0.05)
    assert max(flash for flash in flashes if flash < 4) >= 2
    with av.open(str(tmp_path / "made.mp4")) as made:
        times = [packet.pts for packet in made.demux(audio=0) if packet.pts is not None]
    assert max(np.diff(times)) <= 2 * 1024  # the sound goes on through the gap
    assert joined["packets"]["audio"] == len(times)


def test_what_was_captured_two_seconds_before_a_crash_is_in_it(tmp_path):
    captured = Captured(tmp_path / "capture").run(("start:a", 6.0)).crash(0, share=0.7)
    joined = make(captured, tmp_path / "made.mp4")
    with av.open(str(captured.folder / "part-0000.mp4")) as part:
        last = [packet.pts * packet.time_base for packet in part.demux(video=0) if packet.pts and not packet.is_corrupt]
    assert joined["duration"] >= float(last[-1]) - 0.1
    assert_decodes(tmp_path / "made.mp4")


def test_torn_pictures_at_the_end_are_left_out(tmp_path):
    """After a power cut a file may have its length, and nothing in it."""
    captured = Captured(tmp_path / "capture").run(("start:a", 6.0)).crash(0, share=1)
    path = captured.folder / "part-0000.mp4"
    with av.open(str(path)) as part:
        positions = [packet.pos for packet in part.demux(video=0) if packet.pts is not None]
    torn = positions[len(positions) * 3 // 4]
    with path.open("rb+") as file:
        file.seek(torn)
        file.write(bytes(path.stat().st_size - torn))
    joined = make(captured, tmp_path / "made.mp4")
    assert 3 <= joined["duration"] <= 4.6
    assert_decodes(tmp_path / "made.mp4")


def test_a_part_cut_by_time_begins_with_a_key_frame_and_stays_in_sync(tmp_path):
    captured = Captured(tmp_path / "capture").run((None, 9))
    joined = make(captured, tmp_path / "made.mp4", started_at=BEGAN + 2.5, stopped_at=BEGAN + 7.5)
    assert joined["started_at"] == BEGAN + 4
    assert joined["duration"] == pytest.approx(3.5, abs=0.1)
    assert_decodes(tmp_path / "made.mp4")
    assert_in_sync(watch(str(tmp_path / "made.mp4")))


def test_parts_that_were_encoded_differently_are_joined_all_the_same(tmp_path):
    captured = Captured(tmp_path / "capture").run(("start:a", 3))
    smaller = {"width": 256, "height": 144, "fps": 30, "preset": "veryfast", "max_kbps": 500}
    captured.options = {}
    from tests.media.engines.recorder import test_production as production

    width, height = production.WIDTH, production.HEIGHT
    production.WIDTH, production.HEIGHT = 256, 144
    try:
        captured.run((None, 3), began=BEGAN + 4, video=smaller)
    finally:
        production.WIDTH, production.HEIGHT = width, height
    joined = make(captured, tmp_path / "made.mp4")
    assert joined["duration"] == pytest.approx(7, abs=0.05)
    assert_decodes(tmp_path / "made.mp4")


def test_a_clock_that_was_set_back_does_not_turn_times_back(tmp_path):
    captured = Captured(tmp_path / "capture").run(("start:a", 4)).run((None, 2), began=BEGAN + 1)
    joined = make(captured, tmp_path / "made.mp4")
    assert joined["duration"] == pytest.approx(6, abs=0.1)
    do("check", file=str(tmp_path / "made.mp4"), packets=joined["packets"])
    assert_decodes(tmp_path / "made.mp4")
    assert_in_sync(watch(str(tmp_path / "made.mp4")))


def test_parts_that_cannot_be_read_are_left_out_and_named(tmp_path):
    captured = Captured(tmp_path / "capture").run(("start:a", 2)).run((None, 2), began=BEGAN + 3)
    (captured.folder / "part-0000.mp4").write_bytes(b"nothing of the kind")
    probed = do("probe", folder=str(captured.folder), sources=sources_of(captured))
    assert [part["is_readable"] for part in probed["parts"]] == [False, True]
    assert [source["part"] for source in probed["sources"]] == [1]


def test_nothing_recorded_is_said(tmp_path):
    captured = Captured(tmp_path / "capture").run(("start:a", 2))
    (captured.folder / "part-0000.mp4").unlink()
    with pytest.raises(StepFailed, match="nothing_recorded"):
        do("probe", folder=str(captured.folder), sources=sources_of(captured))


def test_a_file_that_lost_something_is_found_out(tmp_path):
    captured = Captured(tmp_path / "capture").run(("start:a", 5))
    joined = make(captured, tmp_path / "made.mp4")
    with (tmp_path / "made.mp4").open("rb+") as file:
        file.truncate(joined["bytes"] - 2000)
    with pytest.raises(StepFailed, match="unreadable"):
        do("check", file=str(tmp_path / "made.mp4"), packets=joined["packets"])


def test_pictures_and_checksum(tmp_path):
    captured = Captured(tmp_path / "capture").run(("start:a", 7))
    joined = make(captured, tmp_path / "made.mp4")
    made = do(
        "pictures",
        file=str(tmp_path / "made.mp4"),
        duration=joined["duration"],
        poster=str(tmp_path / "poster.jpg"),
        sprite=str(tmp_path / "sprite.jpg"),
    )
    assert made["sprite"] == {"interval": 2.0, "columns": 4, "rows": 1, "width": 160, "height": 90, "count": 4}
    with Image.open(tmp_path / "poster.jpg") as poster, Image.open(tmp_path / "sprite.jpg") as sprite:
        assert poster.size == (320, 180)
        assert sprite.size == (640, 90)
        assert np.asarray(poster.convert("L")).std() > 10
    summed = do("checksum", file=str(tmp_path / "made.mp4"))
    assert summed["bytes"] == joined["bytes"]
    assert len(summed["sha256"]) == 64


def test_the_poster_is_neither_black_nor_the_slate(tmp_path):
    """Four seconds of slate, four of somebody, four of slate."""
    from tests.media.engines.recorder.test_production import Recording

    production = Recording(tmp_path / "capture")
    production.production.mark("start:a")
    production.run(120)
    production.enter()
    production.run(120)
    production.production.hide()
    production.run(120)
    production.close()
    captured = Captured(tmp_path / "capture")
    joined = make(captured, tmp_path / "made.mp4")
    do(
        "pictures",
        file=str(tmp_path / "made.mp4"),
        duration=joined["duration"],
        poster=str(tmp_path / "poster.jpg"),
        sprite=str(tmp_path / "sprite.jpg"),
    )
    with Image.open(tmp_path / "poster.jpg") as poster:
        red, _green, blue = np.asarray(poster.convert("RGB"))[90, 12]
    assert abs(int(red) - int(blue)) < 20  # grey, as the person is; the slate is blue


def test_a_full_disk_is_said_and_leaves_nothing_half_made(tmp_path):
    captured = Captured(tmp_path / "capture").run(("start:a", 5))
    probed = do("probe", folder=str(captured.folder), sources=sources_of(captured))
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(StepFailed, match="disk_full"):
            do("join", folder=str(captured.folder), sources=probed["sources"], output=str(tmp_path / "made.mp4"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [each.name for each in tmp_path.iterdir()] == ["capture"]


def test_a_step_that_takes_too_long_is_killed(tmp_path):
    os.mkfifo(tmp_path / "endless")
    with pytest.raises(StepFailed, match="timed_out"):
        run_step("checksum", {"file": str(tmp_path / "endless")}, seconds=1)


def test_what_tick_raises_ends_the_step(tmp_path):
    os.mkfifo(tmp_path / "endless")

    def enough():
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        run_step("checksum", {"file": str(tmp_path / "endless")}, seconds=60, tick=enough)


def test_a_child_that_is_killed_is_a_failure(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "endless")
    from media.processing import running

    children = []
    real = running.EngineProcess

    class Watched(real):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            children.append(self)

    monkeypatch.setattr(running, "EngineProcess", Watched)

    def kill():
        until(lambda: children and children[0].pid, "the child runs")
        os.kill(children[0].pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(StepFailed, match="crashed"):
        run_step("checksum", {"file": str(tmp_path / "endless")}, seconds=60)
    killer.join()
