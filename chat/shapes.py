"""What the chat publishes, in replies, events, the state of pages and exports."""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from pydantic import Field

from chat import models, queries
from core.published import Moment, Published
from sessions.rights.capabilities import Role


class ChatMessage(Published, name="ChatMessageResponse"):
    """A message. Name and role are those at the moment of sending."""

    id: UUID
    session_id: UUID
    user_id: UUID
    username: str
    role: Role
    message: str
    recipient_id: UUID | None
    recipient_username: str | None
    is_direct: bool
    status: models.ChatMessage.Status
    client_id: UUID | None
    created_at: Moment
    published_at: Moment | None = Field(description="When it took its place in the chat; null while it is held.")

    @classmethod
    def of(cls, message: models.ChatMessage) -> Self:
        return cls(
            id=message.pk,
            session_id=message.session_id,
            user_id=message.user_id,
            username=message.username,
            role=Role(message.role),
            message=message.text,
            recipient_id=message.recipient_id,
            recipient_username=message.recipient_username,
            is_direct=message.is_direct,
            status=models.ChatMessage.Status(message.status),
            client_id=message.client_id,
            created_at=message.created_at,
            published_at=message.published_at,
        )


class ChatMessages(Published, name="ChatMessagesResponse"):
    """One page of the chat, oldest message first; the first page has the newest."""

    messages: list[ChatMessage]
    total: int
    limit: int
    offset: int

    @classmethod
    def of(cls, page: queries.Page) -> Self:
        messages = [ChatMessage.of(message) for message in page.messages]
        return cls(messages=messages, total=page.total, limit=page.limit, offset=page.offset)


class HeldMessages(Published, name="HeldMessagesResponse"):
    """Messages that wait for approval, oldest first: the first hundred, and how many there are."""

    messages: list[ChatMessage]
    total: int

    @classmethod
    def of(cls, messages: Iterable[models.ChatMessage], total: int) -> Self:
        return cls(messages=[ChatMessage.of(message) for message in messages], total=total)


class ChatReport(Published, name="ChatReportResponse"):
    """A report. The text of a direct message is null: it stays with its two people."""

    id: UUID
    session_id: UUID
    message_id: UUID
    user_id: UUID
    username: str
    message: str | None
    is_direct: bool
    reported_by: UUID
    reported_by_username: str
    reason: str
    created_at: Moment

    @classmethod
    def of(cls, report: models.ChatReport) -> Self:
        """``report.message`` and ``report.reported_by`` should be loaded."""
        about = report.message
        return cls(
            id=report.pk,
            session_id=about.session_id,
            message_id=about.pk,
            user_id=about.user_id,
            username=about.username,
            message=None if about.is_direct else about.text,
            is_direct=about.is_direct,
            reported_by=report.reported_by_id,
            reported_by_username=report.reported_by.username,
            reason=report.reason,
            created_at=report.created_at,
        )


class ChatReports(Published, name="ChatReportsResponse"):
    """Open reports, oldest first: the first hundred, and how many there are."""

    reports: list[ChatReport]
    total: int

    @classmethod
    def of(cls, reports: Iterable[models.ChatReport], total: int) -> Self:
        return cls(reports=[ChatReport.of(report) for report in reports], total=total)


class TeamMessage(Published, name="TeamMessageResponse"):
    """A message of the team's own chat. Name and role are those at the moment of sending."""

    id: UUID
    session_id: UUID
    user_id: UUID
    username: str
    role: Role
    message: str
    client_id: UUID | None
    created_at: Moment

    @classmethod
    def of(cls, message: models.TeamMessage) -> Self:
        return cls(
            id=message.pk,
            session_id=message.session_id,
            user_id=message.user_id,
            username=message.username,
            role=Role(message.role),
            message=message.text,
            client_id=message.client_id,
            created_at=message.created_at,
        )


class TeamMessages(Published, name="TeamMessagesResponse"):
    """One page of the team's chat, oldest message first; the first page has the newest."""

    messages: list[TeamMessage]
    total: int

    @classmethod
    def of(cls, messages: Iterable[models.TeamMessage], total: int) -> Self:
        return cls(messages=[TeamMessage.of(message) for message in messages], total=total)


class LobbyMessage(Published, name="LobbyMessageResponse"):
    """What everybody reads who waits before the session is live."""

    message: str | None = Field(description="Null: nothing is said.")
    updated_at: Moment | None

    @classmethod
    def of(cls, said: models.LobbyMessage | None) -> Self:
        return cls(message=said.text if said else None, updated_at=said.updated_at if said else None)


class DeletedMessages(Published, name="DeletedMessagesResponse"):
    """How many messages were deleted."""

    deleted: int


class Reactions(Published, name="ReactionsResponse"):
    """How often each emoji was sent in the session so far."""

    counts: dict[str, int]
