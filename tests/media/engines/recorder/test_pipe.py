"""The process: what it says to wrong lines, and how it ends. No media server is there, so it records the slate."""

import json
import os
import signal
import subprocess
import sys

import pytest

from media.engine import ROOT, EngineProcess
from media.engines.recorder.engine import RepeatFilter
from media.engines.recorder.room import conceal
from tests.livekit import until
from tests.media.engines.recorder.probe import watch
from tests.ports import free_port

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyZWNvcmRlciJ9.c2lnbmF0dXJl"


class Run:
    def __init__(self, capture_folder, **configuration):
        self.events, self.statuses = [], []
        self.process = EngineProcess(
            "recorder",
            {
                "capture": "a",
                "folder": str(capture_folder),
                "livekit": {"url": f"ws://127.0.0.1:{free_port()}", "token": TOKEN},
                "video": {"width": 320, "height": 180, "preset": "ultrafast"},
                **configuration,
            },
            self.events.append,
            self.statuses.append,
        )
        self.process.start()

    def told(self, kind):
        return [event for event in list(self.events) if event["event"] == kind]

    def wait_for(self, kind, count=1):
        until(lambda: len(self.told(kind)) >= count or self.statuses, f"the event {kind}")
        assert len(self.told(kind)) >= count, self.events
        return self.told(kind)[-1]


@pytest.fixture
def run(tmp_path):
    run = Run(tmp_path)
    run.wait_for("part")
    yield run
    run.process.stop(0)


def test_what_is_not_understood_is_answered_and_recording_goes_on(run, tmp_path):
    for command in (
        {"do": "dance"},
        {"no": "command"},
        {"do": "mark"},
        {"do": "hide"},
        {"do": "look", "look": {"color": "blue"}},
        {"do": "look", "look": {"color": "#000000", "logo": "/nowhere.png"}},
        {"do": "look", "look": []},
        {"do": "stage", "staging": {"layout": "circle"}},
        {"do": "stage", "staging": {"layout": "spotlight", "spotlight": "ann"}},
        {"do": "stage"},
        [],
    ):
        run.process.send(command)
    until(lambda: len([log for log in run.told("log") if "understood" in log["message"]]) == 11, "eleven answers")
    run.process.send({"do": "mark", "id": "after"})
    assert run.wait_for("part", 2)["mark"] == "after"
    assert run.process.stop(60) == 0


def test_a_room_that_cannot_be_reached_is_tried_again_with_another_token(run):
    run.wait_for("token_wanted")
    run.process.send({"do": "token", "token": TOKEN})
    run.wait_for("token_wanted", 2)
    assert not run.told("ready")
    assert run.process.stop(60) == 0
    assert TOKEN not in json.dumps(run.events)
    assert "c2lnbmF0dXJl" not in json.dumps(run.events)


@pytest.mark.parametrize("how", ["the end of its input", "stop", signal.SIGTERM])
def test_it_finishes_its_files_when_it_is_to_end(run, tmp_path, how):
    if how == "stop":
        run.process.send({"do": "stop"})
    elif how == signal.SIGTERM:
        os.kill(run.process.pid, signal.SIGTERM)
    else:
        run.process.finish()
    until(lambda: run.statuses, "its end")
    assert run.statuses == [0]
    assert run.events[-1] == {"event": "finished", "at": run.events[-1]["at"], "parts": 1}
    assert run.wait_for("part_closed")["bytes"] == (tmp_path / "part-0000.mp4").stat().st_size
    assert watch(str(tmp_path / "part-0000.mp4")).width == 320


@pytest.mark.parametrize("wrong", [{"video": {"fps": 7}}, {"folder": "relative"}, {"surprise": True}])
def test_a_wrong_configuration_is_named_and_ends_it(tmp_path, wrong):
    run = Run(tmp_path, **wrong)
    until(lambda: run.statuses, "its end")
    assert run.statuses == [2]
    assert run.told("log")[0]["level"] == "error"


def test_a_folder_that_cannot_be_written_to_is_named_and_ends_it(tmp_path):
    (tmp_path / "file").touch()
    run = Run(tmp_path / "file" / "capture")
    until(lambda: run.statuses, "its end")
    assert run.statuses == [1]
    assert "folder" in run.told("log")[0]["message"]


def test_a_full_disk_is_told_and_ends_it_with_what_was_written_whole(run, tmp_path):
    (tmp_path / "180p" / "00000000.draft").mkdir()  # where the first segment would be written
    until(lambda: run.statuses, "its end")
    assert run.statuses == [1]
    assert "Recording failed." in [log["message"] for log in run.told("log")]
    assert watch(str(tmp_path / "part-0000.mp4")).width == 320


def test_it_ends_at_once_without_a_configuration():
    process = subprocess.run(
        [sys.executable, "-m", "media.engines.recorder"],
        cwd=ROOT,
        check=False,
        input=b"",
        capture_output=True,
        timeout=60,
    )
    assert process.returncode == 0


def test_it_never_loads_django_nor_anything_of_the_product():
    script = (
        "import sys, media.engines.recorder.engine\n"
        "print([name for name in sys.modules if name.split('.')[0] in {'django', 'webinar', 'sessions', 'base', 'structlog'}])"
    )
    process = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert process.stdout == "[]\n"


def test_tokens_are_concealed_wherever_they_stand():
    assert conceal(f"ws://host/rtc?access_token={TOKEN}&x=1") == "ws://host/rtc?access_token=…&x=1"


def test_what_an_sdk_repeats_is_told_once_in_a_while():
    import logging

    repeats = RepeatFilter()
    records = [logging.LogRecord("livekit", logging.WARNING, "", 1, "queue of %s", (TOKEN,), None) for _ in range(3)]
    for record, seconds in zip(records, (0, 10, 40), strict=True):
        record.created = 1000.0 + seconds
    assert [repeats.filter(record) for record in records] == [True, False, True]
    assert records[0].getMessage() == "queue of …"
