"""Input of the chat operations (docs/contract.md §2)."""

from typing import Any

from rest_framework import serializers

from chat.models import LONGEST_MESSAGE, LONGEST_REASON
from chat.reactions import EMOJIS
from core.api.fields import Choice, Identifier, Paragraphs


class CreateChatMessageRequest(serializers.Serializer[Any]):
    """The message: to everybody, or with ``recipient_id`` to one person."""

    message = Paragraphs(max_length=LONGEST_MESSAGE)
    recipient_id = Identifier(required=False, allow_null=True, help_text="Somebody in the session.")
    client_id = Identifier(
        required=False,
        allow_null=True,
        help_text="Your own id for this message: sending it again creates no second message.",
    )


class ReportMessageRequest(serializers.Serializer[Any]):
    """The reason for the crew."""

    reason = Paragraphs(required=False, allow_blank=True, max_length=LONGEST_REASON)


class SendReactionRequest(serializers.Serializer[Any]):
    """An emoji of the small set."""

    emoji = Choice(choices=[(emoji, emoji) for emoji in EMOJIS])
