"""The broker of several processes: logs in Redis; each publication is one atomic script.

A topic's log is a hash (``epoch``, ``offset``), a stream of the last events whose entry ids are their offsets, and a
hash of the idempotency keys of those events. The script that appends also publishes, so that subscribers receive events
in the order of their offsets.

All topics of one session share one pub/sub channel, and each process picks those with subscribers: the thousands of
personal topics of a session need no subscriptions of their own.

Redis may restart with less data than it had acknowledged (AOF is written once a second; a replica lags). Each process
remembers the last offset that it saw of a topic and sends it with every call; a log that is behind it begins anew, with
a new epoch, so that no second event 7 is taken for the first one.
"""

import contextlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import (
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.retry import Retry

from realtime.brokers.base import Broker, BrokerDown, Deliver, Message, Position, encode, encode_around
from realtime.brokers.redis_listener import Listener

#: Seconds after which an unused log is dropped; it begins again with a new epoch.
IDLE_AFTER = 24 * 3600
_TIMEOUT = 5.0  # seconds for one answer
_SEEN_TOPICS = 50_000  # topics whose last offset is kept in memory

# KEYS: log, stream, keys of each topic.
# ARGV: epoch for a new log, idle seconds, then epoch and offset last seen of each topic.
_PLACE = """
local function place(log, stream, keys, epoch, idle, seen_epoch, seen_offset)
  local now = redis.call('HMGET', log, 'epoch', 'offset')
  if now[1] and not (now[1] == seen_epoch and tonumber(now[2]) < tonumber(seen_offset)) then
    redis.call('EXPIRE', log, idle)
    return now[1], tonumber(now[2])
  end
  redis.call('DEL', stream, keys)
  redis.call('HSET', log, 'epoch', epoch, 'offset', 0)
  redis.call('EXPIRE', log, idle)
  return epoch, 0
end
"""

_POSITIONS = (
    _PLACE
    + """
local found = {}
for i = 1, #KEYS / 3 do
  local epoch, offset = place(
    KEYS[3 * i - 2], KEYS[3 * i - 1], KEYS[3 * i], ARGV[1], ARGV[2], ARGV[2 * i + 1], ARGV[2 * i + 2])
  found[2 * i - 1] = epoch
  found[2 * i] = offset
end
return found
"""
)

# After the four of one topic. ARGV: how many are kept, idempotency key, channel, topic, type, text before and after.
_PUBLISH = (
    _PLACE
    + """
local epoch, offset = place(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2], ARGV[3], ARGV[4])
local known = redis.call('HGET', KEYS[3], ARGV[6])
if known then
  return {epoch, tonumber(known), offset}
end
local kept = tonumber(ARGV[5])
while redis.call('XLEN', KEYS[2]) >= kept do
  local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
  redis.call('HDEL', KEYS[3], oldest[2][2])
  redis.call('XDEL', KEYS[2], oldest[1])
end
offset = offset + 1
local number = string.format('%.0f', offset)
local text = ARGV[10] .. ',"offset":' .. number .. ARGV[11]
redis.call('XADD', KEYS[2], number .. '-0', 'key', ARGV[6], 'type', ARGV[9], 'text', text)
redis.call('HSET', KEYS[3], ARGV[6], number)
redis.call('HSET', KEYS[1], 'offset', number)
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('EXPIRE', KEYS[3], ARGV[2])
redis.call('PUBLISH', ARGV[7], ARGV[8] .. '\\n' .. ARGV[9] .. '\\n' .. epoch .. '\\n' .. number .. '\\n' .. text)
return {epoch, offset, offset}
"""
)

# After the four of one topic. ARGV: epoch and offset after which to read.
_HISTORY = (
    _PLACE
    + """
local epoch, offset = place(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2], ARGV[3], ARGV[4])
local since = tonumber(ARGV[6])
if epoch ~= ARGV[5] or since > offset or since < offset - redis.call('XLEN', KEYS[2]) then
  return false
end
return redis.call('XRANGE', KEYS[2], string.format('%.0f', since + 1) .. '-0', '+')
"""
)


def channel_of(topic: str) -> str:
    """The pub/sub channel of ``topic``: its session's, or its own if it belongs to no session."""
    parts = topic.split(":")
    if parts[0] == "user" and len(parts) == 3:
        return f"rt:{parts[2]}"
    return f"rt:{parts[1]}" if parts[0] in ("session", "control") and len(parts) > 1 else f"rt:{topic}"


def _keys(topic: str) -> list[str]:
    base = f"{{{channel_of(topic)}}}:{topic}"
    return [f"{base}:log", f"{base}:events", f"{base}:keys"]


class RedisBroker(Broker):
    """Reaches every process that uses the same Redis."""

    is_local = False

    def __init__(self, url: str | None = None, history: int | None = None) -> None:
        super().__init__()
        url = settings.REDIS_URL if url is None else url
        self._history = settings.REALTIME_HISTORY if history is None else history
        self._redis: Redis = Redis.from_url(
            url,
            protocol=2,
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            health_check_interval=30,
            retry=Retry(ConstantBackoff(0.05), 1),  # every script is safe to run twice
        )
        self._positions = self._redis.register_script(_POSITIONS)
        self._publish = self._redis.register_script(_PUBLISH)
        self._read = self._redis.register_script(_HISTORY)
        self._guard = threading.Lock()
        self._seen: OrderedDict[str, Position] = OrderedDict()
        self._deliveries: dict[str, tuple[Deliver, ...]] = {}
        self._listener = Listener(url, self._receive, self._resubscribed)

    def publish(self, topic: str, type: str, data: Any, *, at: datetime, idempotency_key: str) -> int:
        head, tail = encode_around(topic, type, data, at)
        rest: list[Any] = [self._history, idempotency_key, channel_of(topic), topic, type, head, tail]
        with _answering():
            epoch, offset, last = self._publish(_keys(topic), [*self._place(topic), *rest])
        self._note(topic, epoch.decode(), last)
        return int(offset)

    def publish_volatile(self, topic: str, type: str, data: Any, *, at: datetime) -> None:
        text = encode(topic, type, data, at, None)
        with _answering():
            self._redis.publish(channel_of(topic), f"{topic}\n{type}\n\n\n{text}")

    def positions(self, topics: Iterable[str]) -> dict[str, Position]:
        asked = list(topics)
        if not asked:
            return {}
        keys = [key for topic in asked for key in _keys(topic)]
        with _answering():
            found = self._positions(keys, [*_new_log(), *(part for topic in asked for part in self._last(topic))])
        return {
            topic: Position(found[2 * index].decode(), int(found[2 * index + 1])) for index, topic in enumerate(asked)
        }

    def history(self, topic: str, since: Position) -> list[Message] | None:
        with _answering():
            found = self._read(_keys(topic), [*self._place(topic), since.epoch, since.offset])
        if found is None:
            return None
        return [
            Message(topic, fields[3].decode(), since.epoch, int(number.split(b"-")[0]), fields[5].decode())
            for number, fields in found
        ]

    async def subscribe(self, topic: str, deliver: Deliver) -> None:
        with self._guard:
            deliveries = self._deliveries.get(topic, ())
            if deliver not in deliveries:
                self._deliveries[topic] = (*deliveries, deliver)
        try:
            await self._listener.join(channel_of(topic), topic)
        except BaseException:
            await self.unsubscribe(topic, deliver)
            raise

    async def unsubscribe(self, topic: str, deliver: Deliver) -> None:
        with self._guard:
            rest = tuple(other for other in self._deliveries.get(topic, ()) if other != deliver)
            if rest:
                self._deliveries[topic] = rest
            else:
                self._deliveries.pop(topic, None)
                self._listener.leave(channel_of(topic), topic)

    def check(self) -> None:
        with _answering():
            self._redis.ping()

    def close(self) -> None:
        self._listener.close()
        self._redis.close()

    def _receive(self, payload: bytes) -> None:
        """One publication, on the listener's thread."""
        topic, kind, epoch, offset, text = payload.decode().split("\n", 4)
        if offset:
            self._note(topic, epoch, int(offset))
        deliveries = self._deliveries.get(topic)
        if deliveries:
            message = Message(topic, kind, epoch, int(offset) if offset else None, text)
            for deliver in deliveries:
                deliver(message)

    def _resubscribed(self) -> None:
        for interrupted in self._on_interruption:
            interrupted()

    def _note(self, topic: str, epoch: str, offset: int) -> None:
        with self._guard:
            seen = self._seen.pop(topic, None)
            if seen is None or seen.epoch != epoch or seen.offset < offset:
                seen = Position(epoch, offset)
            self._seen[topic] = seen
            if len(self._seen) > _SEEN_TOPICS:
                self._seen.popitem(last=False)

    def _last(self, topic: str) -> Position:
        """The log's last position that this process saw."""
        return self._seen.get(topic, _NEVER)

    def _place(self, topic: str) -> list[Any]:
        return [*_new_log(), *self._last(topic)]


_NEVER = Position("", 0)


def _new_log() -> list[Any]:
    return [secrets.token_hex(4), IDLE_AFTER]


#: Errors that are Redis's fault and not the request's; some have no class of their own.
_DOWN = (NoPermissionError, OutOfMemoryError, ReadOnlyError, TryAgainError)
_DOWN_WORDS = ("MISCONF", "BUSY", "NOREPLICAS", "MASTERDOWN", "CLUSTERDOWN", "OOM", "READONLY")


@contextlib.contextmanager
def _answering() -> Iterator[None]:
    """Raises BrokerDown if Redis cannot answer now; errors of the request itself pass through."""
    try:
        yield
    except ResponseError as error:
        if not isinstance(error, _DOWN) and not any(word in str(error) for word in _DOWN_WORDS):
            raise
        raise BrokerDown(str(error)) from error
    except RedisError as error:
        raise BrokerDown(str(error)) from error
