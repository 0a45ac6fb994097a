"""What is drawn rather than received: names, the logo, and the slate. Drawn once, then kept as YUV planes."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from media.engines.recorder.configuration import Look, Texts
from media.engines.recorder.planes import Overlay, make_overlay

#: Fonts with more scripts than Pillow's own, which has Latin only; used if the machine has one.
WIDER_FONTS = ("NotoSans-Regular.ttf", "DejaVuSans.ttf")
LABEL_BACKGROUND = (16, 18, 24, 200)
LABEL_PADDING = 8
LOGO_HEIGHT = 12  # the largest height of the logo in the corner, as a part of the picture's
LOGO_WIDTH = 5
SLATE_LOGO_HEIGHT = 4
DARK, LIGHT = (17, 20, 28), (255, 255, 255)
LOGO_PIXELS = 25_000_000  # bytes; larger files are refused as logos


class LogoUnreadable(Exception):
    """The logo's file is missing, not an image, or far too large."""


@lru_cache(maxsize=8)
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font of this height in pixels."""
    for name in WIDER_FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


@lru_cache(maxsize=256)
def draw_label(name: str, size: int, width: int) -> Overlay:
    """A name on a dark plate, shortened to fit ``width`` pixels."""
    shown = shorten(printable(name), size, width - 2 * LABEL_PADDING)
    left, _, right, _ = font(size).getbbox(shown)
    plate = (_even(right - left + 2 * LABEL_PADDING), _even(size * 1.5))
    image = Image.new("RGBA", plate, LABEL_BACKGROUND)
    ImageDraw.Draw(image).text((LABEL_PADDING, plate[1] / 2), shown, LIGHT, font(size), anchor="lm")
    return make_overlay(np.asarray(image))


def printable(text: str) -> str:
    """One line without control characters: names come from people."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def shorten(text: str, size: int, width: float) -> str:
    """The text, or as much of its beginning as fits the width, with an ellipsis."""
    if font(size).getlength(text) <= width:
        return text
    kept = text[:200]
    while kept and font(size).getlength(kept + "…") > width:
        kept = kept[:-1].rstrip()
    return kept + "…"


def load_logo(path: str, width: int, height: int) -> Image.Image:
    """Load the logo, scaled down to this size. Raises LogoUnreadable."""
    try:
        with Image.open(Path(path)) as image:
            if image.width * image.height > LOGO_PIXELS:
                raise LogoUnreadable("The logo has too many pixels.")
            logo = image.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise LogoUnreadable("The logo could not be read.") from error
    scale = min(width / logo.width, height / logo.height)
    return logo.resize((max(2, _even(logo.width * scale)), max(2, _even(logo.height * scale))))


def draw_logo(look: Look, width: int, height: int) -> Overlay | None:
    """The logo for a corner of a picture of this size; None without one. Raises LogoUnreadable."""
    if look.logo is None:
        return None
    return make_overlay(np.asarray(load_logo(look.logo, width // LOGO_WIDTH, height // LOGO_HEIGHT)))


def draw_slate(look: Look, texts: Texts, width: int, height: int) -> Overlay:
    """The slate, shown while nobody can be seen: colour, logo, sentence. Raises LogoUnreadable."""
    background = ImageColor.getrgb(look.color)
    image = Image.new("RGBA", (width, height), look.color)
    size = height // 15
    middle = height / 2
    if look.logo is not None:
        logo = load_logo(look.logo, width // 2, height // SLATE_LOGO_HEIGHT)
        image.alpha_composite(logo, ((width - logo.width) // 2, int(middle) - logo.height - size // 2))
        middle += size
    ink = DARK if _luminance(background[:3]) > 0.4 else LIGHT
    lines = wrap(printable(texts.slate), size, width * 0.8)
    ImageDraw.Draw(image).multiline_text(
        (width / 2, middle), "\n".join(lines), ink, font(size), anchor="mm", align="center", spacing=size // 2
    )
    return make_overlay(np.asarray(image))


def wrap(text: str, size: int, width: float, most: int = 4) -> list[str]:
    """The text in lines that fit the width, ``most`` at most."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or font(size).getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return [shorten(line, size, width) for line in lines[:most]]


def _luminance(rgb: tuple[int, ...]) -> float:
    """Relative luminance after WCAG 2."""
    linear = [value / 3294.6 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _even(value: float) -> int:
    return max(2, int(value) & ~1)
