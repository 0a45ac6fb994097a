"""Colours and overlays on the canvas."""

import numpy as np
import pytest

from media.engines.recorder.layout import Rectangle
from media.engines.recorder.planes import Canvas, make_overlay, to_yuv


@pytest.mark.parametrize(
    ("color", "yuv"), [("#000000", (16, 128, 128)), ("#ffffff", (235, 128, 128)), ("#ff0000", (63, 102, 240))]
)
def test_colours_are_those_of_bt709(color, yuv):
    assert to_yuv(color) == yuv


def test_an_overlay_never_exceeds_what_a_byte_holds():
    rng = np.random.default_rng(1)
    canvas = Canvas(64, 64)
    canvas.fill(Rectangle(0, 0, 64, 64), (235, 240, 240))
    overlay = make_overlay(np.dstack([np.full((64, 64, 3), 255, np.uint8), rng.integers(0, 256, (64, 64), np.uint8)]))
    overlay.blend(canvas, 0, 0, Rectangle(0, 0, 64, 64))
    assert canvas.planes[0].min() >= 232
