"""Who is being sent a file: so many at once, of one address fewer, and whoever stands still gives way to others.

A player whose video is paused takes nothing and holds its place; when somebody else wants it, its connection ends, and
the player asks for the rest anew. So slow readers, from however many addresses, keep nobody from being served.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

STILL = 5.0  # seconds without taking anything, after which a reader may have to give way


class GaveWay(Exception):
    """The reader took nothing for too long, or its place is somebody else's now."""


class Reader:
    """One answer's place. ``async with reader.patience(seconds)`` around each piece; ends with :meth:`leave`."""

    def __init__(self, readers: "Readers", address: str) -> None:
        self._readers, self.address = readers, address
        self.moved = asyncio.get_running_loop().time()
        self._has_given_way = False
        self._waiting: asyncio.Timeout | None = None

    @asynccontextmanager
    async def patience(self, seconds: float) -> AsyncIterator[None]:
        """Around sending one piece: raises GaveWay when it takes longer, or when the place is taken away."""
        if self._has_given_way:
            raise GaveWay
        try:
            async with asyncio.timeout(seconds) as self._waiting:
                yield
        except TimeoutError:
            raise GaveWay from None
        finally:
            self._waiting = None
        self.moved = asyncio.get_running_loop().time()

    def give_way(self) -> None:
        """Let go of the place now; what is being sent ends."""
        self._has_given_way = True
        self.leave()
        if self._waiting is not None:
            with suppress(RuntimeError):  # it has just ended by itself
                self._waiting.reschedule(asyncio.get_running_loop().time())

    def leave(self) -> None:
        """The answer is over. Harmless when said twice."""
        self._readers.forget(self)


class Readers:
    """All of one event loop."""

    def __init__(self) -> None:
        self._of: dict[str, set[Reader]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def enter(self, address: str, *, most: int, most_of_one: int) -> Reader | None:
        """A place for one more answer to ``address``; None when there is none that anybody has to give up for it."""
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
        gives_way.give_way()
        return self._add(address)

    def forget(self, reader: Reader) -> None:
        """This answer is over."""
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
        """Who has stood still for longest, if for long enough."""
        since = asyncio.get_running_loop().time() - STILL
        stalest = min(among, key=lambda reader: reader.moved, default=None)
        return stalest if stalest is not None and stalest.moved <= since else None

    def _of_whoever_has_most(self, newcomers: int) -> Reader | None:
        """The slowest of the address with the most places, if it has more than the newcomer would have then."""
        most = max(self._of.values(), key=len, default=set())
        return min(most, key=lambda reader: reader.moved) if len(most) > newcomers + 1 else None
