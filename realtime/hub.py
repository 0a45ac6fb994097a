"""Fan-out inside one process: one subscription a topic, one encoded frame a tick for all who hold the same topics.

Everything here lives on one event loop; only :meth:`Hub._deliver` is called from other threads, by the broker.

A socket is let in without a hole: first :meth:`Hub.hold` subscribes its topics and keeps what arrives, then its
consumer reads positions, missed events and state in that order, then :meth:`Hub.admit` sends them and what was kept,
and only then it takes part in the ticks.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from math import inf
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings

from realtime.brokers import Broker, BrokerDown, Message, Position, get_broker
from realtime.channels import Channel, Group, Hold, events_frame
from realtime.sockets import HEARTBEAT_MISSED, RESTARTING, Send, Socket, WriteFrame, text_frame

logger = logging.getLogger(__name__)

_SWEEP_EVERY = 5.0  # seconds between two looks for silent sockets
HOLD_TIMEOUT = 10.0  # seconds that somebody may wait until their topics are subscribed
_GATHER = 0.01  # seconds in which what one change tells arrives together
RETRY_AFTER = 0.5  # seconds until a broker that failed is asked again

Listener = Callable[[Message], None]
Lost = Callable[[str], None]


class Hub:
    """The sockets of one event loop. Use :func:`get_hub`."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.sockets: set[Socket] = set()
        self._loop = asyncio.get_running_loop()
        self._channels: dict[str, Channel] = {}
        self._groups: dict[frozenset[str], Group] = {}
        self._dirty: dict[str, Channel] = {}
        self._tick: asyncio.TimerHandle | None = None
        self._flushed_at = -inf
        self._sweep: asyncio.TimerHandle | None = None
        self._listeners: dict[str, list[Listener]] = {}
        self._lost: list[Lost] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        broker.on_interruption(self._interrupted)

    # Getting in, moving, leaving

    def socket(self, send: Send, owner: Any = None, write_frame: WriteFrame | None = None) -> Socket:
        """A socket of this hub, which gets nothing before :meth:`admit`."""
        return Socket(send, limit=settings.REALTIME_QUEUE, owner=owner, write_frame=write_frame)

    async def hold(self, topics: Iterable[str]) -> Hold:
        """Subscribe ``topics`` and keep what arrives on them until :meth:`release`.

        Raises BrokerDown when the broker does not take the subscriptions in time.
        """
        hold = Hold(frozenset(topics))
        channels = self._use(hold.topics)
        for channel in channels:
            channel.hold(hold)
        late: set[asyncio.Task[None]] = set()
        try:
            if waiting := {channel.ready for channel in channels if channel.ready is not None}:
                _done, late = await asyncio.wait(waiting, timeout=HOLD_TIMEOUT)
        except asyncio.CancelledError:
            self.release(hold)
            raise
        if late:
            self.release(hold)
            raise BrokerDown("Topics could not be subscribed.")
        return hold

    def release(self, hold: Hold) -> None:
        """Keep nothing more."""
        for topic in hold.topics:
            channel = self._channels[topic]
            channel.release(hold)
            self._unuse(channel)

    def admit(
        self,
        socket: Socket,
        hold: Hold,
        positions: dict[str, Position],
        frames: Iterable[str],
        *,
        topics: Iterable[str] | None = None,
    ) -> None:
        """Give ``socket`` these topics (those of ``hold`` unless named) from now on, and no others.

        ``frames`` go first, then what ``hold`` kept beyond ``positions``. A socket that is closing is left alone.
        """
        wanted = hold.topics if topics is None else frozenset(topics)
        if socket.closing is not None:
            return
        self._flush_topics(wanted | socket.topics)
        for text in frames:
            socket.offer(text)
        self.begin({topic: positions[topic] for topic in wanted if topic in positions})
        here = {topic: positions[topic] for topic in wanted if topic in positions}
        if kept := hold.after(here):
            socket.offer(events_frame(kept))
        self._place(socket, wanted)
        self.sockets.add(socket)
        if hold.has_hole(here):
            self._report_lost(next(iter(wanted)))
        if self._sweep is None:
            self._sweep = self._loop.call_later(_SWEEP_EVERY, self._look_for_silent_sockets)

    def begin(self, positions: dict[str, Position]) -> None:
        """Where logs stood when nothing had come yet, so that a first message that is missed is noticed."""
        for topic, position in positions.items():
            channel = self._channels.get(topic)
            if channel is not None and channel.epoch is None:
                channel.epoch, channel.offset = position

    def leave(self, socket: Socket) -> None:
        """The socket's connection is gone."""
        socket.abandon()
        self.sockets.discard(socket)
        self._place(socket, frozenset())

    def _place(self, socket: Socket, topics: frozenset[str]) -> None:
        held = socket.topics
        if topics == held:
            return
        self._use(topics - held)
        for group in socket.groups:
            group.sockets.discard(socket)
            if not group.sockets:
                del self._groups[group.topics]
                for topic in group.topics:
                    self._channels[topic].groups.remove(group)
        socket.groups = tuple(self._group(part) for part in _shared_and_private(topics))
        for group in socket.groups:
            group.sockets.add(socket)
        for topic in held - topics:
            self._unuse(self._channels[topic])

    def _group(self, topics: frozenset[str]) -> Group:
        group = self._groups.get(topics)
        if group is None:
            group = self._groups[topics] = Group(topics)
            for topic in topics:
                self._channels[topic].groups.append(group)
        return group

    # Topics

    def _use(self, topics: Iterable[str]) -> list[Channel]:
        """The topics' channels, each with one more user; those that are new are being subscribed."""
        channels, new = [], []
        for topic in topics:
            channel = self._channels.get(topic)
            if channel is None:
                channel = self._channels[topic] = Channel(topic)
                new.append(channel)
            channel.users += 1
            channels.append(channel)
        if new:
            ready = self.spawn(self._subscribe(new))
            for channel in new:
                channel.ready = ready
        return channels

    def _unuse(self, channel: Channel) -> None:
        channel.users -= 1
        if not channel.users:
            del self._channels[channel.topic]
            self._dirty.pop(channel.topic, None)
            self.spawn(self._unsubscribe(channel))

    async def _subscribe(self, channels: list[Channel]) -> None:
        """Until the broker has taken them all, or nobody wants them any more."""
        for channel in channels:
            while self._channels.get(channel.topic) is channel:
                try:
                    await self.broker.subscribe(channel.topic, self._deliver)
                    break
                except Exception:
                    logger.warning("A topic could not be subscribed; trying again", exc_info=True)
                    await asyncio.sleep(RETRY_AFTER)
        for channel in channels:
            channel.ready = None

    async def _unsubscribe(self, channel: Channel) -> None:
        if channel.ready is not None:
            await asyncio.wait([channel.ready])
        if channel.filling is not None:
            channel.filling.cancel()
        if channel.topic not in self._channels:  # nobody came back meanwhile
            await self.broker.unsubscribe(channel.topic, self._deliver)

    def keep(self, topic: str) -> None:
        """Stay subscribed to ``topic`` for the listeners, whether or not a socket holds it, until :meth:`drop`."""
        self._use([topic])

    def drop(self, topic: str) -> None:
        """Undo one :meth:`keep`."""
        self._unuse(self._channels[topic])

    # Events

    def listen(self, type: str, listener: Listener) -> None:
        """Call ``listener`` on the loop for every durable event of ``type`` that reaches a subscribed topic."""
        self._listeners.setdefault(type, []).append(listener)

    def on_lost(self, lost: Lost) -> None:
        """Call ``lost`` with a topic whose missing events cannot be had any more: its sockets need a reset."""
        self._lost.append(lost)

    def _deliver(self, message: Message) -> None:
        """From the broker, on any thread."""
        try:
            self._loop.call_soon_threadsafe(self._arrive, message)
        except RuntimeError:
            logger.debug("An event came after the loop had closed: %s", message.type)

    def _arrive(self, message: Message) -> None:
        channel = self._channels.get(message.topic)
        if channel is None:
            return
        if message.offset is None:
            channel.volatile[message.subject] = message
            self._keep(channel, message)
        elif channel.filling is not None:
            channel.late.append(message)
        elif channel.epoch is None or (message.epoch == channel.epoch and message.offset == channel.offset + 1):
            self._append(channel, message)
        elif message.epoch != channel.epoch:
            self._lose(channel, message)
        elif message.offset > channel.offset:
            channel.late.append(message)
            channel.filling = self.spawn(self._fill(channel))

    def _append(self, channel: Channel, message: Message) -> None:
        channel.epoch, channel.offset = message.epoch, message.offset or 0
        channel.pending.append(message)
        self._keep(channel, message)
        for listener in self._listeners.get(message.type, ()):
            listener(message)

    def _keep(self, channel: Channel, message: Message) -> None:
        for hold in channel.holds:
            hold.keep(message)
        self._dirty[channel.topic] = channel
        if self._tick is None:
            # After a quiet time at once but for what comes with it; under load one frame a tick.
            wait = max(_GATHER, self._flushed_at + settings.REALTIME_TICK - self._loop.time())
            self._tick = self._loop.call_later(min(wait, settings.REALTIME_TICK), self._flush)

    def _lose(self, channel: Channel, message: Message | None = None) -> None:
        """What comes before ``message`` (before the next one) cannot be had."""
        for hold in channel.holds:
            hold.is_torn = True
        if message is not None:
            self._append(channel, message)
        self._report_lost(channel.topic)

    def _report_lost(self, topic: str) -> None:
        for lost in self._lost:
            lost(topic)

    def _interrupted(self) -> None:
        """From the broker, on any thread: messages may have been missed, perhaps the last ones of their topics."""
        try:
            self._loop.call_soon_threadsafe(lambda: self.spawn(self._catch_up()))
        except RuntimeError:
            logger.debug("The broker came back after the loop had closed")

    async def _catch_up(self) -> None:
        """Compare every topic with its log and fetch what is missing."""
        topics = [topic for topic, channel in self._channels.items() if channel.epoch is not None]
        while True:
            try:
                positions = await self._loop.run_in_executor(None, self.broker.positions, topics)
                break
            except BrokerDown:
                await asyncio.sleep(RETRY_AFTER)
        for topic, position in positions.items():
            channel = self._channels.get(topic)
            if channel is None or channel.epoch is None or channel.filling is not None:
                continue
            if position.epoch != channel.epoch:
                channel.epoch, channel.offset = position
                self._lose(channel)
            elif position.offset > channel.offset:
                channel.filling = self.spawn(self._fill(channel))

    async def _fill(self, channel: Channel) -> None:
        """Fetch what is missing before the first of ``channel.late``, or before whatever comes next."""
        missed = None
        try:
            since = Position(channel.epoch or "", channel.offset)
            missed = await self._loop.run_in_executor(None, self.broker.history, channel.topic, since)
        except Exception:
            logger.exception("The history of a topic could not be read")
        finally:
            late, channel.late, channel.filling = channel.late, channel.no_late(), None
        if missed is None:
            channel.epoch = None  # whatever comes next is taken as it is
            self._lose(channel, late.popleft() if late else None)
        for message in [*(missed or ()), *late]:
            if message.epoch != channel.epoch or (message.offset or 0) > channel.offset:
                self._arrive(message)

    # Ticks

    def _flush(self) -> None:
        """One frame for each group that this tick concerns."""
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        self._flushed_at = self._loop.time()
        dirty, self._dirty = self._dirty, {}
        groups: dict[Group, None] = {}
        for channel in dirty.values():
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
        """End the tick early when it holds events of ``topics``: whoever changes topics now must not get them twice."""
        if not self._dirty.keys().isdisjoint(topics):
            self._flush()

    def _look_for_silent_sockets(self) -> None:
        """Close sockets that were silent for three heartbeats: browsers let hidden pages act once a minute."""
        self._sweep = self._loop.call_later(_SWEEP_EVERY, self._look_for_silent_sockets) if self.sockets else None
        limit = self._loop.time() - 3 * settings.SOCKET_HEARTBEAT.total_seconds()
        for socket in list(self.sockets):
            if socket.seen < limit:
                socket.close(HEARTBEAT_MISSED)

    # The rest

    def spawn(self, work: Awaitable[Any]) -> asyncio.Task[Any]:
        """Run ``work`` on this loop; a failure is logged."""
        task = self._loop.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def holders(self, topic: str) -> list[Socket]:
        """The sockets that hold ``topic``."""
        channel = self._channels.get(topic)
        return [socket for group in channel.groups for socket in group.sockets] if channel else []

    async def shutdown(self) -> None:
        """Close every socket with 1012: the process ends, clients resume elsewhere or later."""
        self.broker.forget_interruption(self._interrupted)
        self._flush()
        for socket in list(self.sockets):
            socket.close(RESTARTING, drop=False)
        for timer in (self._tick, self._sweep):
            if timer is not None:
                timer.cancel()


async def _logged(work: Awaitable[Any]) -> Any:
    try:
        return await work
    except asyncio.CancelledError:
        raise
    except Exception:
        logger.exception("Work of the hub failed")
        return None


def _shared_and_private(topics: frozenset[str]) -> list[frozenset[str]]:
    """Topics of one person apart from the others, so that these still share their frames."""
    private = frozenset(topic for topic in topics if topic.startswith("user:"))
    return [part for part in (topics - private, private) if part]


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def get_hub() -> Hub:
    """The hub of the running event loop; a process that serves has one."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub(get_broker())
    return hub
