"""Connections: bounded in total and for each address; a peer that stops reading its answer is disconnected.

A connection counts from the moment it is accepted, before any TLS handshake, until it is closed, as a WebSocket too.
"""

import asyncio
import resource
from collections import Counter
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings

from core.addresses import is_trusted, network_of

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 0.5  # seconds between two looks at all connections
OTHER_FILES = 500  # descriptors reserved for the database, recordings, LiveKit, logs
SAY_SECONDS = 60.0  # seconds between two log lines about the same


class Place:
    """One connection. ``expire`` (set by its protocol) is called at each look with the loop's time."""

    __slots__ = ("_connections", "_moved", "_unsent", "address", "expire", "is_patient", "transport")

    def __init__(self, connections: "Connections", address: str | None) -> None:
        self._connections, self.address = connections, address
        self.transport: Any = None  # set once its protocol has one
        self.expire: Callable[[float], None] | None = None
        #: Whether it may pause while it reads an answer, as a paused video does.
        self.is_patient = False
        self._unsent, self._moved = 0, 0.0

    def release(self) -> None:
        """It is closed. Repeating it is harmless."""
        self._connections.forget(self)

    def moved(self) -> None:
        """The peer has read something."""
        self._moved = asyncio.get_running_loop().time()

    def look(self, now: float, patience: float) -> None:
        """Close it if the peer has read nothing for ``patience`` seconds, or if its protocol says so."""
        if self.transport is None:
            return
        unsent = self.transport.get_write_buffer_size()
        if not unsent or not self._unsent or unsent < self._unsent:
            self._moved = now
        self._unsent = unsent
        if unsent and now - self._moved > patience and not (self.is_patient and not self.transport.is_closing()):
            self.transport.abort()
        elif self.expire is not None:
            self.expire(now)


class Full(Exception):
    """No place for another connection; ``of_address``: for this address."""

    def __init__(self, *, of_address: bool) -> None:
        super().__init__()
        self.of_address = of_address


class Connections:
    """All connections of one listener. Used on the event loop only."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._places: set[Place] = set()
        self._of: Counter[str] = Counter()
        self._said = float("-inf")

    def __len__(self) -> int:
        return len(self._places)

    def admit(self, peer: str) -> Place:
        """A place for a connection from the IP address ``peer``. Raises Full."""
        # Everybody behind a trusted proxy has its address; the proxy counts them itself (deploy/nginx.conf).
        address = None if is_trusted(peer) else network_of(peer)
        if address is not None and self._of[address] >= self._most_of_one:
            self._say("An address has the maximum number of connections", address, self._most_of_one)
            raise Full(of_address=True)
        if len(self._places) >= self._most:
            self._say("The maximum number of connections is reached", address, self._most)
            raise Full(of_address=False)
        place = Place(self, address)
        self._places.add(place)
        if address is not None:
            self._of[address] += 1
        return place

    def forget(self, place: Place) -> None:
        """The connection of ``place`` has ended."""
        if place not in self._places:
            return
        self._places.discard(place)
        if place.address is not None:
            self._of[place.address] -= 1
            if not self._of[place.address]:
                del self._of[place.address]

    async def watch(self) -> None:
        """Look at all of them repeatedly, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for place in list(self._places):
                place.look(loop.time(), settings.SEND_SECONDS)

    def _say(self, sentence: str, address: str | None, limit: int) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._said > SAY_SECONDS:
            self._said = now
            logger.warning(sentence, address=address, limit=limit)


def connection_limit() -> int:
    """CONNECTIONS, or fewer if the system's limit of open files, which is raised first, is too low."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.CONNECTIONS + OTHER_FILES
    granted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < granted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
    if granted < wanted:
        logger.warning("The limit of open files is low, so fewer people can connect", files=granted, wanted=wanted)
    return max(granted - OTHER_FILES, granted // 2)
