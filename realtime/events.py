"""The base of the event catalogue: closed pydantic models that say their type and their topic.

Domain apps declare their events by subclassing :class:`Event`; the catalogue is every subclass that was declared.
Every event carries absolute values, so that applying it twice does no harm.
"""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from core.published import Published


class EventData(Published):
    """Base of data that only events carry; what is an object of the API too is a :class:`Published` in ``shapes``."""


Topic = Callable[[UUID], str]


def everyone_in(session_id: UUID) -> str:
    """Everyone in the session."""
    return f"session:{session_id}"


def lobby(session_id: UUID) -> str:
    """Everyone with the page open, also before the session is live."""
    return f"session:{session_id}:lobby"


def crew(session_id: UUID) -> str:
    """Host, co-hosts and moderators."""
    return f"session:{session_id}:crew"


def moderation(session_id: UUID) -> str:
    """Those of the crew who manage what the audience writes."""
    return f"session:{session_id}:moderation"


def chat(session_id: UUID) -> str:
    """Whoever may read the chat."""
    return f"session:{session_id}:chat"


def polls(session_id: UUID) -> str:
    """Whoever may see the polls."""
    return f"session:{session_id}:polls"


def questions(session_id: UUID) -> str:
    """Whoever came in, and so may see the questions."""
    return f"session:{session_id}:questions"


def people(session_id: UUID) -> str:
    """Whoever may see who is there."""
    return f"session:{session_id}:people"


def personal(user_id: UUID, session_id: UUID) -> str:
    """One person, on all their connections to the session."""
    return f"user:{user_id}:{session_id}"


def control(session_id: UUID) -> str:
    """Our own processes, which hold the session's sockets; no client ever gets it."""
    return f"control:{session_id}"


#: Stands for a session in what concerns our processes whichever session it is: no session has this id.
EVERYWHERE = UUID(int=0)

CATALOGUE: dict[str, type["Event"]] = {}


class Event(BaseModel):
    """One thing that happened in a session: ``class SessionLive(Event, type="session.live", topic=lobby)``.

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
        """Whether it is told to our own processes alone."""
        return cls.topic is control

    def payload(self) -> Any:
        """``data`` as JSON values."""
        return self.model_dump(mode="json")["data"]


class NoData(EventData):
    """Nothing beside that it happened."""


class StateStale(Event, type="state.stale"):
    """An event could not be told: what the page shows may be wrong. Sockets get a ``reset``; other clients take the
    state anew. It comes on the topic of that event, and of one that no client gets on the lobby's.
    """

    lost_on: str
    data: NoData = NoData()

    @property
    def topic_name(self) -> str:
        return lobby(self.session_id) if self.lost_on == control(self.session_id) else self.lost_on

    @classmethod
    def on(cls, topic: str) -> "StateStale":
        """What to tell when an event of ``topic`` could not be told."""
        kind, first, *more = topic.split(":")
        return cls(session_id=UUID(more[0] if kind == "user" else first), lost_on=topic)


class PersonalEvent(Event):
    """Base of what is told to one person alone."""

    user_id: UUID

    @property
    def topic_name(self) -> str:
        return personal(self.user_id, self.session_id)
