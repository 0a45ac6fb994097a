"""Letters of many scripts: set-up brings the fonts (docs/dependencies.md), and each sign gets one that has it.

Scripts whose letters join, stack or run from right to left need Raqm with FriBiDi, which Pillow finds on the machine or
not; without it their texts cannot be set, as those of scripts without a font.
"""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageDraw, ImageFont, features

FOLDER = Path(__file__).resolve().parents[3] / ".tools" / "fonts"
REGULAR = 400  # of the fonts' axis of weight
TRIED = 32  # pixels at which is looked whether a font has a sign
NO_SIGN = "\U0010ffff"  # never assigned: every font shows its box for it
BASELINE = 0.36  # below the middle of a line, as a part of its size
DEFAULT = Path()  # Pillow's own font: Latin only
LEFT_OUT = frozenset({"So", "Sk", "Sc", "Sm", "Co", "Cn", "Cs"})  # emoji and other symbols, where no font has them
#: What stays in the font of the letter before it, if that has it: marks, digits, punctuation, spaces.
FOLLOWING = frozenset("MNPZC")
#: From Hebrew to Mongolian, Arabic's presentation forms, and scripts of the same families beyond them; but Thai, Lao,
#: Georgian, Hangul, Ethiopic and others between are set sign by sign.
SHAPED = (
    *((0x0590, 0x0DFF), (0x0F00, 0x109F), (0x1700, 0x18AF), (0x1900, 0x1CFF), (0xA800, 0xABFF)),
    *((0xFB1D, 0xFDFF), (0xFE70, 0xFEFC), (0x10800, 0x11FFF), (0x1E800, 0x1EFFF)),
)

Font = ImageFont.FreeTypeFont


@dataclass(frozen=True, slots=True)
class Line:
    """A text in the order in which it is drawn, each run in its font."""

    runs: tuple[tuple[Font, str], ...]
    size: int

    @property
    def width(self) -> float:
        """In pixels."""
        return sum(font.getlength(text) for font, text in self.runs)

    def draw(self, on: ImageDraw.ImageDraw, x: float, middle: float, ink: tuple[int, int, int]) -> None:
        """Draw it from ``x`` to the right, at this height."""
        for font, text in self.runs:
            on.text((x, middle + self.size * BASELINE), text, ink, font, anchor="ls")
            x += font.getlength(text)


@lru_cache(maxsize=512)
def set_line(text: str, size: int) -> Line | None:
    """The text in fonts of this height in pixels; None if one of its letters has none. Symbols without one go."""
    text = unicodedata.normalize("NFC", text)
    if not features.check("raqm") and any(needs_shaping(sign) for sign in text):
        return None
    runs: list[tuple[Path, str]] = []
    is_left_out = False
    for sign in text:
        before = runs[-1][0] if runs else None
        category = unicodedata.category(sign)
        if is_left_out and category in {"Mn", "Cf"}:  # joins or varies what is not there
            continue
        path = _font_of(sign, category, before)
        is_left_out = path is None and category in LEFT_OUT
        if is_left_out:
            continue
        if path is None:
            return None
        if path == before:
            runs[-1] = (path, runs[-1][1] + sign)
        else:
            runs.append((path, sign))
    if _runs_to_the_left(text):
        runs.reverse()
    return Line(tuple((_font(path, size), run) for path, run in runs if run), size)


def needs_shaping(sign: str) -> bool:
    """Whether the forms and places of such letters depend on their neighbours."""
    return any(first <= ord(sign) <= last for first, last in SHAPED)


def _font_of(sign: str, category: str, before: Path | None) -> Path | None:
    """The font of this sign after one of ``before``."""
    if before is not None and category[0] in FOLLOWING and (category in {"Cf", "Zs"} or _has(before, sign)):
        return before
    if 0xFE00 <= ord(sign) <= 0xFE0F or category == "Cf":  # which form the sign before has; which side comes next
        return before or DEFAULT
    return _find(sign)


@lru_cache(maxsize=4096)
def _find(sign: str) -> Path | None:
    code = ord(sign)
    for ranges, path in _slices():
        if any(first <= code <= last for first, last in ranges) and _has(path, sign):
            return path
    return DEFAULT if _has(DEFAULT, sign) else None


@lru_cache(maxsize=4096)
def _has(path: Path, sign: str) -> bool:
    font = _font(path, TRIED, ImageFont.Layout.BASIC)
    return sign.isspace() or bytes(font.getmask(sign)) != bytes(font.getmask(NO_SIGN))


@lru_cache(maxsize=128)
def _font(path: Path, size: int, layout: ImageFont.Layout | None = None) -> Font:
    if path == DEFAULT:
        font = ImageFont.load_default(size)
        assert isinstance(font, Font)  # Pillow's wheels have FreeType
        return font
    font = ImageFont.truetype(str(path), size, layout_engine=layout)
    font.set_variation_by_axes([REGULAR])
    return font


@lru_cache(maxsize=1)
def _slices() -> tuple[tuple[tuple[tuple[int, int], ...], Path], ...]:
    """Which signs each file may have, those of the first family first."""
    return tuple(_read_slices())


def _read_slices() -> Iterator[tuple[tuple[tuple[int, int], ...], Path]]:
    try:
        families = json.loads((FOLDER / "families.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    for family, slices in families.items():
        for name, ranges in slices.items():
            path = FOLDER / f"{family}-{name.strip('[]')}-wght-normal.woff2"
            if path.is_file():
                yield tuple(_range(each) for each in ranges.split(",")), path


def _range(written: str) -> tuple[int, int]:
    first, _, last = written.strip().upper().removeprefix("U+").partition("-")
    return int(first, 16), int(last or first, 16)


def _runs_to_the_left(text: str) -> bool:
    """Whether its first letter with a direction runs to the left."""
    for sign in text:
        if (direction := unicodedata.bidirectional(sign)) in {"L", "R", "AL"}:
            return direction != "L"
    return False
