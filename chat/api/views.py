"""Operations on the chat of a session, the team's own chat, the message to the lobby, and reactions."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from chat import queries, services, shapes
from chat.api.serializers import (
    CreateChatMessageRequest,
    CreateTeamMessageRequest,
    ReportMessageRequest,
    SendReactionRequest,
    SetLobbyMessageRequest,
)
from chat.errors import AlreadyDecided, ChatOff, NobodyWaits
from chat.permissions import check_may_write, check_readable
from core.api.views import SuccessResponse, format_of, number_in_query, operation
from core.errors import Invalid, LimitReached, NotAllowed, NotFound, TooMany
from core.ids import parse_uuid
from core.tables import export_response
from sessions.api.views import SessionOperations
from sessions.errors import SessionEnded, SessionExpired, SessionNotLive, SlowMode, WritingClosed
from sessions.models import Session
from sessions.rights.capabilities import require, require_entry

_MOST_SKIPPED = 1_000_000
_MOST_LISTED = 100  # further ones follow when these are decided
_PAGING = (
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 100}, description="1–100.", default=50),
    OpenApiParameter(
        "offset", {"type": "integer", "minimum": 0}, description="How many of the newest to leave out.", default=0
    ),
    OpenApiParameter("before", UUID, description="Only messages before this one: stable while new ones come."),
)
_USER = OpenApiParameter("user_id", UUID, required=True, description="Whose messages.")
_NOT_OPEN = [SessionNotLive, SessionEnded, SessionExpired]


class ChatOperations(SessionOperations):
    """Base of operations on the chat."""

    def managed(self, session_id: str) -> Session:
        """The session whose chat the caller may manage. Raises NotFound, NotAllowed."""
        session, allowed = self.find(session_id)
        require(allowed.may_manage_chat)
        return session


class ChatViewSet(ChatOperations):
    """Reading and writing the chat."""

    @operation("Chat", reply=shapes.ChatMessages, errors=[NotFound, NotAllowed, SessionNotLive], parameters=_PAGING)
    def index(self, request: Request, session_id: str) -> Response:
        """Read the chat: the newest page first, each page oldest message first.

        Includes your own direct messages, which nobody else can read. API keys get the public chat only.
        """
        session, allowed = self.find(session_id)
        require(allowed.may_read_chat)
        page = queries.page_of_chat(
            session,
            self.person,
            limit=number_in_query(request, "limit", 50, 1, 100),
            offset=number_in_query(request, "offset", 0, 0, _MOST_SKIPPED),
            before=_id_in_query(request, "before"),
        )
        check_readable(session, allowed)
        return self.reply(shapes.ChatMessages.of(page))

    @operation(
        "Chat",
        request=CreateChatMessageRequest,
        reply=shapes.ChatMessage,
        status=201,
        errors=[NotFound, NotAllowed, WritingClosed, *_NOT_OPEN, ChatOff, LimitReached, SlowMode, TooMany],
        idempotent=lambda view, session_id: check_may_write(*view.find(session_id)),
    )
    def create(self, request: Request, session_id: str) -> Response:
        """Write a message to everybody or to one person.

        While the crew approves messages first, those of the audience get the status ``held``.
        """
        session, allowed = self.find(session_id)
        check_may_write(session, allowed)
        fields = self.parse(CreateChatMessageRequest)
        sent = services.send_message(actor=self.person, session=session, text=fields.pop("message"), **fields)
        return self.reply(shapes.ChatMessage.of(sent), status=201)

    @operation("Chat", errors=[NotFound, NotAllowed])
    def destroy(self, request: Request, session_id: str, message_id: str) -> Response:
        """Delete a message: your own, or as crew any."""
        session, _allowed = self.find(session_id)
        services.delete_message(actor=self.person, session=session, message_id=_known(message_id))
        return self.reply({"message": _("The message was deleted.")}, SuccessResponse)

    @operation("Chat", request=ReportMessageRequest, reply=shapes.ChatReport, errors=[NotFound, NotAllowed, TooMany])
    def report(self, request: Request, session_id: str, message_id: str) -> Response:
        """Report a message to the crew; repeating it returns the first report."""
        session, allowed = self.find(session_id)
        require(allowed.may_read_chat)
        fields = self.parse(ReportMessageRequest)
        reported = services.report_message(actor=self.person, session=session, message_id=_known(message_id), **fields)
        return self.reply(shapes.ChatReport.of(reported))

    @operation("Chat", reply=shapes.DeletedMessages, errors=[NotFound, NotAllowed], parameters=[_USER])
    def destroy_of_person(self, request: Request, session_id: str) -> Response:
        """Delete all messages of a person in one step; crew only."""
        session = self.managed(session_id)
        user_id = _id_in_query(request, "user_id")
        if user_id is None:
            raise Invalid.field("user_id", _("Name the person whose messages are meant: ?user_id=…"), "required")
        deleted = services.delete_messages_of(actor=self.person, session=session, user_id=user_id)
        return self.reply(shapes.DeletedMessages(deleted=deleted))


class ChatCrewViewSet(ChatOperations):
    """Operations for those who manage the chat."""

    @operation("Chat", errors=[NotFound, NotAllowed], exports=True)
    def export(self, request: Request, session_id: str) -> HttpResponseBase:
        """Download the public chat; host and co-hosts. Direct, held and deleted messages are never in it."""
        session, allowed = self.find(session_id)
        require(allowed.leads)
        messages = queries.public_messages(session).iterator()
        columns = ["published_at", "username", "role", "message", "user_id", "id"]
        rows = (shapes.ChatMessage.of(message).row(columns) for message in messages)
        response = export_response(format_of(request), f"chat {session.title}", columns, rows)
        return self.downloaded(session, "chat", response)

    @operation("Chat", reply=shapes.HeldMessages, errors=[NotFound, NotAllowed])
    def held(self, request: Request, session_id: str) -> Response:
        """List messages that wait for approval, oldest first; crew only."""
        held = queries.held_messages(self.managed(session_id))
        return self.reply(shapes.HeldMessages.of(held[:_MOST_LISTED], held.count()))

    @operation("Chat", reply=shapes.ChatReports, errors=[NotFound, NotAllowed])
    def reports(self, request: Request, session_id: str) -> Response:
        """List open reports, oldest first; crew only."""
        reports = queries.open_reports(self.managed(session_id))
        return self.reply(shapes.ChatReports.of(reports[:_MOST_LISTED], reports.count()))

    @operation("Chat", reply=shapes.ChatMessage, errors=[NotFound, NotAllowed, *_NOT_OPEN])
    def pin(self, request: Request, session_id: str, message_id: str) -> Response:
        """Pin a public message above the chat; crew only."""
        return self._changed(services.pin_message, session_id, message_id)

    @operation("Chat", errors=[NotFound, NotAllowed])
    def unpin(self, request: Request, session_id: str) -> Response:
        """Unpin the pinned message; crew only."""
        services.unpin_message(actor=self.person, session=self.find(session_id)[0])
        return self.reply({"message": _("The message was unpinned.")}, SuccessResponse)

    @operation("Chat", reply=shapes.ChatMessage, errors=[NotFound, NotAllowed, *_NOT_OPEN, ChatOff, AlreadyDecided])
    def approve(self, request: Request, session_id: str, message_id: str) -> Response:
        """Publish a held message; crew only."""
        return self._changed(services.approve_message, session_id, message_id)

    @operation("Chat", reply=shapes.ChatMessage, errors=[NotFound, NotAllowed, *_NOT_OPEN, AlreadyDecided])
    def reject(self, request: Request, session_id: str, message_id: str) -> Response:
        """Reject a held message, so that it is never published; crew only."""
        return self._changed(services.reject_message, session_id, message_id)

    @operation("Chat", errors=[NotFound, NotAllowed])
    def close_reports(self, request: Request, session_id: str, message_id: str) -> Response:
        """Close the reports of a message without changing it; crew only."""
        session, _allowed = self.find(session_id)
        services.close_reports(actor=self.person, session=session, message_id=_known(message_id))
        return self.reply({"message": _("The reports of this message are closed.")}, SuccessResponse)

    def _changed(self, service: Any, session_id: str, message_id: str) -> Response:
        session, _allowed = self.find(session_id)
        changed = service(actor=self.person, session=session, message_id=_known(message_id))
        return self.reply(shapes.ChatMessage.of(changed))


class TeamChatViewSet(SessionOperations):
    """The chat of crew and speakers among themselves."""

    @operation(
        "Chat",
        reply=shapes.TeamMessages,
        errors=[NotFound, NotAllowed],
        parameters=(_PAGING[0], _PAGING[2]),
        operation_id="team_chat_read",
    )
    def index(self, request: Request, session_id: str) -> Response:
        """Read the team's chat: the newest messages, oldest first; for crew and speakers."""
        session = self._found(session_id)
        limit, before = number_in_query(request, "limit", 50, 1, 100), _id_in_query(request, "before")
        messages = queries.team_messages(session, limit=limit, before=before)
        return self.reply(shapes.TeamMessages.of(messages, session.team_messages.count()), secret=True)

    @operation(
        "Chat",
        request=CreateTeamMessageRequest,
        reply=shapes.TeamMessage,
        status=201,
        errors=[NotFound, NotAllowed, SessionEnded, SessionExpired, TooMany],
        operation_id="team_chat_write",
        idempotent=lambda view, session_id: view._found(session_id),
    )
    def create(self, request: Request, session_id: str) -> Response:
        """Write to crew and speakers: the audience never reads it, and no export has it."""
        session = self._found(session_id)
        fields = self.parse(CreateTeamMessageRequest)
        sent = services.send_team_message(actor=self.person, session=session, text=fields.pop("message"), **fields)
        return self.reply(shapes.TeamMessage.of(sent), status=201)

    @operation("Chat", errors=[NotFound, NotAllowed], operation_id="team_chat_delete")
    def destroy(self, request: Request, session_id: str, message_id: str) -> Response:
        """Delete a message of the team's chat: your own, or as host or co-host any."""
        session = self._found(session_id)
        services.delete_team_message(actor=self.person, session=session, message_id=_known(message_id))
        return self.reply({"message": _("The message was deleted.")}, SuccessResponse)

    def _found(self, session_id: str) -> Session:
        session, allowed = self.find(session_id)
        require(allowed.may_join_backstage)
        return session


class LobbyMessageViewSet(SessionOperations):
    """The message to everybody who waits before the session is live."""

    @operation("Chat", reply=shapes.LobbyMessage, errors=[NotFound, NotAllowed], operation_id="lobby_message_read")
    def read(self, request: Request, session_id: str) -> Response:
        """Read what those who wait are told; nothing once the session is live."""
        session, allowed = self.find(session_id)
        require_entry(session, allowed)
        return self.reply(shapes.LobbyMessage.of(queries.lobby_message(session)))

    @operation(
        "Chat",
        request=SetLobbyMessageRequest,
        reply=shapes.LobbyMessage,
        errors=[NotFound, NotAllowed, NobodyWaits, SessionEnded, SessionExpired],
        operation_id="lobby_message_set",
    )
    def replace(self, request: Request, session_id: str) -> Response:
        """Say one line to everybody who waits, now and later, until the session is live; crew that manages the chat."""
        session, allowed = self.find(session_id)
        require(allowed.may_manage_chat)
        text = self.parse(SetLobbyMessageRequest)["message"]
        said = services.set_lobby_message(actor=self.person, session=session, text=text)
        return self.reply(shapes.LobbyMessage.of(said))

    @operation(
        "Chat",
        reply=shapes.LobbyMessage,
        errors=[NotFound, NotAllowed, NobodyWaits, SessionEnded, SessionExpired],
        operation_id="lobby_message_clear",
    )
    def destroy(self, request: Request, session_id: str) -> Response:
        """Say nothing to those who wait any more."""
        session, allowed = self.find(session_id)
        require(allowed.may_manage_chat)
        services.clear_lobby_message(actor=self.person, session=session)
        return self.reply(shapes.LobbyMessage.of(None))


class ReactionViewSet(SessionOperations):
    """Reactions."""

    @operation(
        "Chat",
        request=SendReactionRequest,
        reply=shapes.Reactions,
        errors=[NotFound, NotAllowed, *_NOT_OPEN, TooMany],
        operation_id="chat_react",
    )
    def create(self, request: Request, session_id: str) -> Response:
        """Send a reaction; everyone sees the count."""
        session, allowed = self.find(session_id)
        require(allowed.may_react)
        emoji = self.parse(SendReactionRequest)["emoji"]
        counts = services.react(actor=self.person, session=session, emoji=emoji)
        return self.reply(shapes.Reactions(counts=counts))


def _known(message_id: str) -> UUID:
    """The id in the address. Raises NotFound if it is malformed."""
    known = parse_uuid(message_id)
    if known is None:
        raise NotFound
    return known


def _id_in_query(request: Request, name: str) -> UUID | None:
    """The id ``name`` of the query string; None if missing. Raises Invalid if it is malformed."""
    text = request.query_params.get(name)
    known = parse_uuid(text)
    if text is not None and known is None:
        raise Invalid.field(name, _("%(name)s must be an id.") % {"name": name})
    return known
