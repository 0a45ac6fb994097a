"""The real product records a real room, and whatever is killed, the recording goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from media.captures.port import PartBegun, PartClosed, read_journal
from tests.livekit import PATIENCE, until
from tests.product import ROOT

pytestmark = pytest.mark.product

LOST = 2.5  # seconds before a kill -9 that may be missing: two of the file's, and what the recorder stays behind


class Studio:
    """The host's side of one live session: API calls, and a camera with a microphone."""

    def __init__(self, product, cleanup):
        self.product, self.cleanup = product, cleanup
        self.http = httpx.Client(base_url=f"{product.base_url}/v1/webinar", timeout=PATIENCE, trust_env=False)
        account = {"email": product.host_email, "password": product.host_password}
        self.http.headers["Authorization"] = f"Bearer {self.call('POST', '/auth/login', account)['access_token']}"
        room = self.call("POST", "/rooms", {"title": "Launch"})["room"]["id"]
        look = {"name": "Plain", "type": "whip", "primary_color": "#0f766e"}
        preset = self.call("POST", "/presets", look)["id"]
        made = self.call("POST", f"/rooms/{room}/sessions", {"title": "Launch", "preset_id": preset})
        self.session = made["session"]["id"]
        self.camera = None
        cleanup.callback(self.http.close)

    def call(self, method, path, body=None):
        answer = self.http.request(method, path, json=body or {})
        assert answer.is_success, answer.text
        return answer.json()["data"]

    def on_session(self, action):
        return self.call("POST", f"/sessions/{self.session}/{action}")

    def publish(self):
        """Camera and microphone, as a process of their own."""
        token = self.on_session("go_live")["livekit_token"]
        self.camera = subprocess.Popen(
            [sys.executable, "-m", "tests.media.engines.publisher"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.cleanup.callback(self._leave)
        url = f"ws://127.0.0.1:{self.product.livekit_port}"
        self.camera.stdin.write(json.dumps({"url": url, "token": token, "width": 320, "height": 180}) + "\n")
        self.camera.stdin.flush()
        assert self.camera.stdout.readline() == "published\n"

    def _leave(self):
        self.camera.kill()
        self.camera.communicate()

    def recordings(self):
        return self.call("GET", f"/sessions/{self.session}/recordings")["recordings"]

    def folder(self, recording):
        return self.product.data_dir / "captures" / recording["egress_id"]

    def parts(self, recording):
        """Begun parts, and those of them that are closed, by number."""
        journal = read_journal(self.folder(recording))
        begun = {event.part: event for event in journal if isinstance(event, PartBegun)}
        return begun, {event.part: event for event in journal if isinstance(event, PartClosed)}

    def begun(self, recording):
        return self.parts(recording)[0]


@pytest.fixture
def studio(product):
    with ExitStack() as cleanup:
        made = Studio(product, cleanup)
        yield made
        made.on_session("end")
        until(lambda: product.recorder_pid() is None, "no recorder of this test meets the next")


def record(studio):
    """A recording with a picture in it."""
    studio.publish()
    recording = studio.on_session("recordings/start")
    mark = f"start:{recording['id']}"
    until(lambda: mark in [part.mark for part in studio.begun(recording).values()], "its first part")
    return recording


def grows(path: Path):
    """Waits until more is written into this file."""
    before = path.stat().st_size if path.exists() else 0
    until(lambda: path.exists() and path.stat().st_size > before + 2000, f"{path.name} grows")


def newest(studio, recording):
    return studio.folder(recording) / studio.begun(recording)[max(studio.begun(recording))].file


def finished(studio, recording):
    """The recording once its file is there."""

    def ready():
        found = studio.call("GET", f"/recordings/{recording['id']}")
        assert found["status"] != "failed", found["error_message"]
        return found if found["status"] == "completed" else None

    return until(ready, "its file is made")


def test_two_recordings_are_spans_of_one_capture(studio):
    first = record(studio)
    grows(newest(studio, first))
    assert (first["status"], first["phase"], first["duration"]) == ("recording", "capturing", None)
    assert studio.on_session("recordings/start")["id"] == first["id"]
    stopped = studio.on_session("recordings/stop")
    assert (stopped["id"], stopped["phase"]) == (first["id"], "processing")
    assert studio.on_session("recordings/stop")["id"] == first["id"]
    second = studio.on_session("recordings/start")
    assert (second["egress_id"], second["name"]) == (first["egress_id"], "Launch (2)")
    marks = [f"start:{first['id']}", f"stop:{first['id']}", f"start:{second['id']}"]
    until(lambda: [part.mark for part in studio.begun(first).values() if part.mark] == marks, "all marks, in order")
    assert finished(studio, first)["duration"] >= 1
    assert [row["phase"] for row in studio.recordings()] == ["capturing", "done"]


def test_a_killed_recorder_is_back_in_the_same_recording(product, studio):
    recording = record(studio)
    parts = len(studio.begun(recording))
    grows(newest(studio, recording))
    killed = product.recorder_pid()
    os.kill(killed, signal.SIGKILL)
    captured = time.time() - LOST - studio.begun(recording)[parts - 1].started_at
    until(lambda: len(studio.begun(recording)) > parts, "another part")
    assert product.recorder_pid() not in (None, killed)
    grows(newest(studio, recording))
    assert [row["phase"] for row in studio.recordings()] == ["capturing"]
    studio.on_session("recordings/stop")
    assert finished(studio, recording)["duration"] > captured


def test_a_killed_media_server_does_not_end_the_recording(product, studio):
    recording = record(studio)
    recorder, media = product.recorder_pid(), product.livekit_pid()
    os.kill(media, signal.SIGKILL)
    until(lambda: product.livekit_pid() not in (None, media), "another LiveKit")
    until(lambda: product.readiness() == "ready", "it answers")
    grows(newest(studio, recording))
    assert product.recorder_pid() == recorder
    assert [row["phase"] for row in studio.recordings()] == ["capturing"]


def test_a_killed_product_goes_on_with_the_recording_when_it_is_back(product, studio):
    recording = record(studio)
    parts = len(studio.begun(recording))
    grows(newest(studio, recording))
    product.kill()
    captured = time.time() - LOST - studio.begun(recording)[parts - 1].started_at
    product.start()
    until(lambda: len(studio.begun(recording)) > parts, "another part in the same folder")
    assert [row["phase"] for row in studio.recordings()] == ["capturing"]
    studio.on_session("recordings/stop")
    mark = f"stop:{recording['id']}"
    until(lambda: mark in [part.mark for part in studio.begun(recording).values()], "it is cut off")
    assert finished(studio, recording)["duration"] > captured


def test_a_product_that_is_stopped_in_order_finishes_the_files_and_goes_on_later(product, studio):
    recording = record(studio)
    product.stop()
    begun, closed = studio.parts(recording)
    assert begun.keys() == closed.keys()
    product.start()
    until(lambda: len(studio.begun(recording)) > len(begun), "another part in the same folder")
    assert [row["phase"] for row in studio.recordings()] == ["capturing"]


def test_the_end_of_the_session_ends_recording_and_recorder(product, studio):
    recording = record(studio)
    studio.on_session("end")
    assert [row["phase"] for row in studio.recordings()] != ["capturing"]
    until(lambda: product.recorder_pid() is None, "the recorder has ended")
    begun, closed = studio.parts(recording)
    assert begun.keys() == closed.keys()
    finished(studio, recording)
