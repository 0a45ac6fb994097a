"""The interface between what has happened and who is told: topics as ordered logs, and their subscribers.

A topic's log has an *epoch* (random, new whenever the log begins anew) and an *offset* that rises by one with each
durable event. The last REALTIME_HISTORY events are kept. Volatile events have no offset and are not kept.

Every method but ``subscribe`` and ``unsubscribe`` may be called from any thread and may block; those two are awaited
on an event loop.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from realtime.events import write_moment


class Position(NamedTuple):
    """A place in a topic's log: after the event ``offset`` of ``epoch``. In JSON: ``["<epoch>", <offset>]``."""

    epoch: str
    offset: int


@dataclass(frozen=True, slots=True)
class Message:
    """One event as it travels. ``text`` is its JSON object for the wire, encoded once, whoever reads it.

    ``offset`` is None for volatile events, whose ``epoch`` means nothing.
    """

    topic: str
    type: str
    epoch: str
    offset: int | None
    text: str


Deliver = Callable[[Message], None]


def encode(topic: str, type: str, data: Any, at: datetime, offset: int | None) -> str:
    """The event as the contract writes it; volatile ones have no ``offset``."""
    event: dict[str, Any] = {"topic": topic} if offset is None else {"topic": topic, "offset": offset}
    event |= {"type": type, "at": write_moment(at), "data": data}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class Broker(ABC):
    """What every broker does; tests/realtime/test_brokers.py holds for each of them.

    ``is_local``: it reaches only the process that it lives in.
    """

    is_local: ClassVar[bool]

    @abstractmethod
    def publish(self, topic: str, type: str, data: Any, *, at: datetime, idempotency_key: str) -> int:
        """Append a durable event and hand it to the subscribers; returns its offset.

        A key that the topic has seen among its last events changes nothing and returns the offset it got then.
        """

    @abstractmethod
    def publish_volatile(self, topic: str, type: str, data: Any, *, at: datetime) -> None:
        """Hand an event to the present subscribers, and to nobody later."""

    @abstractmethod
    def positions(self, topics: Iterable[str]) -> dict[str, Position]:
        """Where each topic's log ends now."""

    @abstractmethod
    def history(self, topic: str, since: Position) -> list[Message] | None:
        """The durable events after ``since``, oldest first; None when they are no longer (or not yet) known."""

    @abstractmethod
    async def subscribe(self, topic: str, deliver: Deliver) -> None:
        """From return on, ``deliver`` is given each message of the topic, durable ones in order of their offsets.

        It is called from any thread and must not block or raise. Subscribing it twice is subscribing it once.
        """

    @abstractmethod
    async def unsubscribe(self, topic: str, deliver: Deliver) -> None:
        """Undo :meth:`subscribe`; harmless when there was none."""
