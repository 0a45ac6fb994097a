"""The chat on the wire (docs/contract.md §2)."""

from typing import Any

from rest_framework import serializers

from chat.models import LONGEST_MESSAGE, LONGEST_REASON, ChatMessage, ChatReport
from chat.reactions import EMOJIS
from core.api.fields import Choice, Identifier, Moment, Paragraphs


class CreateChatMessageRequest(serializers.Serializer[Any]):
    """What to say: to everybody, or with ``recipient_id`` to one person alone."""

    message = Paragraphs(max_length=LONGEST_MESSAGE)
    recipient_id = Identifier(required=False, allow_null=True, help_text="Somebody in the session.")
    client_id = Identifier(
        required=False,
        allow_null=True,
        help_text="Your own mark for this message: sent again it is the same message.",
    )


class ChatMessageResponse(serializers.Serializer[ChatMessage]):
    """A message. Name and role are those at the moment of sending."""

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    username = serializers.CharField()
    role = serializers.ChoiceField(choices=["host", "co_host", "moderator", "speaker", "audience"])
    message = serializers.CharField(source="text")
    recipient_id = serializers.UUIDField(allow_null=True)
    recipient_username = serializers.CharField(allow_null=True)
    is_direct = serializers.BooleanField()
    status = serializers.ChoiceField(choices=ChatMessage.Status.choices)
    client_id = serializers.UUIDField(allow_null=True)
    created_at = Moment()
    published_at = Moment(allow_null=True, help_text="When it took its place in the chat; null while it is held.")


class ChatMessagesResponse(serializers.Serializer[Any]):
    """One page of the chat, oldest message first; the first page has the newest."""

    messages = ChatMessageResponse(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


class HeldMessagesResponse(serializers.Serializer[Any]):
    """What waits for the crew, oldest first: the first hundred, and how many there are."""

    messages = ChatMessageResponse(many=True)
    total = serializers.IntegerField()


class ReportMessageRequest(serializers.Serializer[Any]):
    """Why the crew should look at it."""

    reason = Paragraphs(required=False, allow_blank=True, max_length=LONGEST_REASON)


class ChatReportResponse(serializers.Serializer[ChatReport]):
    """A report. The text of a direct message is null: it stays with its two people."""

    id = serializers.UUIDField()
    session_id = serializers.UUIDField(source="message.session_id")
    message_id = serializers.UUIDField()
    user_id = serializers.UUIDField(source="message.user_id")
    username = serializers.CharField(source="message.username")
    message = serializers.SerializerMethodField()
    is_direct = serializers.BooleanField(source="message.is_direct")
    reported_by = serializers.UUIDField(source="reported_by_id")
    reported_by_username = serializers.CharField(source="reported_by.username")
    reason = serializers.CharField()
    created_at = Moment()

    def get_message(self, report: ChatReport) -> str | None:
        return None if report.message.is_direct else report.message.text


class ChatReportsResponse(serializers.Serializer[Any]):
    """Open reports, oldest first: the first hundred, and how many there are."""

    reports = ChatReportResponse(many=True)
    total = serializers.IntegerField()


class DeletedMessagesResponse(serializers.Serializer[Any]):
    """How many messages were deleted."""

    deleted = serializers.IntegerField()


class SendReactionRequest(serializers.Serializer[Any]):
    """An emoji of the small set."""

    emoji = Choice(choices=[(emoji, emoji) for emoji in EMOJIS])


class ReactionsResponse(serializers.Serializer[Any]):
    """How often each emoji was sent in the session so far."""

    counts = serializers.DictField(child=serializers.IntegerField())
