"""The recorder on the real media server, with people who flash and beep once a second."""

import itertools
import os
import signal
import statistics

import numpy as np
import pytest

from media.captures.port import Connected, Disconnected, PartClosed, next_numbers, read_journal
from media.engines.recorder.compositor import PLATE as PLATE_COLOR
from media.livekit.client import ensure_room
from tests.livekit import running_livekit, until
from tests.media.engines.recorder.live import ROOM, Scene

SLATE = 82  # the brightness of #1d4ed8
PLATE = PLATE_COLOR[0]


@pytest.fixture
def scene(livekit):
    scene = Scene(livekit.socket_url)
    yield scene
    scene.close()


def shades(seen, *known):
    """Which of the known shades stood at the left edge, one after the other, without repetitions."""
    nearest = [min(known, key=lambda shade: abs(shade - edge)) for edge in seen.edges]
    return [shade for shade, _ in itertools.groupby(nearest)]


def test_a_person_is_recorded_marked_and_hidden_with_lips_in_step(scene, tmp_path):
    scene.enter("ann", shade=150)
    capture = scene.record(tmp_path / "capture", hosts=("ann",))
    capture.wait_ready()
    until(lambda: "ann" in capture.sees(), "ann is seen")
    capture.engine.mark("recording")
    until(lambda: len(capture.parts()) == 2, "the mark's part")
    capture.wait_segments(4)
    capture.engine.hide(True)
    capture.engine.mark("hidden")
    until(lambda: len(capture.parts()) == 3, "the hidden part")
    capture.wait_segments(2)
    assert capture.engine.stop(60) == 0

    _, marked, hidden = capture.parts()
    assert [marked.mark, hidden.mark] == ["recording", "hidden"]
    seen = capture.watch(marked)
    assert (seen.width, seen.height) == (640, 360)
    assert seen.duration == pytest.approx(hidden.media_start - marked.media_start, abs=0.3)
    assert len(seen.sound) / 48_000 == pytest.approx(hidden.media_start - marked.media_start, abs=0.05)
    assert len(seen.beeps()) >= 4
    offsets = seen.offsets(is_live=True)
    assert abs(statistics.median(offsets)) <= 0.040, offsets

    slate = capture.watch(hidden)
    assert shades(slate, SLATE, 155) == [SLATE]
    assert np.abs(slate.sound[4800:]).max() < 0.01
    assert {event.part for event in capture.told(PartClosed)} == {0, 1, 2}


def test_a_killed_recorder_loses_two_seconds_at_most_and_another_goes_on(scene, tmp_path):
    folder = tmp_path / "capture"
    scene.enter("ann")
    first = scene.record(folder)
    first.wait_ready()
    first.wait_segments(3)
    os.kill(first.engine.process.pid, signal.SIGKILL)
    until(lambda: first.statuses, "its end")
    journal = read_journal(folder)
    [part] = first.parts()
    last = first.segments()[-1]
    seen = first.watch(part)
    assert seen.duration > last.media_start + last.duration - 0.5  # what the segments have, and no new one followed
    assert len(seen.sound) / 48_000 > last.media_start + last.duration - 0.5

    part, segment = next_numbers(journal)
    second = scene.record(folder, first_part=part, first_segment=segment)
    second.wait_ready()
    second.wait_segments(2)
    assert second.engine.stop(60) == 0
    for rendition in ("360p", "180p"):
        segments = second.segments(rendition)
        assert [each.sequence for each in segments if each.discontinuity] == [segment]
        assert all(each.init.endswith("init-1.mp4") for each in segments if each.sequence >= segment)
    first_part, second_part = second.parts()
    assert second_part.media_start >= first_part.media_start + last.media_start + last.duration
    assert second_part.media_start == pytest.approx(second_part.started_at - first_part.started_at, abs=0.002)
    assert second.watch(second_part).duration > 2


def test_nobody_is_shown_as_they_were_before_they_muted_or_left(scene, tmp_path):
    ann = scene.enter("ann", shade=165)
    capture = scene.record(tmp_path / "capture")
    capture.wait_ready()
    until(lambda: "ann" in capture.sees(), "ann is seen")
    capture.wait_segments(1)
    ann.do("mute")
    until(lambda: "ann" not in capture.sees(), "ann is not seen any more")
    capture.wait_segments(1)
    ann.do("shade 130")
    ann.do("unmute")
    until(lambda: "ann" in capture.sees(), "ann is seen again")
    capture.wait_segments(1)
    ann.leave()
    until(lambda: "ann" not in capture.sees(), "ann has left")
    scene.enter("ann", shade=200)
    until(lambda: "ann" in capture.sees(), "ann is back")
    capture.wait_segments(1)
    assert capture.engine.stop(60) == 0
    [part] = capture.parts()
    seen = capture.watch(part)
    known = (SLATE, PLATE, 170, 135, 205)
    assert shades(seen, *known) == [SLATE, 170, PLATE, 135, SLATE, 205]  # the plate while only her voice was there
    assert len(seen.beeps()) > 5


def test_several_people_stand_in_a_grid_and_beside_a_screen(scene, tmp_path):
    scene.enter("ann", shade=60, simulcast=True)
    scene.enter("ben", shade=160)
    capture = scene.record(tmp_path / "capture", hosts=("ben",))
    capture.wait_ready()
    until(lambda: {"ann", "ben"} <= set(capture.sees()), "both are seen")
    capture.engine.mark("two")
    until(lambda: len(capture.parts()) == 2, "the mark's part")
    capture.wait_segments(1)
    scene.enter("eve", shade=220, screen=True)
    until(lambda: "eve" in capture.sees(), "the screen is seen")
    capture.engine.mark("screen")
    until(lambda: len(capture.parts()) == 3, "the mark's part")
    capture.wait_segments(1)
    assert capture.engine.stop(60) == 0
    _, two, screen = capture.parts()
    assert capture.watch(two).edges[0] == pytest.approx(165, abs=15)  # the host stands at the left
    assert capture.watch(screen).edges[0] == pytest.approx(225, abs=15)


def test_one_capture_goes_through_a_restart_of_the_media_server(tmp_path):
    with running_livekit() as server:
        scene = Scene(server.socket_url)
        try:
            ann = scene.enter("ann", shade=40)
            capture = scene.record(tmp_path / "capture")
            capture.wait_ready()
            until(lambda: "ann" in capture.sees(), "ann is seen")
            ann.process.kill()  # or she would come back by herself
            old = server.server.pid
            os.kill(old, signal.SIGKILL)
            until(lambda: server.server.pid not in {None, old} and server.server.wait_ready(1), "another server")
            ensure_room(ROOM)
            until(lambda: capture.told(Disconnected), "the recorder has noticed")
            until(lambda: len(capture.told(Connected)) == 2, "the recorder is back")
            until(lambda: "ann" not in capture.sees(), "ann is gone")
            scene.enter("ben", shade=200)
            until(lambda: "ben" in capture.sees(), "ben is seen")
            capture.wait_segments(1)
            assert capture.engine.stop(60) == 0
        finally:
            scene.close()
    [part] = capture.parts()
    assert shades(capture.watch(part), SLATE, 45, 205) == [SLATE, 45, SLATE, 205]
    segments = capture.segments()
    assert not any(each.discontinuity for each in segments)
    assert [each.sequence for each in segments] == list(range(len(segments)))
