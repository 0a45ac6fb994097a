"""The base of the event catalogue: closed pydantic models that state their type and topic.

Domain apps declare their events by subclassing :class:`Event`; the catalogue is the set of all subclasses. Every event
carries absolute values, so that applying it twice does no harm.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from core.published import Published


class EventData(Published):
    """Base of data that only events carry; objects that the API has too are a :class:`Published` in ``shapes``."""


Topic = Callable[[UUID], str]


@lru_cache(maxsize=1024)
def _written(session_id: UUID) -> str:
    """The topics of a crowd name the same session again and again."""
    return str(session_id)


def everyone_in(session_id: UUID) -> str:
    """Everyone in the session."""
    return f"session:{_written(session_id)}"


def lobby(session_id: UUID) -> str:
    """Everyone with the page open, also before the session is live."""
    return f"session:{_written(session_id)}:lobby"


def crew(session_id: UUID) -> str:
    """Host, co-hosts and moderators."""
    return f"session:{_written(session_id)}:crew"


def team(session_id: UUID) -> str:
    """The crew and the speakers."""
    return f"session:{_written(session_id)}:team"


def moderation(session_id: UUID) -> str:
    """Those of the crew who manage what the audience writes."""
    return f"session:{_written(session_id)}:moderation"


def chat(session_id: UUID) -> str:
    """Whoever may read the chat."""
    return f"session:{_written(session_id)}:chat"


def polls(session_id: UUID) -> str:
    """Whoever may see the polls."""
    return f"session:{_written(session_id)}:polls"


def questions(session_id: UUID) -> str:
    """Everyone who joined, who may therefore see the questions."""
    return f"session:{_written(session_id)}:questions"


def people(session_id: UUID) -> str:
    """Whoever may see who is there."""
    return f"session:{_written(session_id)}:people"


def personal(user_id: UUID, session_id: UUID) -> str:
    """One person, on all their connections to the session."""
    return f"user:{user_id}:{_written(session_id)}"


def control(session_id: UUID) -> str:
    """Our own processes, which hold the session's sockets; clients never get it."""
    return f"control:{_written(session_id)}"


#: Stands for "any session" in events to our own processes: no session has this id.
EVERYWHERE = UUID(int=0)

CATALOGUE: dict[str, type["Event"]] = {}


class Event(BaseModel):
    """Something that happened in a session: ``class SessionLive(Event, type="session.live", topic=lobby)``.

    ``volatile`` events carry no offset and are not kept: the newest replaces older ones.
    """

    model_config = ConfigDict(extra="forbid")

    type: ClassVar[str]
    topic: ClassVar[Topic]
    volatile: ClassVar[bool] = False

    session_id: UUID
    data: Any

    def __init_subclass__(
        cls, *, type: str | None = None, topic: Topic = everyone_in, volatile: bool = False, **kwargs: Any
    ) -> None:
        """A subclass without ``type`` is a base for others, not an event."""
        super().__init_subclass__(**kwargs)
        if type is not None:
            cls.type, cls.volatile = type, volatile
            cls.topic = staticmethod(topic)
            CATALOGUE[type] = cls

    @property
    def topic_name(self) -> str:
        return type(self).topic(self.session_id)

    @classmethod
    def is_internal(cls) -> bool:
        """Whether only our own processes get it."""
        return cls.topic is control

    def payload(self) -> Any:
        """``data`` as JSON values."""
        return self.model_dump(mode="json")["data"]


class NoData(EventData):
    """No data besides the type."""


class StateStale(Event, type="state.stale"):
    """An event could not be published, so the page's state may be outdated. Sockets get a ``reset``; other clients
    fetch the state again.

    It is sent on the topic of that event; for topics that no client gets, on the lobby's.
    """

    lost_on: str
    data: NoData = NoData()

    @property
    def topic_name(self) -> str:
        return lobby(self.session_id) if self.lost_on == control(self.session_id) else self.lost_on

    @classmethod
    def on(cls, topic: str) -> "StateStale":
        """The event to publish when one of ``topic`` could not be published."""
        kind, first, *more = topic.split(":")
        return cls(session_id=UUID(more[0] if kind == "user" else first), lost_on=topic)


class PersonalEvent(Event):
    """Base of events for one person only."""

    user_id: UUID

    @property
    def topic_name(self) -> str:
        return personal(self.user_id, self.session_id)
