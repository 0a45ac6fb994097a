"""What becomes of a long recording after its end: each step's time and memory. ``python -m bench.media.processing``.

A part of an hour as a recorder leaves it (720p, 2 Mbit/s, fragments) goes through the steps that the product runs as
child processes: probing, joining without encoding, checking, pictures, checksum.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.process import ROOT

_CLIP = 20  # seconds that are encoded; the rest of the part repeats them


def make_part(folder: Path, minutes: float) -> Path:
    """An open-ended MP4 of fragments, with picture and sound."""
    clip, part = folder / "clip.mp4", folder / "part.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30"]
    sound = ["-f", "lavfi", "-i", "sine=440:sample_rate=48000"]
    x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "2M", "-maxrate", "2M", "-bufsize", "2M", "-bf", "0"]
    run = ["ffmpeg", "-loglevel", "error"]
    seconds = min(_CLIP, minutes * 60)
    subprocess.run([*run, *picture, *sound, "-t", str(seconds), *x264, "-g", "60", "-c:a", "aac", clip], check=True)
    again = str(max(0, round(minutes * 60 / seconds) - 1))
    fragments = ["-movflags", "frag_keyframe+empty_moov+default_base_moof"]
    subprocess.run([*run, "-stream_loop", again, "-i", clip, "-c", "copy", *fragments, part], check=True)
    clip.unlink()
    return part


def sources(part: Path) -> list[dict[str, Any]]:
    """As the choosing of parts tells them to the steps."""
    begun = {"part": 1, "file": part.name, "started_at": 0.0, "media_start": 0.0, "is_closed": True}
    return [begun | {"begin": 0.0, "end": None}]


def step(name: str, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, float]]:
    """Run one step in a child as the product does: its result, and ``{"seconds", "cpu", "memory"}`` (MiB)."""
    command = [sys.executable, "-m", "media.processing"]
    began = time.monotonic()
    child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps({"step": name, "values": values}) + "\n")
    child.stdin.flush()
    told = json.loads(list(child.stdout)[-1])
    _pid, _status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - began
    child.stdin.close()
    child.stdout.close()
    child.returncode = 0  # waited for above
    if told["event"] != "result":
        raise SystemExit(f"{name}: {told}")
    return told["values"], {
        "seconds": seconds,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss / 1024,
    }


def run(minutes: float) -> dict[str, Any]:
    """All steps on one part."""
    with tempfile.TemporaryDirectory(prefix="processing-") as name:
        folder = Path(name)
        part = make_part(folder, minutes)
        size = part.stat().st_size
        cost = {}
        probed, cost["probe"] = step("probe", {"folder": name, "sources": sources(part)})
        output = str(folder / "video.mp4")
        joined, cost["join"] = step("join", {"folder": name, "sources": probed["sources"], "output": output})
        checked, cost["check"] = step("check", {"file": output, "packets": joined["packets"]})
        pictures = {"poster": str(folder / "poster.jpg"), "sprite": str(folder / "sprite.jpg")}
        _taken, cost["pictures"] = step("pictures", {"file": output, "duration": checked["duration"], **pictures})
        _sum, cost["checksum"] = step("checksum", {"file": output})
    return {"minutes": minutes, "duration": checked["duration"], "bytes": size, "steps": cost}


def table(found: dict[str, Any]) -> str:
    """For people."""
    steps, length = found["steps"], found["duration"]
    whole = sum(row["seconds"] for row in steps.values())
    lines = [
        f"A recording of {length / 60:.1f} minutes ({found['bytes'] / 1e6:.0f} MB): {whole:.1f} s in all, "
        f"{length / whole:.0f} times as fast as it plays.",
        "",
        "| step | seconds | CPU seconds | memory |",
        "|---|--:|--:|--:|",
    ]
    for name, row in steps.items():
        lines.append(f"| {name} | {row['seconds']:.1f} | {row['cpu']:.1f} | {row['memory']:.0f} MiB |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    asked = parser.parse_args()
    if not 0.05 <= asked.minutes <= 240:
        raise SystemExit("At most four hours.")
    found = run(asked.minutes)
    print(table(found))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
