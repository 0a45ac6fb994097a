"""Rate limits over Django's cache: counters in fixed windows, shared by API, pages and sockets."""

import hashlib
import math
import time
from dataclasses import dataclass

from django.core.cache import cache

from core.errors import TooMany

_TRIES = 10  # of taking a token, while others take one at the same moment
_SPARE = 60  # seconds that a moment is kept longer than it can be to come


@dataclass(frozen=True, slots=True)
class Place:
    """One that was counted, and can be given back."""

    slot: str

    def give_back(self) -> None:
        """It was none of what is limited."""
        try:
            cache.decr(self.slot)
        except ValueError:  # its window is over
            return

    def forget(self) -> None:
        """Nor do those before it count any more."""
        cache.delete(self.slot)


class Limiter:
    """Counts what ``key`` does under ``name``. Keys are hashed: an e-mail address never stands in the cache."""

    def check(self, name: str, key: str, limit: int, seconds: int) -> None:
        """Count this time. Raises TooMany beyond ``limit`` in a window of ``seconds``."""
        if _add(_slot(name, key, seconds), seconds) > limit:
            raise TooMany(retry_after=_remaining(seconds))

    def allows(self, name: str, key: str, limit: int, seconds: int) -> bool:
        """As :meth:`check`, for whom a refusal would tell too much."""
        return _add(_slot(name, key, seconds), seconds) <= limit

    def reserve(self, name: str, key: str, limit: int, seconds: int) -> Place:
        """As :meth:`check`, for what may turn out not to count; what is refused takes no place."""
        place = Place(_slot(name, key, seconds))
        if _add(place.slot, seconds) > limit:
            place.give_back()
            raise TooMany(retry_after=_remaining(seconds))
        return place

    def take(self, name: str, key: str, burst: int, every: int = 1) -> None:
        """Take one of ``burst`` tokens; each comes back ``every`` seconds after the one before. Raises TooMany.

        The cost is the same for any burst: all that is kept is the moment at which every token will be back (the
        generic cell rate algorithm, ITU-T I.371). It is moved by ``cache.incr`` and moved back where that was too far,
        so never more than ``burst`` are out, whoever takes at once.
        """
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        slot, kept_for = f"limit:{name}:{digest}:back", burst * every + _SPARE
        for _ in range(_TRIES):
            now = int(_now() * 1000)
            latest = now + burst * every * 1000
            if cache.add(slot, now + every * 1000, timeout=kept_for):
                return
            all_back = cache.get(slot)
            if all_back is None or all_back > latest:  # it ran out just now, or another one is moving it back
                continue
            step = max(0, now - all_back) + every * 1000
            if all_back + step > latest:
                raise TooMany(retry_after=-((latest - all_back - step) // 1000))
            if _move(slot, step) <= latest:
                cache.touch(slot, timeout=kept_for)
                return
            _move(slot, -step)
        raise TooMany(retry_after=every)


def _add(slot: str, seconds: int) -> int:
    cache.add(slot, 0, timeout=_remaining(seconds) + 1)
    try:
        return int(cache.incr(slot))
    except ValueError:  # it ran out between the two calls: a new window has begun
        cache.set(slot, 1, timeout=_remaining(seconds) + 1)
        return 1


def _move(slot: str, milliseconds: int) -> float:
    """The moved value; infinite when there was none to move."""
    try:
        return int(cache.incr(slot, milliseconds))
    except ValueError:
        return math.inf


def _now() -> float:
    """Seconds since the epoch: the windows of all processes begin at the same moments."""
    return time.time()


def _slot(name: str, key: str, seconds: int) -> str:
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"limit:{name}:{digest}:{int(_now() // seconds)}"


def _remaining(seconds: int) -> int:
    """Whole seconds until the present window ends, at least 1."""
    return max(1, int(seconds - _now() % seconds) + 1)
