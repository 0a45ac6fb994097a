"""The broker of a product that runs in one process: logs in memory, subscribers called directly."""

import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings

from realtime.brokers.base import Broker, Deliver, Message, Position, encode

#: Seconds after which an unused log without subscribers is dropped; it begins again with a new epoch.
IDLE_AFTER = 3600.0
_SWEEP_EVERY = 1000  # new topics between two searches for idle ones


class _Log:
    """One topic. ``lock`` is held while an offset is assigned and delivered, so that offsets arrive in order."""

    __slots__ = ("deliveries", "dropped", "epoch", "history", "keys", "lock", "offset", "touched")

    def __init__(self, history: int) -> None:
        self.lock = threading.Lock()
        self.epoch = secrets.token_hex(4)
        self.offset = 0
        self.history: deque[Message] = deque(maxlen=history)
        self.keys: OrderedDict[str, int] = OrderedDict()
        self.deliveries: list[Deliver] = []
        self.touched = time.monotonic()
        self.dropped = False


class MemoryBroker(Broker):
    """Everything in this process; a restart begins new epochs, so that resuming clients read the state again."""

    is_local = True

    def __init__(self, history: int | None = None) -> None:
        super().__init__()
        self._history = settings.REALTIME_HISTORY if history is None else history
        self._logs: dict[str, _Log] = {}
        self._guard = threading.Lock()
        self._made = 0

    def publish(self, topic: str, type: str, data: Any, *, at: datetime, idempotency_key: str) -> int:
        log = self._locked(topic)
        try:
            known = log.keys.get(idempotency_key)
            if known is not None:
                return known
            offset = log.offset + 1
            message = Message(topic, type, log.epoch, offset, encode(topic, type, data, at, offset))
            log.offset = offset
            log.history.append(message)
            log.keys[idempotency_key] = offset
            if len(log.keys) > self._history:
                log.keys.popitem(last=False)
            for deliver in log.deliveries:
                deliver(message)
            return offset
        finally:
            log.lock.release()

    def publish_volatile(self, topic: str, type: str, data: Any, *, at: datetime) -> None:
        log = self._locked(topic)
        try:
            message = Message(topic, type, log.epoch, None, encode(topic, type, data, at, None))
            for deliver in log.deliveries:
                deliver(message)
        finally:
            log.lock.release()

    def positions(self, topics: Iterable[str]) -> dict[str, Position]:
        found = {}
        for topic in topics:
            log = self._locked(topic)
            found[topic] = Position(log.epoch, log.offset)
            log.lock.release()
        return found

    def history(self, topic: str, since: Position) -> list[Message] | None:
        log = self._locked(topic)
        try:
            oldest = log.offset - len(log.history)
            if since.epoch != log.epoch or not oldest <= since.offset <= log.offset:
                return None
            return list(islice(reversed(log.history), log.offset - since.offset))[::-1]
        finally:
            log.lock.release()

    async def subscribe(self, topic: str, deliver: Deliver) -> None:
        self._subscribe(topic, deliver)

    def subscribe_at_once(self, topic: str, deliver: Deliver) -> bool:
        self._subscribe(topic, deliver)
        return True

    def _subscribe(self, topic: str, deliver: Deliver) -> None:
        log = self._locked(topic)
        if deliver not in log.deliveries:
            log.deliveries = [*log.deliveries, deliver]
        log.lock.release()

    async def unsubscribe(self, topic: str, deliver: Deliver) -> None:
        log = self._locked(topic)
        log.deliveries = [other for other in log.deliveries if other != deliver]
        log.lock.release()

    def _locked(self, topic: str) -> _Log:
        """The topic's log, with its lock held."""
        while True:
            log = self._logs.get(topic)
            if log is None:
                with self._guard:
                    log = self._logs.get(topic)
                    if log is None:
                        self._drop_idle_logs()
                        log = self._logs[topic] = _Log(self._history)
            log.lock.acquire()
            if not log.dropped:
                log.touched = time.monotonic()
                return log
            log.lock.release()

    def _drop_idle_logs(self) -> None:
        self._made += 1
        if self._made % _SWEEP_EVERY:
            return
        limit = time.monotonic() - IDLE_AFTER
        for topic, log in list(self._logs.items()):
            if log.touched < limit and log.lock.acquire(blocking=False):
                if not log.deliveries and log.touched < limit:
                    log.dropped = True
                    del self._logs[topic]
                log.lock.release()
