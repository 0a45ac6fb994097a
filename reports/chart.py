"""A chart of the viewers over time: a stepped line in a box of 1000 × 300, described in words beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.queries import Moment

WIDTH, HEIGHT = 1000, 300


@dataclass(frozen=True, slots=True)
class Chart:
    """``line`` and ``area`` are SVG paths; ``top`` is the number of viewers at the upper edge."""

    line: str
    area: str
    top: int
    half: int | None
    started_at: datetime
    ended_at: datetime
    first: int
    last: int
    peak: int
    peak_at: datetime


def chart_of(timeline: Sequence[Moment]) -> Chart | None:
    """None if there is nothing to draw: fewer than two moments, or no viewers at all."""
    peak = max((moment.viewers for moment in timeline), default=0)
    if len(timeline) < 2 or peak == 0:
        return None
    top = _rounded_up(peak)
    step = WIDTH / (len(timeline) - 1)
    line = f"M0 {_height(timeline[0].viewers, top)}"
    for place, moment in enumerate(timeline[1:], start=1):
        line += f"H{place * step:.1f}V{_height(moment.viewers, top)}"
    return Chart(
        line=line,
        area=f"{line}V{HEIGHT}H0Z",
        top=top,
        half=top // 2 if top % 2 == 0 else None,
        started_at=timeline[0].at,
        ended_at=timeline[-1].at,
        first=timeline[0].viewers,
        last=timeline[-1].viewers,
        peak=peak,
        peak_at=next(moment.at for moment in timeline if moment.viewers == peak),
    )


def _height(viewers: int, top: int) -> str:
    return f"{HEIGHT - HEIGHT * viewers / top:.1f}"


def _rounded_up(number: int) -> int:
    """The next readable number: 1, 2, 4, 6, 8, 10, 20, 40, 50, 60, 80, 100, …"""
    scale = 1
    while True:
        for step in (1, 2, 4, 5, 6, 8, 10):
            if number <= step * scale and (scale > 1 or step != 5):
                return step * scale
        scale *= 10
