"""Fan-out in one process: one subscription for each topic, one encoded frame in each tick for all sockets with equal
topics.

Everything here lives on one event loop. ``subscriptions`` handles what comes from the broker. A socket is admitted
without a gap: first :meth:`Subscriptions.hold` subscribes its topics and keeps what arrives, then its consumer reads
positions, missed events and state in that order, then :meth:`Hub.admit` sends them and what was kept, and only then it
takes part in the ticks.
"""

import asyncio
from collections.abc import Awaitable, Iterable
from math import inf
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings

from core.background import Tasks
from realtime.brokers import Broker, Position, get_broker
from realtime.channels import Hold, events_frame
from realtime.sockets import HEARTBEAT_MISSED, RESTARTING, Group, Send, Socket, WriteFrame, text_frame
from realtime.subscriptions import Subscriptions

_SWEEP_EVERY = 5.0  # seconds between two checks for silent sockets
_GATHER = 0.01  # seconds within which the events of one change are sent together


class Hub:
    """The sockets of one event loop. Use :func:`get_hub`."""

    def __init__(self, broker: Broker) -> None:
        self.sockets: set[Socket] = set()
        self._loop = asyncio.get_running_loop()
        self._tasks = Tasks()
        self.subscriptions = Subscriptions(broker, self._tasks, self._tick_soon)
        self._groups: dict[frozenset[str], Group] = {}
        self._tick: asyncio.TimerHandle | None = None
        self._flushed_at = -inf
        self._sweep: asyncio.TimerHandle | None = None

    # Admitting, moving, leaving

    def socket(self, send: Send, owner: Any = None, write_frame: WriteFrame | None = None) -> Socket:
        """A socket of this hub; it gets nothing before :meth:`admit`."""
        return Socket(send, limit=settings.REALTIME_QUEUE, owner=owner, write_frame=write_frame)

    def admit(
        self,
        socket: Socket,
        hold: Hold,
        positions: dict[str, Position],
        frames: Iterable[str],
        *,
        topics: Iterable[str] | None = None,
    ) -> None:
        """From now on give ``socket`` these topics (by default those of ``hold``) and no others.

        ``frames`` are sent first, then what ``hold`` kept beyond ``positions``. A closing socket is ignored.
        """
        wanted = hold.topics if topics is None else frozenset(topics)
        if socket.closing is not None:
            return
        self._flush_topics(wanted | socket.topics)
        for text in frames:
            socket.offer(text)
        here = {topic: positions[topic] for topic in wanted if topic in positions}
        self.subscriptions.begin(here)
        if kept := hold.after(here):
            socket.offer(events_frame(kept))
        self._place(socket, wanted)
        self.sockets.add(socket)
        if hold.has_hole(here):
            self.subscriptions.report_lost(next(iter(wanted)))
        if self._sweep is None:
            self._sweep = self._loop.call_later(_SWEEP_EVERY, self._look_for_silent_sockets)

    def leave(self, socket: Socket) -> None:
        """The socket's connection is gone."""
        socket.abandon()
        self.sockets.discard(socket)
        self._place(socket, frozenset())

    def _place(self, socket: Socket, topics: frozenset[str]) -> None:
        held = socket.topics
        if topics == held:
            return
        self.subscriptions.use(topics - held)
        for group in socket.groups:
            group.sockets.discard(socket)
            if not group.sockets:
                del self._groups[group.topics]
                for topic in group.topics:
                    self.subscriptions.channels[topic].groups.remove(group)
        socket.groups = tuple(self._group(part) for part in _shared_and_private(topics))
        for group in socket.groups:
            group.sockets.add(socket)
        for topic in held - topics:
            self.subscriptions.unuse(self.subscriptions.channels[topic])

    def _group(self, topics: frozenset[str]) -> Group:
        group = self._groups.get(topics)
        if group is None:
            group = self._groups[topics] = Group(topics)
            for topic in topics:
                self.subscriptions.channels[topic].groups.append(group)
        return group

    # Ticks

    def _tick_soon(self) -> None:
        """Schedule a tick: after a quiet time at once, except for events of the same change; under load one frame in
        each tick.
        """
        if self._tick is None:
            wait = max(_GATHER, self._flushed_at + settings.REALTIME_TICK - self._loop.time())
            self._tick = self._loop.call_later(min(wait, settings.REALTIME_TICK), self._flush)

    def _flush(self) -> None:
        """Send one frame to each group that this tick concerns."""
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        self._flushed_at = self._loop.time()
        groups: dict[Group, None] = {}
        for channel in self.subscriptions.take_news():
            texts = [message.text for message in (*channel.pending, *channel.volatile.values())]
            channel.pending.clear()
            channel.volatile.clear()
            for group in channel.groups:
                group.batch += texts
                groups[group] = None
        for group in groups:
            text = '{"events":[' + ",".join(group.batch) + "]}"
            group.batch = []
            frame = text_frame(text)
            for socket in group.sockets:
                socket.offer(text, frame)

    def _flush_topics(self, topics: Iterable[str]) -> None:
        """End the tick early if it holds events of ``topics``: a socket that changes topics now must not get them
        twice.
        """
        if self.subscriptions.has_news(topics):
            self._flush()

    def _look_for_silent_sockets(self) -> None:
        """Close sockets that were silent for three heartbeats: browsers let hidden pages run timers once a minute."""
        self._sweep = self._loop.call_later(_SWEEP_EVERY, self._look_for_silent_sockets) if self.sockets else None
        limit = self._loop.time() - 3 * settings.SOCKET_HEARTBEAT.total_seconds()
        for socket in list(self.sockets):
            if socket.seen < limit:
                socket.close(HEARTBEAT_MISSED)

    # The rest

    def spawn(self, work: Awaitable[Any]) -> asyncio.Task[Any]:
        """Run ``work`` on this loop; a failure is logged."""
        return self._tasks.spawn(work)

    def holders(self, topic: str) -> list[Socket]:
        """The sockets that hold ``topic``."""
        channel = self.subscriptions.channels.get(topic)
        return [socket for group in channel.groups for socket in group.sockets] if channel else []

    async def shutdown(self) -> None:
        """Close every socket with 1012: the process stops, clients resume elsewhere or later."""
        self.subscriptions.close()
        self._flush()
        for socket in list(self.sockets):
            socket.close(RESTARTING, drop=False)
        for timer in (self._tick, self._sweep):
            if timer is not None:
                timer.cancel()


def _shared_and_private(topics: frozenset[str]) -> list[frozenset[str]]:
    """Split off the topics of one person, so that the shared ones can still share their frames."""
    private = frozenset(topic for topic in topics if topic.startswith("user:"))
    return [part for part in (topics - private, private) if part]


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def get_hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub(get_broker())
    return hub
