"""Admits sockets in batches: while one batch is judged the next one gathers, and the same queries serve all of it.

So a single person does not wait, and a storm of reconnects costs a few queries for each batch instead of dozens for
each person.
"""

import asyncio
from functools import partial
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from realtime.hub import Hub
from sockets.admission import Since, Welcome, welcome_all
from sockets.limits import in_thread
from sockets.tickets import Pass

_MOST = 200  # people in a batch, so that they do not wait long for each other

Waiting = tuple[Pass, Since, "asyncio.Future[Welcome]"]


class WelcomeBatches:
    """Sockets that wait to be admitted to one hub, by session. Use :func:`batches_of`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._waiting: dict[UUID, list[Waiting]] = {}
        self._running: set[UUID] = set()

    async def welcome(self, entry: Pass, since: Since) -> Welcome:
        """As :func:`sockets.admission.welcome`. Raises Refused, and what the database raises."""
        future: asyncio.Future[Welcome] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(entry.session_id, []).append((entry, since, future))
        if entry.session_id not in self._running:
            self._running.add(entry.session_id)
            self._hub.spawn(self._run(entry.session_id))
        return await future

    async def _run(self, session_id: UUID) -> None:
        try:
            while waiting := self._waiting.pop(session_id, None):
                if later := waiting[_MOST:]:
                    self._waiting[session_id] = later
                await self._together(session_id, [one for one in waiting[:_MOST] if not one[2].done()])
        finally:
            self._running.discard(session_id)

    async def _together(self, session_id: UUID, waiting: list[Waiting]) -> None:
        given: list[Any]
        try:
            asked = [(entry, since) for entry, since, _future in waiting]
            given = await in_thread(partial(welcome_all, session_id, asked, follows=True))
        except Exception as error:  # noqa: BLE001 — each of them is told, and raises it
            given = [error] * len(waiting)
        for (_entry, _since, future), result in zip(waiting, given, strict=True):
            if future.done():  # disconnected in the meantime
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)


_of_hubs: WeakKeyDictionary[Hub, WelcomeBatches] = WeakKeyDictionary()


def batches_of(hub: Hub) -> WelcomeBatches:
    """The batches of ``hub``."""
    batches = _of_hubs.get(hub)
    if batches is None:
        batches = _of_hubs[hub] = WelcomeBatches(hub)
    return batches
