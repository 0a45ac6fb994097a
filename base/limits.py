"""Rate limits over Django's cache: counters in fixed windows, shared by API, pages and sockets."""

import hashlib
import time

from django.core.cache import cache

from base.errors import TooMany


class Limiter:
    """Counts what ``key`` does under ``name``. Keys are hashed: an e-mail address never stands in the cache."""

    def check(self, name: str, key: str, limit: int, seconds: int) -> None:
        """Count this time. Raises TooMany beyond ``limit`` in a window of ``seconds``."""
        if self._add(name, key, seconds) > limit:
            raise TooMany(retry_after=_remaining(seconds))

    def guard(self, name: str, key: str, limit: int, seconds: int) -> None:
        """Count nothing. Raises TooMany when :meth:`fail` was called ``limit`` times in this window."""
        if int(cache.get(_slot(name, key, seconds), 0)) >= limit:
            raise TooMany(retry_after=_remaining(seconds))

    def fail(self, name: str, key: str, seconds: int) -> None:
        """Count one failure."""
        self._add(name, key, seconds)

    def take(self, name: str, key: str, burst: int, every: int = 1) -> None:
        """Take one of ``burst`` tokens; each comes back ``every`` seconds after the one before. Raises TooMany.

        A token is taken by ``cache.add`` of its place, so never more than ``burst`` are out, whoever takes at once.
        """
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        places = [f"limit:{name}:{digest}:token:{number}" for number in range(burst)]
        out = cache.get_many(places)
        back_after = (len(out) + 1) * every
        if not any(cache.add(place, 1, timeout=back_after) for place in places if place not in out):
            raise TooMany(retry_after=every)

    def forget(self, name: str, key: str, seconds: int) -> None:
        """Forget this window's count, after a success."""
        cache.delete(_slot(name, key, seconds))

    def _add(self, name: str, key: str, seconds: int) -> int:
        slot = _slot(name, key, seconds)
        cache.add(slot, 0, timeout=_remaining(seconds) + 1)
        try:
            return int(cache.incr(slot))
        except ValueError:  # it ran out between the two calls: a new window has begun
            cache.set(slot, 1, timeout=_remaining(seconds) + 1)
            return 1


def _now() -> float:
    """Seconds since the epoch: the windows of all processes begin at the same moments."""
    return time.time()


def _slot(name: str, key: str, seconds: int) -> str:
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"limit:{name}:{digest}:{int(_now() // seconds)}"


def _remaining(seconds: int) -> int:
    """Whole seconds until the present window ends, at least 1."""
    return max(1, int(seconds - _now() % seconds) + 1)
