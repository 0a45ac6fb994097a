"""The base of the event catalogue: closed pydantic models that say their type and their topic.

Domain apps declare their events by subclassing :class:`Event`; the catalogue is every subclass that was declared.
Every event carries absolute values, so that applying it twice does no harm.
"""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class EventData(BaseModel):
    """Base of event data: closed, so that a field nobody declared cannot leak."""

    model_config = ConfigDict(extra="forbid")


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

    def __init_subclass__(cls, *, type: str, topic: Topic, volatile: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.type, cls.volatile = type, volatile
        cls.topic = staticmethod(topic)  # type: ignore[assignment]
        CATALOGUE[type] = cls

    @property
    def topic_name(self) -> str:
        return type(self).topic(self.session_id)

    def payload(self) -> Any:
        """``data`` as JSON values."""
        return self.model_dump(mode="json")["data"]
