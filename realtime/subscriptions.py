"""The topic subscriptions of one event loop: fetches missing messages and keeps new ones for the next tick.

Everything here runs on that loop, except :meth:`Subscriptions._deliver` and :meth:`Subscriptions._interrupted`, which
the broker calls from other threads.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable

from core.background import Tasks
from realtime.brokers import Broker, BrokerDown, Message, Position
from realtime.channels import Channel, Hold

logger = logging.getLogger(__name__)

HOLD_TIMEOUT = 10.0  # seconds that a socket waits until its topics are subscribed
RETRY_AFTER = 0.5  # seconds before a failed broker is asked again

Listener = Callable[[Message], None]
Lost = Callable[[str], None]


class Subscriptions:
    """One subscription for each topic while somebody uses it. ``on_news`` is called when there is something to send."""

    def __init__(self, broker: Broker, tasks: Tasks, on_news: Callable[[], None]) -> None:
        self.broker = broker
        self.channels: dict[str, Channel] = {}
        self._tasks = tasks
        self._loop = asyncio.get_running_loop()
        self._on_news = on_news
        self._arrived: deque[Message] = deque()
        self._is_woken = False
        self._news: dict[str, Channel] = {}
        self._listeners: dict[str, list[Listener]] = {}
        self._lost: list[Lost] = []
        broker.on_interruption(self._interrupted)

    def close(self) -> None:
        """The process stops: fetch nothing more."""
        self.broker.forget_interruption(self._interrupted)

    # Preparing sockets

    async def hold(self, topics: Iterable[str]) -> Hold:
        """Subscribe ``topics`` and keep what arrives on them until :meth:`release`.

        Raises BrokerDown if the broker does not accept the subscriptions in time.
        """
        hold = Hold(frozenset(topics))
        channels = self.use(hold.topics)
        for channel in channels:
            channel.hold(hold, self._loop.time())
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
        """Stop keeping messages."""
        for topic in hold.topics:
            channel = self.channels[topic]
            channel.release(hold)
            self.unuse(channel)

    def begin(self, positions: dict[str, Position]) -> None:
        """Set where logs stood before the first message, so that a missing first message is noticed."""
        for topic, position in positions.items():
            channel = self.channels.get(topic)
            if channel is not None and channel.epoch is None:
                channel.epoch, channel.offset = position

    # Topics

    def use(self, topics: Iterable[str]) -> list[Channel]:
        """The topics' channels, each with one more user; new ones are being subscribed."""
        channels, new = [], []
        for topic in topics:
            channel = self.channels.get(topic)
            if channel is None:
                channel = self.channels[topic] = Channel(topic)
                if not self.broker.subscribe_at_once(topic, self._deliver):
                    new.append(channel)
            channel.users += 1
            channels.append(channel)
        if new:
            ready = self._tasks.spawn(self._subscribe(new))
            for channel in new:
                channel.ready = ready
        return channels

    def unuse(self, channel: Channel) -> None:
        """Undo one :meth:`use`; the last one unsubscribes."""
        channel.users -= 1
        if not channel.users:
            del self.channels[channel.topic]
            self._news.pop(channel.topic, None)
            self._tasks.spawn(self._unsubscribe(channel))

    async def _subscribe(self, channels: list[Channel]) -> None:
        """Retry until the broker has accepted all of them, or nobody needs them any more."""
        for channel in channels:
            while self.channels.get(channel.topic) is channel:
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
        if channel.topic not in self.channels:  # nobody uses it again
            await self.broker.unsubscribe(channel.topic, self._deliver)

    def keep(self, topic: str) -> None:
        """Stay subscribed to ``topic`` for listeners, even without sockets, until :meth:`drop`."""
        self.use([topic])

    def drop(self, topic: str) -> None:
        """Undo one :meth:`keep`."""
        self.unuse(self.channels[topic])

    # Events

    def listen(self, type: str, listener: Listener) -> None:
        """Call ``listener`` on the loop for every durable event of ``type`` that reaches a subscribed topic."""
        self._listeners.setdefault(type, []).append(listener)

    def on_lost(self, lost: Lost) -> None:
        """Call ``lost`` with a topic whose missing events are no longer available: its sockets need a reset."""
        self._lost.append(lost)

    def _deliver(self, message: Message) -> None:
        """Called by the broker, on any thread. Of messages that follow each other the first wakes the loop for all."""
        self._arrived.append(message)
        if self._is_woken:
            return
        self._is_woken = True
        try:
            self._loop.call_soon_threadsafe(self._take_arrived)
        except RuntimeError:
            self._arrived.clear()
            self._is_woken = False
            logger.debug("An event arrived after the loop had closed: %s", message.type)

    def _take_arrived(self) -> None:
        self._is_woken = False  # first: what arrives from now on wakes the loop again
        while self._arrived:
            try:
                self._arrive(self._arrived.popleft())
            except Exception:
                logger.exception("An event could not be passed on")

    def _arrive(self, message: Message) -> None:
        channel = self.channels.get(message.topic)
        if channel is None:
            return
        if message.offset is None:
            channel.remember(message, self._loop.time())
            self._keep(channel, message)
        elif channel.filling is not None:
            channel.late.append(message)
        elif channel.epoch is None or (message.epoch == channel.epoch and message.offset == channel.offset + 1):
            self._append(channel, message)
        elif message.epoch != channel.epoch:
            self._lose(channel, message)
        elif message.offset > channel.offset:
            channel.late.append(message)
            channel.filling = self._tasks.spawn(self._fill(channel))

    def _append(self, channel: Channel, message: Message) -> None:
        channel.epoch, channel.offset = message.epoch, message.offset or 0
        channel.pending.append(message)
        self._keep(channel, message)
        for listener in self._listeners.get(message.type, ()):
            listener(message)

    def _keep(self, channel: Channel, message: Message) -> None:
        for hold in channel.holds:
            hold.keep(message)
        self._news[channel.topic] = channel
        self._on_news()

    def has_news(self, topics: Iterable[str]) -> bool:
        """Whether something of ``topics`` waits for the tick."""
        return not self._news.keys().isdisjoint(topics)

    def take_news(self) -> Iterable[Channel]:
        """The channels with something to send, in the order in which messages arrived; clears the list."""
        news, self._news = self._news, {}
        return news.values()

    def _lose(self, channel: Channel, message: Message | None = None) -> None:
        """The messages before ``message`` (or before the next one) are no longer available."""
        for hold in channel.holds:
            hold.is_torn = True
        if message is not None:
            self._append(channel, message)
        self.report_lost(channel.topic)

    def report_lost(self, topic: str) -> None:
        """Report that events of ``topic`` are no longer available."""
        for lost in self._lost:
            lost(topic)

    def _interrupted(self) -> None:
        """Called by the broker, on any thread: messages may have been missed, perhaps the last ones of their topics."""
        try:
            self._loop.call_soon_threadsafe(lambda: self._tasks.spawn(self._catch_up()))
        except RuntimeError:
            logger.debug("The broker came back after the loop had closed")

    async def _catch_up(self) -> None:
        """Compare every topic with its log and fetch what is missing."""
        topics = [topic for topic, channel in self.channels.items() if channel.epoch is not None]
        while True:
            try:
                positions = await self._loop.run_in_executor(None, self.broker.positions, topics)
                break
            except BrokerDown:
                await asyncio.sleep(RETRY_AFTER)
        for topic, position in positions.items():
            channel = self.channels.get(topic)
            if channel is None or channel.epoch is None or channel.filling is not None:
                continue
            if position.epoch != channel.epoch:
                channel.epoch, channel.offset = position
                self._lose(channel)
            elif position.offset > channel.offset:
                channel.filling = self._tasks.spawn(self._fill(channel))

    async def _fill(self, channel: Channel) -> None:
        """Fetch what is missing before the first of ``channel.late``, or before the next message."""
        missed = None
        try:
            since = Position(channel.epoch or "", channel.offset)
            missed = await self._loop.run_in_executor(None, self.broker.history, channel.topic, since)
        except Exception:
            logger.exception("The history of a topic could not be read")
        finally:
            late, channel.late, channel.filling = channel.late, channel.no_late(), None
        if missed is None:
            channel.epoch = None  # the next message is accepted as it comes
            self._lose(channel, late.popleft() if late else None)
        for message in [*(missed or ()), *late]:
            if message.epoch != channel.epoch or (message.offset or 0) > channel.offset:
                self._arrive(message)
