"""Events of the chat; ``data`` of chat.message and chat.held is the ChatMessage of the API.

A direct message, and all that happens to it, is told to its two people and on no topic that a third person holds.
"""

from datetime import datetime
from typing import Self
from uuid import UUID

from chat import shapes
from chat.models import ChatMessage, ChatReport
from core.published import Moment
from realtime.events import Event, EventData, chat, everyone_in, moderation, personal
from sessions.models import Session


class ChatEvent(Event):
    """Told to all who read the chat, to one person alone (``to``), or to those who manage it (``to_moderators``)."""

    to: UUID | None = None
    to_moderators: bool = False

    @property
    def topic_name(self) -> str:
        if self.to is not None:
            return personal(self.to, self.session_id)
        return moderation(self.session_id) if self.to_moderators else chat(self.session_id)


class ChatMessageSent(ChatEvent, type="chat.message", topic=chat):
    """Somebody wrote. Direct and held messages come to the people they belong to alone."""

    data: shapes.ChatMessage

    @classmethod
    def of(cls, message: ChatMessage) -> list[Self]:
        """One event on the chat's topic, or one for each person who may know of it."""
        data = shapes.ChatMessage.of(message)
        if message.status == ChatMessage.Status.HELD:
            readers: list[UUID | None] = [message.user_id]
        elif message.is_direct:
            readers = [message.user_id, message.recipient_id]
        else:
            readers = [None]
        return [cls(session_id=message.session_id, to=reader, data=data) for reader in readers]


class ChatHeld(Event, type="chat.held", topic=moderation):
    """A message waits for the crew."""

    data: shapes.ChatMessage

    @classmethod
    def of(cls, message: ChatMessage) -> Self:
        return cls(session_id=message.session_id, data=shapes.ChatMessage.of(message))


class DecisionData(EventData):
    """What became of a held message."""

    id: UUID
    status: str


class ChatDecided(ChatEvent, type="chat.decided", topic=moderation):
    """The crew approved or rejected a held message; told to the crew and to its author."""

    data: DecisionData

    @classmethod
    def of(cls, message: ChatMessage) -> list[Self]:
        data = DecisionData(id=message.pk, status=message.status)
        return [
            cls(session_id=message.session_id, to_moderators=True, data=data),
            cls(session_id=message.session_id, to=message.user_id, data=data),
        ]


class MessageIdData(EventData):
    """Which message."""

    id: UUID


class ChatDeleted(ChatEvent, type="chat.deleted", topic=chat):
    """A message is gone, for all who had it."""

    data: MessageIdData

    @classmethod
    def of(cls, message: ChatMessage) -> list[Self]:
        """One event for each topic on which somebody may have it, the crew's too: there stand reports of it."""
        event = cls(session_id=message.session_id, data=MessageIdData(id=message.pk))
        to_moderators = event.model_copy(update={"to_moderators": True})
        if message.is_direct:
            people = [event.model_copy(update={"to": to}) for to in (message.user_id, message.recipient_id)]
            return [*people, to_moderators]
        if message.status == ChatMessage.Status.HELD:
            return [event.model_copy(update={"to": message.user_id}), to_moderators]
        return [event, to_moderators]


class ClearedData(EventData):
    """Whose messages are gone: those sent up to the moment ``until``."""

    user_id: UUID
    until: Moment


class ChatCleared(ChatEvent, type="chat.cleared", topic=chat):
    """The crew deleted all messages of a person; told to everybody who may have one of them."""

    data: ClearedData

    @classmethod
    def of(cls, session: Session, user_id: UUID, until: datetime, people: set[UUID]) -> list[Self]:
        """``people`` are those who had held or direct messages of that person, and the person."""
        event = cls(session_id=session.pk, data=ClearedData(user_id=user_id, until=until))
        single = [event.model_copy(update={"to": to}) for to in sorted(people)]
        return [event, event.model_copy(update={"to_moderators": True}), *single]


class PinnedData(EventData):
    """The message above the chat; null when there is none."""

    message: shapes.ChatMessage | None


class ChatPinned(Event, type="chat.pinned", topic=chat):
    """Another message stands above the chat, or none."""

    data: PinnedData

    @classmethod
    def of(cls, session: Session, message: ChatMessage | None) -> Self:
        shown = shapes.ChatMessage.of(message) if message else None
        return cls(session_id=session.pk, data=PinnedData(message=shown))


class ChatReported(Event, type="chat.reported", topic=moderation):
    """Somebody reported a message."""

    data: shapes.ChatReport

    @classmethod
    def of(cls, report: ChatReport) -> Self:
        return cls(session_id=report.message.session_id, data=shapes.ChatReport.of(report))


class ChatReportsClosed(Event, type="chat.reports_closed", topic=moderation):
    """The crew leaves a reported message as it is."""

    data: MessageIdData

    @classmethod
    def of(cls, message: ChatMessage) -> Self:
        return cls(session_id=message.session_id, data=MessageIdData(id=message.pk))


class ReactionCounts(Event, type="reaction.counts", topic=everyone_in, volatile=True):
    """People react. The numbers only grow: what a page shows is what came since the last ones."""

    data: shapes.Reactions

    @classmethod
    def of(cls, session_id: UUID, counts: dict[str, int]) -> Self:
        return cls(session_id=session_id, data=shapes.Reactions(counts=counts))
