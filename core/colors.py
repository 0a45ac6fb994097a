"""Readable colours from one that a person chose: contrast as in WCAG 2.2 (relative luminance, 4.5:1 for text)."""

from dataclasses import dataclass

TEXT_CONTRAST = 4.5
#: The backgrounds of static/css/tokens.css on which accent-coloured text stands, that of cards first.
_LIGHT_PAGE = ("#ffffff", "#f6f7f9", "#eff1f5")
_DARK_PAGE = ("#151b25", "#0d1117", "#0f141c")
_STEP = 0.04

Color = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Accent:
    """The colours of one theme as #rrggbb; ``on_accent`` is for text on either background, ``text`` for pages."""

    accent: str
    hover: str
    on_accent: str
    text: str
    soft: str


def parse(color: str) -> Color:
    """#rrggbb → (red, green, blue) of 0–255. Raises ValueError."""
    if len(color) != 7 or color[0] != "#":
        raise ValueError(color)
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def written(color: Color) -> str:
    """(red, green, blue) → #rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def luminance(color: Color) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """Contrast ratio, from 1 (the same colour) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(color: Color, other: Color, share: float) -> Color:
    """``color`` mixed with ``share`` (0–1) of ``other``."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(color, other, strict=True))
    return red, green, blue


def accent_for(color: str, *, page: tuple[str, ...], dark: bool) -> Accent:
    """Derive readable colours from ``color`` for pages with the backgrounds ``page`` (the first is that of cards).

    The colour itself stays as background of buttons; text in it moves towards black or white until it is readable.
    """
    brand = parse(color)
    black, white, ink = (0, 0, 0), (255, 255, 255), (13, 17, 23)
    on_accent = max((white, ink), key=lambda candidate: contrast(brand, candidate))
    away = black if on_accent == white else white
    soft = mixed(parse(page[0]), brand, 0.18 if dark else 0.1)
    backgrounds = [*(parse(background) for background in page), soft]
    text, share = brand, 0.0
    while share < 1 and min(contrast(text, background) for background in backgrounds) < TEXT_CONTRAST + 0.1:
        share += _STEP
        text = mixed(brand, white if dark else black, min(share, 1))
    return Accent(color, written(mixed(brand, away, 0.14)), written(on_accent), written(text), written(soft))


def page_accents(color: str) -> tuple[Accent, Accent]:
    """The colours of the audience's pages in their light and dark theme, from the preset's ``color``."""
    return accent_for(color, page=_LIGHT_PAGE, dark=False), accent_for(color, page=_DARK_PAGE, dark=True)
