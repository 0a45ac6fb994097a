"""Events of the chat; ``data`` of chat.message and chat.held is the ChatMessage of the API.

Events about a direct message go to its two people only, never to a topic that somebody else subscribes to.
"""

from datetime import datetime
from typing import Self
from uuid import UUID

from chat import shapes
from chat.models import ChatMessage, ChatReport, LobbyMessage, TeamMessage
from core.published import Moment
from realtime.events import Event, EventData, chat, everyone_in, lobby, moderation, personal, team
from sessions.models import Session


class ChatEvent(Event):
    """Published to all readers of the chat, to one person (``to``), or to those who manage it (``to_moderators``)."""

    to: UUID | None = None
    to_moderators: bool = False

    @property
    def topic_name(self) -> str:
        if self.to is not None:
            return personal(self.to, self.session_id)
        return moderation(self.session_id) if self.to_moderators else chat(self.session_id)


class ChatMessageSent(ChatEvent, type="chat.message", topic=chat):
    """Somebody wrote a message. Direct and held messages go only to the people who may read them."""

    data: shapes.ChatMessage

    @classmethod
    def of(cls, message: ChatMessage) -> list[Self]:
        """One event on the chat's topic, or one for each person who may know about the message."""
        data = shapes.ChatMessage.of(message)
        if message.status == ChatMessage.Status.HELD:
            readers: list[UUID | None] = [message.user_id]
        elif message.is_direct:
            readers = [message.user_id, message.recipient_id]
        else:
            readers = [None]
        return [cls(session_id=message.session_id, to=reader, data=data) for reader in readers]


class ChatHeld(Event, type="chat.held", topic=moderation):
    """A message waits for approval."""

    data: shapes.ChatMessage

    @classmethod
    def of(cls, message: ChatMessage) -> Self:
        return cls(session_id=message.session_id, data=shapes.ChatMessage.of(message))


class DecisionData(EventData):
    """The decision about a held message."""

    id: UUID
    status: str


class ChatDecided(ChatEvent, type="chat.decided", topic=moderation):
    """The crew approved or rejected a held message; published to the crew and to its author."""

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
    """A message was deleted."""

    data: MessageIdData

    @classmethod
    def of(cls, message: ChatMessage) -> list[Self]:
        """One event for each topic that may have carried the message, including the crew's, which shows its reports."""
        event = cls(session_id=message.session_id, data=MessageIdData(id=message.pk))
        to_moderators = event.model_copy(update={"to_moderators": True})
        if message.is_direct:
            people = [event.model_copy(update={"to": to}) for to in (message.user_id, message.recipient_id)]
            return [*people, to_moderators]
        if message.status == ChatMessage.Status.HELD:
            return [event.model_copy(update={"to": message.user_id}), to_moderators]
        return [event, to_moderators]


class ClearedData(EventData):
    """Whose messages were deleted: those sent up to ``until``."""

    user_id: UUID
    until: Moment


class ChatCleared(ChatEvent, type="chat.cleared", topic=chat):
    """The crew deleted all messages of a person; published to everybody who may have one of them."""

    data: ClearedData

    @classmethod
    def of(cls, session: Session, user_id: UUID, until: datetime, people: set[UUID]) -> list[Self]:
        """``people``: those who had held or direct messages of that person, and the person."""
        event = cls(session_id=session.pk, data=ClearedData(user_id=user_id, until=until))
        single = [event.model_copy(update={"to": to}) for to in sorted(people)]
        return [event, event.model_copy(update={"to_moderators": True}), *single]


class PinnedData(EventData):
    """The pinned message; null when there is none."""

    message: shapes.ChatMessage | None


class ChatPinned(Event, type="chat.pinned", topic=chat):
    """Another message was pinned, or none is pinned any more."""

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
    """The crew closed the reports of a message without changing it."""

    data: MessageIdData

    @classmethod
    def of(cls, message: ChatMessage) -> Self:
        return cls(session_id=message.session_id, data=MessageIdData(id=message.pk))


class TeamMessageSent(Event, type="team.message", topic=team):
    """Somebody of the team wrote to the others."""

    data: shapes.TeamMessage

    @classmethod
    def of(cls, message: TeamMessage) -> Self:
        return cls(session_id=message.session_id, data=shapes.TeamMessage.of(message))


class TeamMessageDeleted(Event, type="team.deleted", topic=team):
    """A message of the team's chat was deleted."""

    data: MessageIdData

    @classmethod
    def of(cls, message: TeamMessage) -> Self:
        return cls(session_id=message.session_id, data=MessageIdData(id=message.pk))


class LobbyMessageChanged(Event, type="lobby.message", topic=lobby):
    """The crew told everybody who waits something else, or nothing any more."""

    data: shapes.LobbyMessage

    @classmethod
    def of(cls, session: Session, said: LobbyMessage | None) -> Self:
        return cls(session_id=session.pk, data=shapes.LobbyMessage.of(said))


class ReactionCounts(Event, type="reaction.counts", topic=everyone_in, volatile=True):
    """How many reactions were sent. The counts only grow: a page shows the difference to the last ones."""

    data: shapes.Reactions

    @classmethod
    def of(cls, session_id: UUID, counts: dict[str, int]) -> Self:
        return cls(session_id=session_id, data=shapes.Reactions(counts=counts))
