"""Pictures in the encoder's format: I420, one plane of luma and two of chroma at half the resolution.

Colours are BT.709 in limited range, as the encoding declares.
"""

from dataclasses import dataclass
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Interpolation, VideoReformatter

from media.engines.recorder.layout import Rectangle
from media.engines.recorder.sources import Picture

Plane = npt.NDArray[np.uint8]
Share = npt.NDArray[np.uint16]
Triple = tuple[Plane, Plane, Plane]
Color = tuple[int, int, int]  # luma and the two chroma values

FROM_RGB = np.array([[0.1826, 0.6142, 0.0620], [-0.1006, -0.3386, 0.4392], [0.4392, -0.3989, -0.0403]])
ZERO = np.array([16, 128, 128])


def to_yuv(color: str) -> Color:
    """The YUV values of a colour written like #1d4ed8."""
    rgb = np.array([int(color[index : index + 2], 16) for index in (1, 3, 5)])
    y, u, v = np.rint(FROM_RGB @ rgb + ZERO).astype(int)
    return int(y), int(u), int(v)


class Canvas:
    """One picture in memory, painted over in place."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.buffer: Plane = np.empty((height * 3 // 2, width), np.uint8)
        self.planes = split(self.buffer, width, height)

    def fill(self, place: Rectangle, color: Color) -> None:
        """Fill this place with one colour."""
        for plane, value in zip(self.cut(place), color, strict=True):
            plane[:] = value

    def paste(self, place: Rectangle, planes: Triple) -> None:
        """A picture of exactly this size."""
        for plane, other in zip(self.cut(place), planes, strict=True):
            plane[:] = other

    def frame(self, place: Rectangle, color: Color, thickness: int) -> None:
        """Draw a border inside this place."""
        x, y, width, height = place.x, place.y, place.width, place.height
        self.fill(Rectangle(x, y, width, thickness), color)
        self.fill(Rectangle(x, y + height - thickness, width, thickness), color)
        self.fill(Rectangle(x, y, thickness, height), color)
        self.fill(Rectangle(x + width - thickness, y, thickness, height), color)

    def cut(self, place: Rectangle) -> Triple:
        """Views of the three planes at this place, which is even."""
        luma, blue, red = self.planes
        full = np.s_[place.y : place.y + place.height, place.x : place.x + place.width]
        half = np.s_[
            place.y // 2 : (place.y + place.height) // 2,
            place.x // 2 : (place.x + place.width) // 2,
        ]
        return luma[full], blue[half], red[half]

    def as_frame(self) -> av.VideoFrame:
        """The picture as a frame for an encoder, without a copy: encode it before painting on."""
        return av.VideoFrame.from_numpy_buffer(self.buffer, format="yuv420p")


@dataclass(frozen=True, slots=True)
class Overlay:
    """A picture with transparency, to be blended over others: premultiplied planes, and their transparency (0–256)."""

    width: int
    height: int
    planes: Triple
    clear: tuple[Share, Share, Share]

    def blend(self, canvas: Canvas, x: int, y: int, within: Rectangle) -> None:
        """Blend it over the canvas at (x, y), but only inside this place; all even."""
        place = Rectangle(x, y, self.width, self.height).intersect(within)
        if place is None:
            return
        own = Rectangle(place.x - x, place.y - y, place.width, place.height)
        for under, over, clear in zip(canvas.cut(place), _cut(self.planes, own), _cut(self.clear, own), strict=True):
            np.add(under * clear >> 8, over, out=under, casting="unsafe")


def make_overlay(rgba: npt.NDArray[np.uint8]) -> Overlay:
    """Make it from an RGBA picture (height, width, 4), cut to even sizes."""
    rgba = rgba[: rgba.shape[0] & ~1, : rgba.shape[1] & ~1]
    height, width = rgba.shape[:2]
    alpha = rgba[..., 3:].astype(np.float32) / 255
    yuv = (rgba[..., :3].astype(np.float32) @ FROM_RGB.T.astype(np.float32) + ZERO) * alpha
    small_yuv = yuv.reshape(height // 2, 2, width // 2, 2, 3).mean((1, 3))
    small_alpha = alpha.reshape(height // 2, 2, width // 2, 2).mean((1, 3))
    clear = np.rint(256 - alpha[..., 0] * 256).astype(np.uint16)
    small_clear = np.rint(256 - small_alpha * 256).astype(np.uint16)
    # Rounded down, so that the sum of both never exceeds a byte.
    planes = (yuv[..., 0].astype(np.uint8), small_yuv[..., 1].astype(np.uint8), small_yuv[..., 2].astype(np.uint8))
    return Overlay(width, height, planes, (clear, small_clear, small_clear))


def split(buffer: Plane, width: int, height: int) -> Triple:
    """Views of the planes of an I420 buffer; for odd sizes chroma is rounded up."""
    flat = buffer.reshape(-1)
    half_width, half_height = (width + 1) // 2, (height + 1) // 2
    luma, chroma = width * height, half_width * half_height
    return (
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(half_height, half_width),
        flat[luma + chroma : luma + 2 * chroma].reshape(half_height, half_width),
    )


def upright_size(picture: Picture) -> tuple[int, int]:
    """Width and height after rotation, made even."""
    width, height = picture.width & ~1, picture.height & ~1
    return (height, width) if picture.turns % 2 else (width, height)


class Scaler:
    """Scales pictures; reuses its tables while sizes stay the same."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def scale(self, picture: Picture, width: int, height: int) -> Triple:
        """The planes of a picture, upright, in this size; they live as long as they are referenced."""
        buffer = np.frombuffer(picture.data, np.uint8)
        planes = split(buffer, picture.width, picture.height)
        upright = upright_size(picture)
        if picture.turns or (picture.width, picture.height) != upright:
            whole = Canvas(*upright)
            whole.paste(Rectangle(0, 0, *upright), _turn(planes, picture.turns, upright))
            buffer, planes = whole.buffer, whole.planes
        if upright == (width, height):
            return planes
        source = buffer[: upright[0] * upright[1] * 3 // 2].reshape(-1, upright[0])
        scaled = self.reformat(av.VideoFrame.from_numpy_buffer(source, format="yuv420p"), width, height)
        luma, blue, red = (
            np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]  # type: ignore[call-overload]
            for plane in scaled.planes
        )
        return luma, blue, red

    def reformat(self, frame: av.VideoFrame, width: int, height: int) -> av.VideoFrame:
        """A scaled frame. One thread: each capture has its own process, and other captures run beside it."""
        return self._reformatter.reformat(
            frame, width, height, "yuv420p", interpolation=Interpolation.FAST_BILINEAR, threads=1
        )


def _turn(planes: Triple, turns: int, size: tuple[int, int]) -> Triple:
    """The planes rotated clockwise by quarter turns, cut to this size."""
    width, height = size
    luma, blue, red = (np.rot90(plane, -turns) for plane in planes)
    return luma[:height, :width], blue[: height // 2, : width // 2], red[: height // 2, : width // 2]


def _cut(planes: tuple[Any, Any, Any], place: Rectangle) -> tuple[Any, Any, Any]:
    luma, blue, red = planes
    half = np.s_[place.y // 2 : (place.y + place.height) // 2, place.x // 2 : (place.x + place.width) // 2]
    return luma[place.y : place.y + place.height, place.x : place.x + place.width], blue[half], red[half]
