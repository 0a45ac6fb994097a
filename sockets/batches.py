"""Admits sockets in batches: while one batch is judged the next one gathers, and the same queries serve all of it.

So a single person does not wait, and a storm of reconnects costs a few queries for each batch instead of dozens for
each person.
"""

import asyncio
from math import inf
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from realtime.hub import Hub
from realtime.sockets import NO_TICKET
from sockets.admission import Refused, Since, Welcome, welcome_all
from sockets.limits import in_thread
from sockets.tickets import Pass, Ticket

_MOST = 200  # people in a batch, so that they do not wait long for each other
_CROWDED = 0.1  # seconds after a batch within which the next one belongs to the same crowd, ...
_GATHER = 0.02  # ... and waits so long (seconds) for more of it

Asked = tuple[Pass, Since, Ticket | None]
Waiting = tuple[Asked, "asyncio.Future[Welcome]"]


class WelcomeBatches:
    """Sockets that wait to be admitted to one hub, by session. Use :func:`batches_of`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._waiting: dict[UUID, list[Waiting]] = {}
        self._running: set[UUID] = set()
        self._crowded_until = -inf

    async def welcome(self, entry: Pass, since: Since, ticket: Ticket | None = None) -> Welcome:
        """As :func:`sockets.admission.welcome`; spends ``ticket``, through which it came.

        Raises Refused, and what the database and the cache raise.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Welcome] = loop.create_future()
        self._waiting.setdefault(entry.session_id, []).append(((entry, since, ticket), future))
        if entry.session_id not in self._running:
            self._running.add(entry.session_id)
            self._hub.spawn(self._run(entry.session_id))
        return await future

    async def _run(self, session_id: UUID) -> None:
        loop = asyncio.get_running_loop()
        try:
            if loop.time() < self._crowded_until:
                await asyncio.sleep(_GATHER)
            while waiting := self._waiting.pop(session_id, None):
                if later := waiting[_MOST:]:
                    self._waiting[session_id] = later
                await self._together(session_id, [one for one in waiting[:_MOST] if not one[1].done()])
                self._crowded_until = loop.time() + _CROWDED
        finally:
            self._running.discard(session_id)

    async def _together(self, session_id: UUID, waiting: list[Waiting]) -> None:
        given: list[Any]
        try:
            given = await in_thread(_admit, session_id, [asked for asked, _future in waiting])
        except Exception as error:  # noqa: BLE001 — each of them is told, and raises it
            given = [error] * len(waiting)
        for (_asked, future), result in zip(waiting, given, strict=True):
            if future.done():  # disconnected in the meantime
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)


def _admit(session_id: UUID, asked: list[Asked]) -> list[Welcome | Refused]:
    """Whose ticket is valid still is welcomed; in the order of ``asked``."""
    may_enter = [ticket is None or ticket.spend() for _entry, _since, ticket in asked]
    entering = [(entry, since) for (entry, since, _ticket), may in zip(asked, may_enter, strict=True) if may]
    given = iter(welcome_all(session_id, entering, follows=True))
    return [next(given) if may else Refused(NO_TICKET) for may in may_enter]


_of_hubs: WeakKeyDictionary[Hub, WelcomeBatches] = WeakKeyDictionary()


def batches_of(hub: Hub) -> WelcomeBatches:
    """The batches of ``hub``."""
    batches = _of_hubs.get(hub)
    if batches is None:
        batches = _of_hubs[hub] = WelcomeBatches(hub)
    return batches
