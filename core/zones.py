"""The time zones that are known here, and times of day that a zone has twice or never."""

import zoneinfo
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache


@cache
def known_zones() -> frozenset[str]:
    """Every zone name that zoneinfo knows. Cached, because listing them reads hundreds of files and every page asks."""
    return frozenset(zoneinfo.available_timezones())


class ClockChange(StrEnum):
    """What a change of the clocks does to a time of day."""

    MISSING = "missing"
    TWICE = "twice"


def in_zone(naive: datetime, zone: zoneinfo.ZoneInfo) -> tuple[datetime, ClockChange | None]:
    """The moment when clocks in ``zone`` show ``naive``, whose year is 1900 to 9000, and whether they do so once.

    A missing time is taken as much later as the clocks go forward; of a time that is there twice the first is taken.
    """
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    moment = first.astimezone(UTC)
    if first.utcoffset() == second.utcoffset():
        return moment, None
    is_shown = moment.astimezone(zone).replace(tzinfo=None) == naive
    return moment, ClockChange.TWICE if is_shown else ClockChange.MISSING
