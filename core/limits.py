"""Rate limits over Django's cache: counters in fixed windows, shared by API, pages and sockets."""

import hashlib
import math
import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.core.cache import cache

from core.errors import TooMany

_TRIES = 10  # seconds: how long to go on trying to take a token while others take one at the same moment
_SPARE = 60  # seconds that a moment is kept longer than it can be to come


@dataclass(frozen=True, slots=True)
class Place:
    """A counted use that can be given back."""

    slot: str
    weight: int = 1

    def give_back(self) -> None:
        """Give the use back: it turned out not to count."""
        try:
            cache.decr(self.slot, self.weight)
        except ValueError:  # its window has passed
            return

    def forget(self) -> None:
        """Reset the count: this use and those before it no longer count."""
        cache.delete(self.slot)


_counted: ContextVar[list[Place] | None] = ContextVar("counted", default=None)


@contextmanager
def counting() -> Generator[list[Place]]:
    """What is counted inside, for whoever may have to do the same again: it shall count once."""
    places: list[Place] = []
    token = _counted.set(places)
    try:
        yield places
    finally:
        _counted.reset(token)


def _note(slot: str, weight: int = 1) -> None:
    places = _counted.get()
    if places is not None:
        places.append(Place(slot, weight))


class Limiter:
    """Counts uses of ``key`` under ``name``. Keys are hashed, so that no e-mail address stands in the cache."""

    def check(self, name: str, key: str, limit: int, seconds: int, refusal: type[TooMany] = TooMany) -> None:
        """Count one use. Raises ``refusal`` beyond ``limit`` in a window of ``seconds``."""
        if not self.allows(name, key, limit, seconds):
            raise refusal(retry_after=_remaining(seconds))

    def allows(self, name: str, key: str, limit: int, seconds: int) -> bool:
        """As :meth:`check`, but returns False instead of raising, for callers that must not reveal a refusal."""
        slot = _slot(name, key, seconds)
        _note(slot)
        return _add(slot, seconds) <= limit

    def reserve(self, name: str, key: str, limit: int, seconds: int, refusal: type[TooMany] = TooMany) -> Place:
        """As :meth:`check`, for uses that may be given back; a refused use is not counted."""
        place = Place(_slot(name, key, seconds))
        if _add(place.slot, seconds) > limit:
            place.give_back()
            raise refusal(retry_after=_remaining(seconds))
        return place

    def take(self, name: str, key: str, burst: int, every: int = 1) -> None:
        """Take one of ``burst`` tokens; one comes back every ``every`` seconds. Raises TooMany.

        The cost is the same for any burst: only the moment at which all tokens will be back is stored (the generic cell
        rate algorithm, ITU-T I.371). It is moved by ``cache.incr`` and moved back if that went too far, so that
        simultaneous calls never take more than ``burst``.
        """
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        slot, kept_for = f"limit:{name}:{digest}:back", burst * every + _SPARE
        for _ in range(_TRIES):
            now = int(_now() * 1000)
            latest = now + burst * every * 1000
            if cache.add(slot, now + every * 1000, timeout=kept_for):
                _note(slot, every * 1000)
                return
            all_back = cache.get(slot)
            if all_back is None or all_back > latest:  # the key expired just now, or another call is moving it back
                continue
            step = max(0, now - all_back) + every * 1000
            if all_back + step > latest:
                raise TooMany(retry_after=-((latest - all_back - step) // 1000))
            if _move(slot, step) <= latest:
                cache.touch(slot, timeout=kept_for)
                _note(slot, step)
                return
            _move(slot, -step)
        raise TooMany(retry_after=every)


def _add(slot: str, seconds: int) -> int:
    cache.add(slot, 0, timeout=_remaining(seconds) + 1)
    try:
        return int(cache.incr(slot))
    except ValueError:  # the key expired between the two calls: a new window has begun
        cache.set(slot, 1, timeout=_remaining(seconds) + 1)
        return 1


def _move(slot: str, milliseconds: int) -> float:
    """The moved value; infinity if the key did not exist."""
    try:
        return int(cache.incr(slot, milliseconds))
    except ValueError:
        return math.inf


def _now() -> float:
    """Seconds since the epoch, so that the windows of all processes begin at the same moments."""
    return time.time()


def _slot(name: str, key: str, seconds: int) -> str:
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"limit:{name}:{digest}:{int(_now() // seconds)}"


def _remaining(seconds: int) -> int:
    """Whole seconds until the present window ends, at least 1."""
    return max(1, int(seconds - _now() % seconds) + 1)
