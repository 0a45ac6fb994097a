"""What video costs, and how late it is: gateway, recorder, WebRTC, RTMP, HLS, replay. ``python -m bench.media``.

Starts the product on free ports with a folder of its own; encoders and cameras are separate processes. Prints the
tables of docs/performance.md. Everything shares this machine, including the senders' own encoding.
"""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.media import watching
from bench.media.processing import make_part, sources
from bench.process import cpu_seconds, resident_bytes
from media.processing.joining import join
from tests.product import ROOT, Product

SETTLE, MEASURE = 6.0, 15.0  # seconds
RECORDED = 45.0


class Host:
    """Calls the product's API."""

    def __init__(self, product: Product) -> None:
        self.product = product
        sign_in = {"email": product.host_email, "password": product.host_password}
        self.token = self.call("POST", "/auth/login", sign_in, token=None)["access_token"]

    def call(self, method: str, path: str, body: Any = None, token: str | None = "") -> Any:
        """The reply's data; ``token`` of somebody else, None for nobody's."""
        token = self.token if token == "" else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        address = f"{self.product.base_url}/v1/webinar{path}"
        reply = httpx.request(method, address, json=body, headers=headers, timeout=30)
        if not reply.is_success:
            raise SystemExit(f"{method} {path}: {reply.status_code} {reply.text}")
        return reply.json()["data"]

    def session(self, mode: str) -> dict[str, Any]:
        """A live session in a room of its own, with the reply of go_live."""
        room = self.call("POST", "/rooms", {"title": "Bench"})["room"]["id"]
        preset = self.call("GET", "/presets")["presets"][0]["id"]
        body = {"title": "Bench", "preset_id": preset, "mode": mode}
        created = self.call("POST", f"/rooms/{room}/sessions", body)
        path = f"/sessions/{created['session']['id']}"
        return created | {"path": path, "live": self.call("POST", f"{path}/go_live")}

    def guest(self, path: str, name: str) -> tuple[str, dict[str, Any]]:
        """A member of the audience: token, and the reply of join."""
        token = self.call("POST", "/auth/viewer/register", {"display_name": name}, token=None)["access_token"]
        return token, self.call("POST", f"{path}/join", token=token)


@contextmanager
def beside(module: str, *arguments: str) -> Iterator[None]:
    """A sender that runs meanwhile."""
    command = [sys.executable, "-m", f"bench.media.{module}", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def engine(product: Product, name: str) -> int:
    """The engine's process, once it runs."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for pid in product.children():
            line = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
            if line.endswith(f"media.engines.{name}\0"):
                return pid
        time.sleep(0.1)
    raise SystemExit(f"No {name} runs:\n{product.log[-2000:]}")


def measure(pid: int) -> tuple[float, float]:
    """Measure cores and MiB over some time."""
    time.sleep(SETTLE)
    began, at = cpu_seconds(pid), time.monotonic()
    time.sleep(MEASURE)
    return (cpu_seconds(pid) - began) / (time.monotonic() - at), resident_bytes(pid) / 2**20


def cost(name: str, figures: tuple[float, float]) -> None:
    """One row of the first table."""
    say(f"| {name} | {figures[0] * 100:.1f} % | {figures[1]:.0f} MiB |")


def ages(name: str, found: list[int]) -> None:
    """One row of the second table."""
    ordered = sorted(found)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    say(f"| {name} | {statistics.median(found):.0f} ms | {p95} ms | {len(found)} |")


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def encoders(host: Host, late: list[tuple[str, list[int]]]) -> None:
    """The gateway, passing through and encoding again."""
    for name, b_frames in (("passing H.264 through", 0), ("encoding again (B-frames)", 2)):
        session = host.session("rtmp")
        with beside("encoder", f"{session['rtmp_url']}/{session['stream_key']}", str(b_frames)):
            while host.call("GET", f"{session['path']}/stream_health")["status"] == "offline":
                time.sleep(0.2)
            cost(f"gateway, {name}", measure(engine(host.product, "gateway")))
            joined = host.guest(session["path"], "Viewer")[1]
            late.append((f"RTMP, {name}", watch(joined)))
        host.call("POST", f"{session['path']}/end")


def watch(joined: dict[str, Any]) -> list[int]:
    """Ages of what this viewer sees over WebRTC."""
    return asyncio.run(watching.over_webrtc(joined["livekit_url"], joined["livekit_token"], 10))


def recorders(host: Host, late: list[tuple[str, list[int]]]) -> tuple[float, float, int]:
    """The recorder with one person and with four; WebRTC and HLS. Seconds recorded, until the replay, and its size."""
    session = host.session("webcam")
    path, live = session["path"], session["live"]
    with beside("cameras", live["livekit_url"], "1280", live["livekit_token"]):
        late.append(("WebRTC, a camera", watch(host.guest(path, "Viewer")[1])))
        recording = host.call("POST", f"{path}/recordings/start")
        began = time.monotonic()
        cost("recorder, one person 720p, recording and HLS", measure(engine(host.product, "recorder")))
        master = host.call("POST", f"{path}/ensure_hls_egress")["hls_url"]
        first, last = watching.over_hls(master, 8)
        late += [("HLS, a segment's first picture when it can be fetched", first)]
        late += [("HLS, its last picture", last)]
        time.sleep(max(0.0, RECORDED - (time.monotonic() - began)))
    return finish(host, path, recording["id"])


def finish(host: Host, path: str, recording: str) -> tuple[float, float, int]:
    """End, and wait for the replay."""
    ended = time.monotonic()
    host.call("POST", f"{path}/end")
    while (row := host.call("GET", f"/recordings/{recording}"))["status"] == "recording":
        time.sleep(0.1)
    if row["status"] != "completed":
        raise SystemExit(f"The recording failed: {row['error_message']}")
    return row["duration"], time.monotonic() - ended, row["file_size"]


def grid(host: Host) -> None:
    """Four cameras of 640 × 360."""
    session = host.session("webcam")
    path, live = session["path"], session["live"]
    tokens = [live["livekit_token"]]
    for number in range(3):
        token, _joined = host.guest(path, f"Guest {number}")
        me = host.call("GET", "/auth/me", token=token)["id"]
        host.call("POST", f"{path}/stage/participants", {"participant_identity": me})
        tokens.append(host.call("POST", f"{path}/stage/token", token=token)["livekit_token"])
    with beside("cameras", live["livekit_url"], "640", *tokens):
        recording = host.call("POST", f"{path}/recordings/start")
        cost("recorder, four people 360p in a grid", measure(engine(host.product, "recorder")))
    finish(host, path, recording["id"])


def remux() -> tuple[float, float, int]:
    """Ten minutes as a recorder's part made one file that plays from its first bytes on: its seconds, ours, bytes."""
    with tempfile.TemporaryDirectory() as folder:
        part = make_part(Path(folder), 10)
        values = {"folder": folder, "output": f"{folder}/joined.mp4", "sources": sources(part)}
        began = time.monotonic()
        joined = join(values, lambda _share: None)
        return float(joined["duration"]), time.monotonic() - began, int(joined["bytes"])


def main() -> None:
    """Run everything and print."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        product = Product(Path(folder), LOG_LEVEL="WARNING")
        product.start()
        try:
            host, late = Host(product), []
            say("| engine | of one core | memory |\n|---|--:|--:|")
            encoders(host, late)
            recorded, waited, size = recorders(host, late)
            grid(host)
            say("\n| age of a picture when it is seen | p50 | p95 | pictures |\n|---|--:|--:|--:|")
            for name, found in late:
                ages(name, found)
            say(f"\nEnd to replay: {waited:.1f} s for a recording of {recorded} s ({size / 1e6:.1f} MB).")
            length, seconds, size = remux()
            say(
                f"Parts into one file, without encoding: {length / seconds:,.0f} times as fast as they play "
                f"({length:.0f} s, {size / 1e6:.0f} MB, in {seconds:.2f} s)."
            )
        finally:
            product.stop()


if __name__ == "__main__":
    main()
