"""Whether video and sound of a finished recording stay in step, from the camera to the file that people download.

.venv/bin/python -m bench.media.av_sync                 # five minutes

.venv/bin/python -m bench.media.av_sync --seconds 60 --kill   # one, with the recorder killed in the middle

Somebody publishes a camera that flashes and a microphone that beeps at each whole second into a real LiveKit server;
the real recorder records it, and the real steps make one file of it. For each flash in the video and each beep in the
sound it measures how much later the beep comes, minute by minute.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webinar.settings")
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="webinar-bench-")

import django

django.setup()

import numpy as np

from media.captures.port import next_numbers, read_journal
from media.processing.choosing import choose
from tests.livekit import running_livekit, until
from tests.media.engines.recorder.live import Scene
from tests.media.engines.recorder.probe import watch

MINUTE = 60.0


def main() -> None:
    """Record, process, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--kill", action="store_true", help="kill -9 the recorder in the middle and start it again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="av-sync-") as folder, running_livekit() as livekit:
        capture = Path(folder) / "capture"
        record(livekit.socket_url, capture, options.seconds, kill=options.kill)
        recording = Path(folder) / "recording.mp4"
        took, peak = put_together(capture, recording)
        report(recording, took, peak)


def record(url: str, folder: Path, seconds: int, *, kill: bool) -> None:
    """Publish flashes and beeps for this long."""
    scene = Scene(url)
    try:
        scene.enter("ann")
        run = scene.record(folder, hosts=("ann",))
        run.wait_ready()
        until(lambda: "ann" in run.sees(), "ann is seen")
        run.engine.mark("start:bench")
        until(lambda: any(part.mark == "start:bench" for part in run.parts()), "the mark's part")
        if kill:
            time.sleep(seconds / 2)
            os.kill(run.engine.process.pid, signal.SIGKILL)
            until(lambda: run.statuses, "the recorder is dead")
            first_part, first_segment = next_numbers(read_journal(folder))
            run = scene.record(folder, hosts=("ann",), first_part=first_part, first_segment=first_segment)
            run.wait_ready()
        time.sleep(seconds / 2 if kill else seconds)
        assert run.engine.stop(60) == 0
    finally:
        scene.close()


def put_together(folder: Path, recording: Path) -> tuple[float, int]:
    """The steps that make the file; how long joining took (seconds), and its memory at most (bytes)."""
    chosen = choose(
        read_journal(folder), start_mark="start:bench", stop_mark="stop:bench", started_at=0.0, stopped_at=None
    )
    sources = [{name: getattr(each, name) for name in each.__dataclass_fields__} for each in chosen.sources]
    probed, _, _ = step("probe", folder=str(folder), sources=sources)
    joined, took, peak = step("join", folder=str(folder), sources=probed["sources"], output=str(recording))
    step("check", file=str(recording), packets=joined["packets"])
    return took, peak


def step(name: str, **values: object) -> tuple[dict, float, int]:
    """Run one step in a child as the product does; returns its result, its seconds, and its peak memory."""
    began = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "media.processing"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(child.stdout))
    reader.start()
    child.stdin.write(json.dumps({"step": name, "values": values}) + "\n")
    child.stdin.close()
    reader.join()
    _pid, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stdout.close()
    last = json.loads(lines[-1])
    assert last["event"] == "result", last
    return last["values"], time.monotonic() - began, usage.ru_maxrss * 1024


def report(recording: Path, took: float, peak: int) -> None:
    """What was found, as it is printed in docs/performance.md."""
    seen = watch(str(recording))
    beeps: list[float] = []
    for start in np.arange(0.0, seen.duration, MINUTE):  # in pieces, because every pair is compared
        piece = type(seen)(0, 0, [], [], [], [], seen.sound[int(start * 48_000) : int((start + MINUTE) * 48_000)])
        if len(piece.sound) > 48_000:
            beeps += [start + beep for beep in piece.beeps()]
    pairs = [(flash, min(beeps, key=lambda beep: abs(beep - flash)) - flash) for flash in seen.flashes()]
    offsets = [(at, offset * 1000) for at, offset in pairs if abs(offset) < 0.4]
    size = recording.stat().st_size
    print(f"{seen.duration:.1f} s, {size / 1e6:.1f} MB, {len(offsets)} of {len(pairs)} flashes with a beep")
    print(
        f"joined in {took:.2f} s: {seen.duration / took:.0f} times real time, {peak / 1e6:.0f} MB of memory at most\n"
    )
    print("| minute | beep after flash, median | least | most |")
    print("|-------:|-------------------------:|------:|-----:|")
    for start in np.arange(0.0, seen.duration, MINUTE):
        here = [offset for at, offset in offsets if start <= at < start + MINUTE]
        if here:
            middle = statistics.median(here)
            print(f"| {int(start / MINUTE) + 1} | {middle:+.1f} ms | {min(here):+.1f} ms | {max(here):+.1f} ms |")


if __name__ == "__main__":
    main()
