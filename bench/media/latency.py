"""How long a picture takes from somebody's camera to a viewer's screen: over WebRTC, and over HLS.

    .venv/bin/python -m bench.media.latency                     # a dozen changes of the picture each way
    .venv/bin/python -m bench.media.latency --changes 30 --full # more, with the recorder's ordinary 720p

Somebody publishes a camera into the real product, whose brightness changes at moments that are noted; the product's own
watch page in Chromium plays it, first over WebRTC, then over HLS with the product's recorder, and looks at each frame
that it shows. Both clocks are this machine's.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.launch import launch
from tests.browser.staging import call, enter_watch, make_session
from tests.product import ROOT, Product

SMALL = {"CAPTURE_WIDTH": "640", "CAPTURE_HEIGHT": "360", "CAPTURE_FPS": "15", "CAPTURE_PRESET": "ultrafast"}
SHADES = (40, 200)
BETWEEN = 2.7  # seconds, so that changes fall anywhere in a segment
HLS = "#stage .stage-hls video"
#: Notes when the left edge of the picture became dark or light: [{isLight, at (Unix milliseconds)}].
LOOK = """(selector) => {
  window.changes = [];
  window.stalls = 0;
  document.querySelector(selector).addEventListener("waiting", () => { window.stalls += 1; });
  let was = null;
  const canvas = Object.assign(document.createElement("canvas"), { width: 16, height: 16 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const look = () => {
    const video = document.querySelector(selector);
    if (video?.videoWidth) {
      pen.drawImage(video, video.videoWidth * 0.02, video.videoHeight * 0.4, 16, 16, 0, 0, 16, 16);
      const isLight = pen.getImageData(8, 8, 1, 1).data[1] > 128;
      if (was !== null && isLight !== was) window.changes.push({ isLight, at: Date.now() });
      was = isLight;
    }
    requestAnimationFrame(look);
  };
  look();
}"""


class Camera:
    """Publishes into the session as its host."""

    def __init__(self, url: str, token: str) -> None:
        command = [sys.executable, "-m", "tests.media.engines.publisher"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=ROOT, **pipes)
        self.say(json.dumps({"url": url, "token": token, "shade": SHADES[0], "fps": 15}))

    def say(self, line: str) -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def change(self, shade: int) -> float:
        self.say(f"shade {shade}")
        return time.time()

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()


def measure(page: Page, camera: Camera, selector: str, changes: int) -> list[float]:
    """Seconds that each change took."""
    page.evaluate(LOOK, selector)
    taken = []
    for number in range(changes):
        is_light = number % 2 == 0
        page.wait_for_timeout(BETWEEN * 1000)
        seen = page.evaluate("() => window.changes.length")
        at = camera.change(SHADES[is_light])
        page.wait_for_function(
            "([seen, isLight]) => window.changes.slice(seen).some((one) => one.isLight === isLight)",
            arg=[seen, is_light],
            timeout=60_000,
        )
        found = page.evaluate("() => window.changes")[seen:]
        taken.append(next(one["at"] for one in found if one["isLight"] == is_light) / 1000 - at)
    return taken


def report(name: str, taken: list[float]) -> None:
    ranked = sorted(taken)
    figures = f"p50 {statistics.median(ranked):.2f} s   p95 {ranked[int(len(ranked) * 0.95)]:.2f} s   "
    print(f"{name:<8} {figures}least {ranked[0]:.2f} s   most {ranked[-1]:.2f} s   of {len(ranked)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=12)
    parser.add_argument("--joins", type=int, default=3, help="of a viewer over HLS, each of whom sees so many changes")
    parser.add_argument("--full", action="store_true", help="record in the ordinary size, 720p30")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="latency-") as folder, sync_playwright() as playwright:
        product = Product(Path(folder), **({} if options.full else SMALL))
        product.start()
        browser = launch(playwright)
        try:
            host = browser.new_context(base_url=product.base_url).new_page()
            host.goto("/accounts/login/")
            host.get_by_label("E-mail").fill(product.host_email)
            host.get_by_label("Password", exact=True).fill(product.host_password)
            host.get_by_role("button", name="Sign in").click()
            host.wait_for_url("**/dashboard")
            session = make_session(host)
            opened = call(host, "POST", f"/sessions/{session['id']}/go_live")
            camera = Camera(opened["livekit_url"], opened["livekit_token"])
            try:
                viewer = browser.new_context(base_url=product.base_url).new_page()
                enter_watch(viewer, session)
                viewer.wait_for_function("() => document.querySelector('#stage video')?.videoWidth > 0")
                report("WebRTC", measure(viewer, camera, "#stage .tile[data-kind=camera] video", options.changes))
                viewer.get_by_label("Quality").select_option("steady")
                taken, stalls = [], 0
                for _join in range(options.joins):
                    camera.change(SHADES[0])
                    playing = "(each) => document.querySelector(each)?.currentTime > 0"
                    viewer.wait_for_function(playing, arg=HLS, timeout=90_000)
                    viewer.wait_for_timeout(8000)
                    taken += measure(viewer, camera, HLS, options.changes)
                    stalls += viewer.evaluate("() => window.stalls")
                    viewer.reload()
                    viewer.get_by_label("Quality").select_option("steady")
                report("HLS", taken)
                print(f"stalls of HLS: {stalls}")
            finally:
                camera.stop()
        finally:
            browser.close()
            product.stop()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
