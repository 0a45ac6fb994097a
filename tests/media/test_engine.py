"""The parent's side of an engine, against a child process of the tests' own."""

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from media.engine import LINE_LIMIT, EngineProcess
from tests.livekit import until


class Run:
    """An engine and all that it told."""

    def __init__(self, configuration=None, module="tests.media.engines.double"):
        self.events = []
        self.statuses = []
        self.process = EngineProcess(
            "double", configuration or {}, self.events.append, self.statuses.append, module=module
        )

    def told(self, kind):
        return [event for event in self.events if event["event"] == kind]

    def wait_for(self, kind):
        return until(lambda: self.told(kind), f"the event {kind}")[0]


@pytest.fixture
def run():
    run = Run({"capture": "a"})
    run.process.start()
    run.wait_for("configured")
    yield run
    run.process.stop(0)


def test_the_first_line_is_the_configuration_and_commands_follow_in_order(run):
    assert run.told("configured")[0]["configuration"] == {"capture": "a"}
    for words in ("one", "two", "drei ü\nvier"):
        assert run.process.send({"do": "say", "words": words})
    run.process.stop(60)
    assert [event["words"] for event in run.told("said")] == ["one", "two", "drei ü\nvier"]


def test_the_end_of_its_input_lets_it_finish_and_the_exit_comes_after_the_last_event(run):
    assert run.process.stop(60) == 0
    assert run.events[-1]["event"] == "finished"
    assert run.statuses == [0]
    assert run.process.pid is None
    assert not run.process.is_running
    assert not run.process.send({"do": "say", "words": "too late"})


def test_an_engine_that_does_not_end_is_killed(run):
    run.process.send({"do": "ignore_signals"})
    run.wait_for("deaf")
    assert run.process.stop(0) == -signal.SIGKILL


def test_a_crash_is_told_with_its_last_words(run, caplog):
    with caplog.at_level(logging.WARNING):
        run.process.send({"do": "crash", "words": "the sky fell"})
        until(lambda: run.statuses, "its end")
    assert run.statuses == [1]
    assert "the sky fell" in caplog.text


def test_a_kill_is_told_as_its_signal(run):
    os.kill(run.process.pid, signal.SIGKILL)
    until(lambda: run.statuses, "its end")
    assert run.statuses == [-signal.SIGKILL]


@pytest.mark.parametrize("line", ["no JSON\n", "[]\n", '{"no": "event"}\n', "\n", '"text"\n'])
def test_a_line_that_is_no_event_is_passed_over(run, line):
    run.process.send({"do": "write", "text": line})
    run.process.send({"do": "say", "words": "still here"})
    assert run.wait_for("said")["words"] == "still here"
    assert len(run.events) == 2


def test_a_line_that_is_too_long_is_passed_over_as_a_whole(run):
    run.process.send({"do": "write", "text": "x" * 1000, "times": LINE_LIMIT // 400})
    run.process.send({"do": "write", "text": '{"event": "said", "words": "inside"}\n'})
    run.process.send({"do": "say", "words": "after"})
    assert run.wait_for("said")["words"] == "after"


def test_its_log_becomes_ours(run, caplog):
    with caplog.at_level(logging.INFO):
        run.process.send({"do": "log", "level": "error", "message": "It rains in"})
        run.process.send({"do": "log", "level": "nonsense", "message": "It shines"})
        run.process.stop(60)
    assert [(record.levelname, record.name) for record in caplog.records if "It rains in" in record.getMessage()] == [
        ("ERROR", "media.engines.double")
    ]
    assert "It shines" in caplog.text


def test_an_error_in_taking_an_event_does_not_end_the_reading(caplog):
    taken = []

    def take(event):
        taken.append(event["event"])
        raise RuntimeError("not today")

    process = EngineProcess("double", {}, take, module="tests.media.engines.double")
    process.start()
    assert process.stop(60) == 0
    assert taken == ["configured", "finished"]


def test_none_of_our_secrets_reach_it_through_the_environment(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "only ours")
    run = Run()
    run.process.start()
    told = run.wait_for("configured")
    assert run.process.stop(60) == 0
    assert "SECRET_KEY" not in told["environment"]
    assert "PATH" in told["environment"]


def test_it_has_a_session_of_its_own_so_that_ctrl_c_reaches_us_alone(run):
    assert run.told("configured")[0]["session"] == run.process.pid


def test_it_dies_with_a_parent_that_is_killed():
    script = (
        "from media.engine import EngineProcess\n"
        "process = EngineProcess('double', {}, lambda event: print(process.pid, flush=True), module='tests.media.engines.double')\n"
        "process.start()\n"
        "import threading\n"
        "threading.Event().wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        parent.kill()
    until(lambda: not is_alive(child), "the child's death")


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_thread_that_starts_it_may_end_before_it():
    run = Run()
    thread = threading.Thread(target=run.process.start)
    thread.start()
    thread.join()
    run.wait_for("configured")
    run.process.send({"do": "say", "words": "alive"})
    assert run.wait_for("said")["words"] == "alive"
    assert run.process.stop(60) == 0
