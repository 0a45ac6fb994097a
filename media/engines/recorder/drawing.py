"""What is drawn rather than received: names, the logo, and the slate. Drawn once, then kept as YUV planes."""

import unicodedata
from functools import lru_cache
from pathlib import Path

import numpy as np
import regex
from PIL import Image, ImageColor, ImageDraw

from media.engines.recorder.configuration import Look, Texts
from media.engines.recorder.fonts import Line, set_line
from media.engines.recorder.planes import Overlay, make_overlay

LABEL_BACKGROUND = (16, 18, 24, 200)
LABEL_PADDING = 8
LABEL_HEIGHT = 1.6  # in letters' heights: some scripts stack marks
LONGEST_LINE = 200
JOINERS = "\u200c\u200d"
INITIALS = 0.4  # of the circle's diameter
GRAPHEME = regex.compile(r"\X")
LOGO_HEIGHT = 12  # the largest height of the logo in the corner, as a part of the picture's
LOGO_WIDTH = 5
SLATE_LOGO_HEIGHT = 4
DARK, LIGHT = (17, 20, 28), (255, 255, 255)
LOGO_PIXELS = 25_000_000  # bytes; larger files are refused as logos


class LogoUnreadable(Exception):
    """The logo's file is missing, not an image, or far too large."""


@lru_cache(maxsize=256)
def draw_label(name: str, size: int, width: int) -> Overlay | None:
    """A name on dark ground, shortened to fit ``width`` pixels; None if none or not all of its letters can be drawn."""
    line = shorten(printable(name), size, width - 2 * LABEL_PADDING)
    if line is None or not line.runs:
        return None
    plate = (_even(line.width + 2 * LABEL_PADDING), _even(size * LABEL_HEIGHT))
    image = Image.new("RGBA", plate, LABEL_BACKGROUND)
    line.draw(ImageDraw.Draw(image), LABEL_PADDING, plate[1] / 2, LIGHT)
    return make_overlay(np.asarray(image))


@lru_cache(maxsize=64)
def draw_badge(name: str, color: str, diameter: int) -> Overlay:
    """The initials of somebody without a picture, in a circle of the preset's colour, as far as they can be drawn."""
    large = diameter * 2  # scaled down, so that its edge is smooth
    image = Image.new("RGBA", (large, large), (*ImageColor.getrgb(color)[:3], 0))
    on = ImageDraw.Draw(image)
    on.ellipse((0, 0, large - 1, large - 1), color)
    letters = set_line(initials(printable(name)), max(8, round(large * INITIALS)))
    if letters is not None:
        letters.draw(on, (large - letters.width) / 2, large / 2, ink_on(color))
    return make_overlay(np.asarray(image.resize((_even(diameter), _even(diameter)), Image.Resampling.BOX)))


def initials(name: str) -> str:
    """The first letters of the first two words, as pages show them."""
    words = [GRAPHEME.match(word) for word in unicodedata.normalize("NFC", name).split()[:2]]
    return "".join(found[0].upper() for found in words if found)


def printable(text: str) -> str:
    """One line without control characters, but with the joiners that some scripts need: names come from people."""
    kept = (sign if sign.isprintable() or sign in JOINERS else _instead(sign) for sign in text)
    return " ".join("".join(kept).split())


def _instead(sign: str) -> str:
    return "" if unicodedata.category(sign) == "Cf" else " "


def shorten(text: str, size: int, width: float) -> Line | None:
    """The text, or as much of its beginning as fits the width, with an ellipsis.

    None if nothing of it fits, or a letter has no font.
    """
    line = set_line(text[:LONGEST_LINE], size)
    if line is None or (line.width <= width and len(text) <= LONGEST_LINE):
        return line
    # Whole graphemes are cut off: a mark does not stay without its letter.
    kept = GRAPHEME.findall(text[:LONGEST_LINE])
    fewest, most = 0, len(kept)
    while fewest < most:
        middle = (fewest + most + 1) // 2
        shorter = set_line(_cut(kept, middle), size)
        if shorter is not None and shorter.width <= width:
            fewest = middle
        else:
            most = middle - 1
    return set_line(_cut(kept, fewest), size) if fewest else None


def _cut(graphemes: list[str], count: int) -> str:
    return "".join(graphemes[:count]).rstrip() + "…"


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
    image = Image.new("RGBA", (width, height), look.color)
    size = height // 15
    middle = height / 2
    if look.logo is not None:
        logo = load_logo(look.logo, width // 2, height // SLATE_LOGO_HEIGHT)
        image.alpha_composite(logo, ((width - logo.width) // 2, int(middle) - logo.height - size // 2))
        middle += size
    lines = [line for line in wrap(printable(texts.slate), size, width * 0.8) if line is not None]
    on = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        line.draw(
            on, (width - line.width) / 2, middle + (number - (len(lines) - 1) / 2) * 1.6 * size, ink_on(look.color)
        )
    return make_overlay(np.asarray(image))


def wrap(text: str, size: int, width: float, most: int = 4) -> list[Line | None]:
    """The text in lines that fit the width, ``most`` at most; None for one with a letter that has no font."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or ((line := set_line(longer, size)) is not None and line.width <= width):
            lines[-1] = longer
        else:
            lines.append(word)
    return [shorten(line, size, width) for line in lines[:most]]


def ink_on(color: str) -> tuple[int, int, int]:
    """Dark or light, whichever can be read on this colour."""
    return DARK if _luminance(ImageColor.getrgb(color)[:3]) > 0.4 else LIGHT


def _luminance(rgb: tuple[int, ...]) -> float:
    """Relative luminance after WCAG 2."""
    linear = [value / 3294.6 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _even(value: float) -> int:
    return max(2, int(value) & ~1)
