"""Where each feed is placed in the picture. Pure functions: the same feeds always get the same places.

A single feed fills the frame; several form a grid; a shared screen is large, with everyone else beside it, at its
right. Hosts come first, then the others in order of arrival.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from media.engines.recorder.configuration import Staging

GAP = 8  # pixels between cells
COLUMN = 5  # the width of the column beside a screen, as a part of the whole
ASPECT = (16, 9)
MOST_IN_A_ROW = 4  # more people side by side would be strips


@dataclass(frozen=True, slots=True)
class Rectangle:
    """In pixels; all even, since chroma planes have half the resolution."""

    x: int
    y: int
    width: int
    height: int

    def fit(self, width: int, height: int) -> "Rectangle":
        """The largest centred place for a picture of this size within this one, without cropping."""
        scale = min(self.width / width, self.height / height)
        fitted_width = max(2, _even(width * scale))
        fitted_height = max(2, _even(height * scale))
        return Rectangle(
            self.x + _even((self.width - fitted_width) / 2),
            self.y + _even((self.height - fitted_height) / 2),
            fitted_width,
            fitted_height,
        )

    def intersect(self, other: "Rectangle") -> "Rectangle | None":
        """The overlap of both; None if there is none."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        return Rectangle(x, y, right - x, bottom - y) if right > x and bottom > y else None


class Placeable(Protocol):
    """The attributes of a feed that the layout needs."""

    @property
    def sid(self) -> str: ...
    @property
    def identity(self) -> str: ...
    @property
    def is_screen(self) -> bool: ...
    @property
    def is_host(self) -> bool: ...
    @property
    def order(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """The place of one feed. ``is_named``: whether its name is drawn."""

    sid: str
    place: Rectangle
    is_named: bool


def arrange(feeds: Iterable[Placeable], width: int, height: int) -> tuple[Cell, ...]:
    """A cell for each feed; empty for none."""
    ordered = sorted(feeds, key=lambda feed: (not feed.is_screen, not feed.is_host, feed.order))
    if not ordered:
        return ()
    frame = Rectangle(0, 0, width, height)
    first, *others = ordered
    if not others:
        return (Cell(first.sid, frame, is_named=False),)
    if first.is_screen:
        column = _even(width / COLUMN)
        large = Rectangle(0, 0, width - column, height)
        places = _grid(len(others), Rectangle(width - column, 0, column, height))
        named = [Cell(feed.sid, place, is_named=True) for feed, place in zip(others, places, strict=True)]
        return (Cell(first.sid, large, is_named=False), *named)
    places = _grid(len(ordered), frame)
    return tuple(Cell(feed.sid, place, is_named=True) for feed, place in zip(ordered, places, strict=True))


def _grid(count: int, area: Rectangle) -> list[Rectangle]:
    """The grid with the largest cells; an incomplete last row is centred.

    A narrow area has one column, and two where many stand in it.
    """

    def cell_width(columns: int) -> float:
        rows = math.ceil(count / columns)
        return min(
            (area.width - GAP * (columns + 1)) / columns,
            (area.height - GAP * (rows + 1)) / rows * ASPECT[0] / ASPECT[1],
        )

    columns = max(range(1, count + 1), key=cell_width)
    rows = math.ceil(count / columns)
    width = max(2, _even(cell_width(columns)))
    height = max(2, _even(width * ASPECT[1] / ASPECT[0]))
    top = (area.height - rows * height - (rows - 1) * GAP) / 2
    places = []
    for row in range(rows):
        in_row = min(columns, count - row * columns)
        left = (area.width - in_row * width - (in_row - 1) * GAP) / 2
        places += [
            Rectangle(
                area.x + _even(left + index * (width + GAP)), area.y + _even(top + row * (height + GAP)), width, height
            )
            for index in range(in_row)
        ]
    return places


def _even(value: float) -> int:
    return int(value) & ~1


def arrange_as(
    staging: Staging, feeds: Iterable[Placeable], speaker: str | None, width: int, height: int
) -> tuple[Cell, ...]:
    """A cell for each feed that the crew wants to be seen; ``speaker`` is whoever spoke last.

    Whoever cannot be shown as wanted, since they have no picture, leaves the ordinary layout.
    """
    ordered = sorted(feeds, key=lambda feed: (not feed.is_screen, not feed.is_host, feed.order))
    screens = [feed for feed in ordered if feed.is_screen]
    cameras = [feed for feed in ordered if not feed.is_screen]
    frame = Rectangle(0, 0, width, height)
    match staging.layout:
        case "spotlight" if alone := [feed for feed in cameras if feed.identity in staging.spotlight][:1]:
            return (Cell(alone[0].sid, frame, is_named=True),)
        case "grid" if len(ordered) > 1:
            return _cells(ordered, _grid(len(ordered), frame))
        case "speaker" if len(ordered) > 1 and cameras:
            large = next((feed for feed in cameras if feed.identity == speaker), cameras[0])
            column = _even(width / COLUMN)
            others = [feed for feed in ordered if feed is not large]
            places = _grid(len(others), Rectangle(width - column, 0, column, height))
            return _cells([large, *others], [Rectangle(0, 0, width - column, height), *places])
        case "side_by_side" if screens and cameras:
            half = _even(width / 2)
            left = _grid(len(screens), Rectangle(0, 0, half, height))
            right = _grid(len(cameras), Rectangle(half, 0, width - half, height))
            return _cells([*screens, *cameras], [*left, *right])
        case "side_by_side" if 1 < len(cameras) <= MOST_IN_A_ROW:
            return _cells(cameras, _row(len(cameras), frame))
        case _:
            return arrange(ordered, width, height)


def _cells(feeds: Sequence[Placeable], places: Sequence[Rectangle]) -> tuple[Cell, ...]:
    return tuple(Cell(feed.sid, place, not feed.is_screen) for feed, place in zip(feeds, places, strict=True))


def _row(count: int, area: Rectangle) -> list[Rectangle]:
    width = _even((area.width - GAP * (count + 1)) / count)
    return [
        Rectangle(area.x + _even(GAP + index * (width + GAP)), area.y + GAP, width, area.height - 2 * GAP)
        for index in range(count)
    ]
