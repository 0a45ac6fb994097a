"""All benches, one after the other, each within its time.

    make bench                                        # what one installation does; at most 15 minutes
    make bench-full                                   # with PostgreSQL, Redis, large rooms, media
    .venv/bin/python -m bench storm fanout --write    # these parts; docs/performance.md tells what they printed

All load stays on loopback and is bounded. CPU times bear a machine that does other things too; seconds and latencies do
not: leave it idle for them. What each part printed, when, and on what, is kept in bench/results by ``--write``.
"""

import argparse
import json
import os
import platform
import shlex
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import report
from bench.parts import Part, chosen
from bench.process import ROOT

RESULTS = ROOT / "bench" / "results"
_TO_END = 60  # seconds that a part has to end its servers once its time is over
_VERSIONS = ("django", "djangorestframework", "uvicorn", "uvloop", "channels")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help="names of parts; without any, those of make bench")
    parser.add_argument("--full", action="store_true", help="all parts")
    parser.add_argument("--write", action="store_true", help="keep what was printed, and bring the documents up to it")
    parser.add_argument("--name", help="keep it under part-NAME, to tell of an earlier state beside the present one")
    parser.add_argument("--options", default="", help='more words for the commands of the parts, such as "--rounds 3"')
    parser.add_argument("--busy", type=float, default=1, help="on a busy machine: so many times the time of each part")
    asked = parser.parse_args()
    for sign in (signal.SIGINT, signal.SIGTERM):  # in the background shells have the first ignored, by children too
        signal.signal(sign, signal.default_int_handler)
    failed = []
    for wanted in chosen(asked.parts, full=asked.full):
        command = (*wanted.command, *shlex.split(asked.options))
        part = replace(wanted, command=command, minutes=wanted.minutes * asked.busy)
        print(f"\n## {part.name}: {' '.join(_told(part.command))}\n", flush=True)
        before = _circumstances(part)
        output, fault = run(part)
        if fault:
            failed.append(part.name)
            print(f"{part.name}: {fault}", flush=True)
        elif asked.write:
            RESULTS.mkdir(exist_ok=True)
            kept = {**before, "output": output}
            name = f"{part.name}-{asked.name}" if asked.name else part.name
            (RESULTS / f"{name}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    if asked.write:
        report.write()
    if failed:
        print(f"\nNot measured: {', '.join(failed)}.")
    return 1 if failed else 0


def run(part: Part) -> tuple[str, str | None]:
    """What the part printed, and what went wrong, if anything. It ends when its time is over."""
    process = subprocess.Popen(
        part.command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_heeds_interrupts,  # noqa: PLW1509 — no other thread runs here
    )
    try:
        output, _nothing = process.communicate(timeout=part.minutes * 60)
    except subprocess.TimeoutExpired:
        _end(process)
        return "", f"not done after {part.minutes:g} minutes"
    except KeyboardInterrupt:
        _end(process)
        raise
    print(output, flush=True)
    return output, f"ended with {process.returncode}" if process.returncode else None


def _heeds_interrupts() -> None:
    """Where we run in a shell's background, interrupts are ignored, by all that we start too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(process: subprocess.Popen[str]) -> None:
    """End a part; each ends what it started."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.communicate(timeout=_TO_END)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _told(command: tuple[str, ...]) -> list[str]:
    """The command as people type it."""
    return [".venv/bin/python" if word == sys.executable else word for word in command]


def _circumstances(part: Part) -> dict[str, Any]:
    """When, of what, and on what."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "part": part.name,
        "command": " ".join(_told(part.command)),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit.stdout.strip(),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "load": round(os.getloadavg()[0], 1),
        "versions": f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        + ", ".join(f"{name} {version(name)}" for name in _VERSIONS),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    sys.exit(main())
