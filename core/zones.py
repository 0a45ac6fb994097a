"""The time zones that are known here."""

import zoneinfo
from functools import cache


@cache
def known_zones() -> frozenset[str]:
    """Every zone name that zoneinfo knows. Cached, because listing them reads hundreds of files and every page asks."""
    return frozenset(zoneinfo.available_timezones())
