"""The broker interface: topics as ordered logs, and their subscribers.

A topic's log has an *epoch* (random, new whenever the log begins anew) and an *offset* that rises by one with each
durable event. The last REALTIME_HISTORY events are kept. Volatile events have no offset and are not kept. Every method
but ``subscribe`` and ``unsubscribe`` may be called from any thread and may block; those two are awaited on an event
loop.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from core.published import write_moment


class Position(NamedTuple):
    """A place in a topic's log: after the event ``offset`` of ``epoch``. In JSON: ``["<epoch>", <offset>]``."""

    epoch: str
    offset: int


@dataclass(frozen=True, slots=True)
class Message:
    """One event in transit. ``text`` is its JSON object for the wire, encoded once for all readers.

    ``offset`` is None for volatile events, whose ``epoch`` has no meaning.
    """

    topic: str
    type: str
    epoch: str
    offset: int | None
    text: str

    @property
    def subject(self) -> tuple[str, str]:
        """The subject of a volatile event: its type and, where its data has one, ``id``. Only the newest of each
        counts.
        """
        data = json.loads(self.text)["data"]
        return self.type, str(data.get("id", "")) if isinstance(data, dict) else ""


Deliver = Callable[[Message], None]


class BrokerDown(Exception):
    """The broker does not answer. The request itself was fine and can be repeated later."""


def encode(topic: str, type: str, data: Any, at: datetime, offset: int | None) -> str:
    """The event as JSON of the contract; volatile ones have no ``offset``. Raises ValueError, TypeError."""
    head, tail = encode_around(topic, type, data, at)
    return head + tail if offset is None else f'{head},"offset":{offset}{tail}'


def encode_around(topic: str, type: str, data: Any, at: datetime) -> tuple[str, str]:
    """The JSON before and after ``,"offset":<offset>``, for brokers that assign offsets elsewhere."""
    rest = {"type": type, "at": write_moment(at), "data": data}
    return f'{{"topic":{_dumps(topic)}', f",{_dumps(rest)[1:]}"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class Broker(ABC):
    """The interface of every broker; tests/realtime/test_brokers.py runs for each of them.

    ``is_local``: it reaches only its own process. Every method may raise :class:`BrokerDown`.
    """

    is_local: ClassVar[bool]

    def __init__(self) -> None:
        self._on_interruption: list[Callable[[], None]] = []

    @abstractmethod
    def publish(self, topic: str, type: str, data: Any, *, at: datetime, idempotency_key: str) -> int:
        """Append a durable event and deliver it to the subscribers; returns its offset.

        Repeating a key that is among the topic's last events changes nothing and returns its first offset.
        """

    @abstractmethod
    def publish_volatile(self, topic: str, type: str, data: Any, *, at: datetime) -> None:
        """Deliver an event to the present subscribers only."""

    @abstractmethod
    def positions(self, topics: Iterable[str]) -> dict[str, Position]:
        """Where each topic's log ends now."""

    @abstractmethod
    def history(self, topic: str, since: Position) -> list[Message] | None:
        """The durable events after ``since``, oldest first; None if the log no longer (or not yet) has them."""

    @abstractmethod
    async def subscribe(self, topic: str, deliver: Deliver) -> None:
        """Once this returns, ``deliver`` gets each message of the topic, durable ones in order of their offsets.

        It is called from any thread and must not block or raise. Repeating it is harmless.
        """

    def subscribe_at_once(self, topic: str, deliver: Deliver) -> bool:
        """As :meth:`subscribe`, where nothing need be waited for; False if it must be awaited."""
        return False

    @abstractmethod
    async def unsubscribe(self, topic: str, deliver: Deliver) -> None:
        """Undo :meth:`subscribe`; harmless without one."""

    def on_interruption(self, interrupted: Callable[[], None]) -> None:
        """Call ``interrupted``, from any thread, whenever subscribers may have missed messages and receive again."""
        self._on_interruption.append(interrupted)

    def forget_interruption(self, interrupted: Callable[[], None]) -> None:
        """Undo :meth:`on_interruption`."""
        self._on_interruption = [other for other in self._on_interruption if other != interrupted]

    def check(self) -> None:  # noqa: B027 — a broker inside the process always answers
        """Raises BrokerDown if the broker does not answer."""

    def close(self) -> None:  # noqa: B027 — a broker inside the process has nothing to close
        """Close connections and threads; nothing is delivered any more."""
