"""Limits how many files are sent at once, in total and for each address; stalled readers yield to newcomers.

A player whose video is paused reads nothing but keeps its place; if somebody else needs it, the connection ends, and
the player requests the rest later. So slow readers, from however many addresses, block nobody.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

STILL = 5.0  # seconds without reading after which a reader may have to yield


class Evicted(Exception):
    """The reader read nothing for too long, or its place was given to somebody else."""


class Reader:
    """One answer's place. ``async with reader.patience(seconds)`` around each piece; ends with :meth:`leave`."""

    def __init__(self, readers: "Readers", address: str) -> None:
        self._readers, self.address = readers, address
        self.moved = asyncio.get_running_loop().time()
        self._has_given_way = False
        self._waiting: asyncio.Timeout | None = None

    @asynccontextmanager
    async def patience(self, seconds: float) -> AsyncIterator[None]:
        """Around sending one piece: raises Evicted if it takes longer, or if the place is taken away."""
        if self._has_given_way:
            raise Evicted
        try:
            async with asyncio.timeout(seconds) as self._waiting:
                yield
        except TimeoutError:
            raise Evicted from None
        finally:
            self._waiting = None
        self.moved = asyncio.get_running_loop().time()

    def evict(self) -> None:
        """Give up the place now; the answer ends."""
        self._has_given_way = True
        self.leave()
        if self._waiting is not None:
            with suppress(RuntimeError):  # it has just ended by itself
                self._waiting.reschedule(asyncio.get_running_loop().time())

    def leave(self) -> None:
        """The answer is over. Repeating it is harmless."""
        self._readers.forget(self)


class Readers:
    """All of one event loop."""

    def __init__(self) -> None:
        self._of: dict[str, set[Reader]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def enter(self, address: str, *, most: int, most_of_one: int) -> Reader | None:
        """A place for another answer to ``address``; None if no other reader has to yield for it."""
        mine = self._of.get(address, set())
        if len(mine) >= most_of_one:
            gives_way = self._still(mine)
        elif self._count >= most:
            gives_way = self._still({reader for of_one in self._of.values() for reader in of_one})
            gives_way = gives_way or self._of_whoever_has_most(len(mine))
        else:
            return self._add(address)
        if gives_way is None:
            return None
        gives_way.evict()
        return self._add(address)

    def forget(self, reader: Reader) -> None:
        """The answer is over."""
        of_one = self._of.get(reader.address, set())
        if reader in of_one:
            of_one.discard(reader)
            self._count -= 1
            if not of_one:
                del self._of[reader.address]

    def _add(self, address: str) -> Reader:
        reader = Reader(self, address)
        self._of.setdefault(address, set()).add(reader)
        self._count += 1
        return reader

    def _still(self, among: set[Reader]) -> Reader | None:
        """The reader that has been stalled longest, if long enough."""
        since = asyncio.get_running_loop().time() - STILL
        stalest = min(among, key=lambda reader: reader.moved, default=None)
        return stalest if stalest is not None and stalest.moved <= since else None

    def _of_whoever_has_most(self, newcomers: int) -> Reader | None:
        """The slowest reader of the address with the most places, if it has more than the newcomer would get."""
        most = max(self._of.values(), key=len, default=set())
        return min(most, key=lambda reader: reader.moved) if len(most) > newcomers + 1 else None
