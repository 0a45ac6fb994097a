"""Moments of a recording that are offered as its poster: spread over what is shown, and neither black nor the slate.

They are found among the thumbnails for seeking, so that nothing has to be decoded for them.
"""

import contextlib
import io
from typing import TYPE_CHECKING, Any

from core.colors import parse
from core.pictures import PictureTooLarge, PictureUnreadable, decode
from recordings import storage
from recordings.models import Recording
from sessions.models import Session

if TYPE_CHECKING:
    from PIL import Image

SHARES = (0.1, 0.25, 0.5, 0.75)  # of the length of what is shown
MAX_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 20_000_000
_SIDE = (32, 18)  # pixels of a thumbnail that are looked at
_NEAR = 40  # how far the three channels of the slate's colour may be off together after encoding
_SLATE = 0.7  # the share of pixels in the slate's colour from which a picture counts as the slate
_DARK = 24  # mean luma under which it counts as black


def moments_of(recording: Recording, session: Session) -> list[float]:
    """Up to four seconds of the recording, in order; empty without thumbnails."""
    sheet = _sheet(recording)
    if sheet is None:
        return []
    color = parse(session.flag("primary_color"))
    start, end = recording.trim_start or 0.0, recording.trim_end or recording.duration or 0.0
    interval, count = float(sheet.layout["interval"]), int(sheet.layout["count"])
    inside = [number for number in range(count) if start <= number * interval <= end]
    found: set[int] = set()
    good: dict[int, bool] = {}

    def is_good(number: int) -> bool:
        # The frame of a moment may come a little after its thumbnail: the next one must be good too.
        for each in (number, number + 1):
            if each < count and each not in good:
                good[each] = _is_picture(sheet.picture(each), color)
        return good[number] and good.get(number + 1, True)

    for share in SHARES:
        wanted = (start + (end - start) * share) / interval
        nearest = sorted((number for number in inside if number not in found), key=lambda each: abs(each - wanted))
        chosen = next((number for number in nearest if is_good(number)), None)
        if chosen is not None:
            found.add(chosen)
    return [number * interval for number in sorted(found)]


def picture_of(recording: Recording, at: float) -> bytes | None:
    """The thumbnail of this second as a JPEG; None without one."""
    sheet = _sheet(recording)
    if sheet is None:
        return None
    number = int(at // float(sheet.layout["interval"]))
    if not 0 <= number < int(sheet.layout["count"]):
        return None
    out = io.BytesIO()
    sheet.picture(number).save(out, "JPEG", quality=85)
    return out.getvalue()


class _Sheet:
    """The thumbnails of the whole recording; ``layout`` as in ``Recording.sprite``."""

    def __init__(self, image: "Image.Image", layout: dict[str, Any]) -> None:
        self.image, self.layout = image, layout

    def picture(self, number: int) -> "Image.Image":
        columns, width, height = (int(self.layout[name]) for name in ("columns", "width", "height"))
        left, top = number % columns * width, number // columns * height
        return self.image.crop((left, top, left + width, top + height))


def _sheet(recording: Recording) -> _Sheet | None:
    if not recording.sprite_path or not recording.sprite:
        return None
    with contextlib.suppress(OSError, storage.StorageMissing, PictureTooLarge, PictureUnreadable):
        with storage.opened(recording.storage_type, recording.sprite_path) as file:
            raw = file.read(MAX_BYTES)
        return _Sheet(decode(raw, most_pixels=MOST_PIXELS), recording.sprite)
    return None


def _is_picture(image: "Image.Image", color: tuple[int, ...]) -> bool:
    """Whether it is neither black nor mostly of the colour that the slate has."""
    raw = image.convert("RGB").resize(_SIDE).tobytes()
    pixels = list(zip(raw[::3], raw[1::3], raw[2::3], strict=True))
    near = sum(sum(abs(one - other) for one, other in zip(pixel, color, strict=True)) < _NEAR for pixel in pixels)
    luma = sum(0.3 * red + 0.59 * green + 0.11 * blue for red, green, blue in pixels) / len(pixels)
    return luma >= _DARK and near / len(pixels) < _SLATE
