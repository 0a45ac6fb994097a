"""How many rows a list has in all, counted no more often than needed: counting alone grows with the list."""

import threading
from collections.abc import Callable, Hashable

from cachetools import TTLCache

_LARGE = 10_000
_KEPT_SECONDS = 10

_kept: TTLCache[tuple[Hashable, ...], int] = TTLCache(1_000, _KEPT_SECONDS)
_lock = threading.Lock()


def total_of(
    count: Callable[[], int], *, start: int, limit: int, shown: int, kept_as: tuple[Hashable, ...] | None = None
) -> int:
    """The total of a list, of which ``shown`` rows were read from row ``start`` on, at most ``limit``.

    A page that is not full is the last one and says it without ``count``. With ``kept_as``, which names the list and
    whoever's it is, a total of 10,000 rows or more is kept: it may be ten seconds old.
    """
    if 0 < shown < limit or (shown == 0 and start == 0):
        return start + shown
    if kept_as is None:
        return count()
    with _lock:
        known = _kept.get(kept_as)
    if known is not None:
        return max(known, start + shown)
    total = count()
    if total >= _LARGE:
        with _lock:
            _kept[kept_as] = total
    return total
