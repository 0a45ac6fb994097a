"""Each layout in the recorded file: who stands where, by the shade of their picture."""

import os
from pathlib import Path

import av
import pytest

from media.captures.port import Staging
from media.engines.recorder.compositor import BACKGROUND
from media.engines.recorder.compositor import PLATE as PLATE_COLOR
from tests.livekit import until
from tests.media.engines.recorder.live import Scene

#: Brightness of each. Eve shares her screen and speaks without a camera.
SHADES = {"ben": 165, "ann": 105, "screen": 225, "eve": PLATE_COLOR[0], "": BACKGROUND[0]}
#: By layout: points of the picture, as parts of its width and height, and who is there.
LAYOUTS = {
    "screen": {
        (0.1, 0.5): "screen",
        (0.1, 0.05): "",
        (0.85, 0.28): "ben",
        (0.85, 0.475): "eve",
        (0.82, 0.63): "ann",
    },
    "grid": {(0.1, 0.15): "screen", (0.6, 0.15): "ben", (0.1, 0.65): "eve", (0.9, 0.65): "ann"},
    "speaker": {(0.9, 0.02): "", (0.85, 0.28): "screen"},
    "spotlight": {(0.1, 0.15): "ann", (0.9, 0.9): "ann"},
    "side_by_side": {
        (0.1, 0.4): "screen",
        (0.1, 0.1): "",
        (0.25, 0.9): "",
        (0.62, 0.1): "ben",
        (0.62, 0.45): "eve",
        (0.62, 0.75): "ann",
    },
}


@pytest.fixture
def scene(livekit):
    scene = Scene(livekit.socket_url)
    yield scene
    scene.close()


def who_is_at(luma, x, y):
    high, wide = luma.shape
    spot = luma[int(y * high) : int(y * high) + 4, int(x * wide) : int(x * wide) + 4].mean()
    return min(SHADES, key=lambda name: abs(SHADES[name] - spot))


def last_picture(file):
    with av.open(str(file)) as container:
        *_, last = container.decode(video=0)
    if folder := os.environ.get("LAYOUT_PICTURES"):  # for human eyes
        last.to_image().save(Path(folder) / f"recorded-{file.stem}.png")
    return last.to_ndarray()[: last.height]


def test_every_layout_stands_in_the_recorded_file(scene, tmp_path):
    scene.enter("ben", shade=160)
    scene.enter("eve", shade=220, screen=True)
    capture = scene.record(tmp_path / "capture", hosts=("ben",))
    capture.wait_ready()
    until(lambda: {"ben", "eve"} <= set(capture.sees()), "two are seen")
    scene.enter("ann", shade=100)  # last: of those who are there already the order is the server's
    until(lambda: "ann" in capture.sees(), "all are seen")
    for number, layout in enumerate(LAYOUTS, 1):
        capture.engine.arrange(Staging(layout, ("ann",)))
        capture.engine.mark(layout)
        until(lambda number=number: len(capture.parts()) > number, "the mark's part")
        capture.wait_segments(1)
    assert capture.engine.stop(60) == 0
    found = {}
    for part in capture.parts()[1:]:
        luma = last_picture(capture.folder / part.file)
        assert luma.shape == (360, 640)
        found[part.mark] = {point: who_is_at(luma, *point) for point in LAYOUTS[part.mark]}
        if part.mark == "speaker":
            assert who_is_at(luma, 0.1, 0.5) in {"ann", "ben", "eve"}
    assert found == LAYOUTS
