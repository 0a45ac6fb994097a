"""Making a thing once, however many ask for it at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, MutableMapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SingleFlight(Generic[K, V]):
    """What ``kept`` (a cache that forgets in its own way) has, or what is made now; for one event loop.

    Who asks while it is made waits for the same, also for its failure, which is not kept. Nobody who gives up waiting
    keeps it from the others.
    """

    def __init__(self, kept: MutableMapping[K, V]) -> None:
        self._kept = kept
        self._flying: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K, make: Callable[[], Awaitable[V]]) -> V:
        """The thing called ``key``. Raises what ``make`` raises."""
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
