"""Making a value once, however many callers ask for it at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, MutableMapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SingleFlight(Generic[K, V]):
    """Returns what ``kept`` (a cache with its own expiry) has, or makes it; for one event loop.

    Callers that ask while the value is being made wait for the same result, including its exception, which is not
    cached. A caller that stops waiting does not cancel it for the others.
    """

    def __init__(self, kept: MutableMapping[K, V]) -> None:
        self._kept = kept
        self._flying: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K, make: Callable[[], Awaitable[V]]) -> V:
        """Return the value for ``key``. Raises what ``make`` raises."""
        try:
            return self._kept[key]
        except KeyError:
            task = self._flying.get(key)
        if task is None:
            task = self._flying[key] = asyncio.create_task(self._make(key, make))
        return await asyncio.shield(task)

    async def _make(self, key: K, make: Callable[[], Awaitable[V]]) -> V:
        try:
            made = self._kept[key] = await make()
            return made
        finally:
            del self._flying[key]
