"""State of a subscribed topic, and buffers for sockets that are being admitted to it."""

import asyncio
from collections import deque
from collections.abc import Iterable

from django.conf import settings

from realtime.brokers import Message, Position
from realtime.sockets import Group

#: Seconds for which a volatile event is given to who is admitted: longer than a rendered state is used for.
RECENT_FOR = 2.0


class Channel:
    """A subscribed topic: its position, its sockets, and the messages of this tick."""

    __slots__ = (
        "epoch",
        "filling",
        "groups",
        "holds",
        "late",
        "offset",
        "pending",
        "ready",
        "recent",
        "topic",
        "users",
        "volatile",
    )

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.users = 0
        self.ready: asyncio.Task[None] | None = None
        self.groups: list[Group] = []  # few, and one alone for a personal topic
        self.holds: set[Hold] | tuple[()] = ()
        self.pending: list[Message] = []
        self.volatile: dict[tuple[str, str], Message] = {}
        self.recent: dict[tuple[str, str], tuple[float, Message]] = {}  # volatile ones, by when they came
        self.epoch: str | None = None
        self.offset = 0
        self.filling: asyncio.Task[None] | None = None
        self.late = self.no_late()

    @staticmethod
    def no_late() -> deque[Message]:
        """A buffer for what arrives while the history is fetched: the newest, at most as many as the log keeps.

        Dropped messages leave a gap, which is fetched like every other gap.
        """
        return deque(maxlen=settings.REALTIME_HISTORY)

    def remember(self, message: Message, now: float) -> None:
        """Keep the newest volatile event of each subject for those who are admitted within RECENT_FOR."""
        self.volatile[message.subject] = message
        self.recent[message.subject] = (now, message)

    def hold(self, hold: "Hold", now: float) -> None:
        """Let ``hold`` keep what arrives from now on, and the volatile events that have just come.

        A state may be as old as RECENT_FOR, and nothing but these events says what became of its numbers since.
        """
        if not self.holds:
            self.holds = set()
        self.holds.add(hold)
        for at, message in self.recent.values():
            if now - at < RECENT_FOR:
                hold.keep(message)

    def release(self, hold: "Hold") -> None:
        """Remove ``hold``. An empty set is not kept, because every personal topic would have one."""
        if self.holds:
            self.holds.discard(hold)
        if not self.holds:
            self.holds = ()


class Hold:
    """Keeps what arrives on some topics while a socket gets ready to receive them."""

    __slots__ = ("is_torn", "messages", "topics", "volatile")

    def __init__(self, topics: frozenset[str]) -> None:
        self.topics = topics
        self.is_torn = False  # some messages were lost for good
        self.messages: list[Message] = []
        self.volatile: dict[tuple[str, tuple[str, str]], Message] = {}

    def keep(self, message: Message) -> None:
        if message.offset is None:
            self.volatile[message.topic, message.subject] = message
        else:
            self.messages.append(message)

    def after(self, positions: dict[str, Position]) -> list[Message]:
        """What is newer than ``positions``, then the newest volatile events."""
        durable = [message for message in self.messages if _is_after(message, positions.get(message.topic))]
        return durable + [message for message in self.volatile.values() if message.topic in positions]

    def has_hole(self, positions: dict[str, Position]) -> bool:
        """Whether there is a gap between ``positions`` and the first kept message."""
        ends = dict(positions)
        for message in self.messages:
            end = ends.get(message.topic)
            if end is None or message.offset is None or not _is_after(message, end):
                continue
            if message.epoch != end.epoch or message.offset != end.offset + 1:
                return True
            ends[message.topic] = Position(message.epoch, message.offset)
        return self.is_torn


def _is_after(message: Message, position: Position | None) -> bool:
    if position is None or message.offset is None:
        return False
    return message.epoch != position.epoch or message.offset > position.offset


def events_frame(messages: Iterable[Message]) -> str:
    """One frame of ``messages``, which are already encoded."""
    return '{"events":[' + ",".join(message.text for message in messages) + "]}"
