"""Input of the chat operations (docs/contract.md §2)."""

from typing import Any

from rest_framework import serializers

from chat.models import LONGEST_LOBBY_MESSAGE, LONGEST_MESSAGE, LONGEST_REASON
from chat.reactions import EMOJIS
from core.api.fields import Choice, Identifier, Line, Paragraphs


class CreateChatMessageRequest(serializers.Serializer[Any]):
    """The message: to everybody, or with ``recipient_id`` to one person."""

    message = Paragraphs(max_length=LONGEST_MESSAGE)
    recipient_id = Identifier(required=False, allow_null=True, help_text="Somebody in the session.")
    client_id = Identifier(
        required=False,
        allow_null=True,
        help_text="Your own id for this message: sending it again creates no second message.",
    )


class CreateTeamMessageRequest(serializers.Serializer[Any]):
    """The message to crew and speakers."""

    message = Paragraphs(max_length=LONGEST_MESSAGE)
    client_id = Identifier(
        required=False,
        allow_null=True,
        help_text="Your own id for this message: sending it again creates no second message.",
    )


class SetLobbyMessageRequest(serializers.Serializer[Any]):
    """One line for everybody who waits."""

    message = Line(max_length=LONGEST_LOBBY_MESSAGE)


class ReportMessageRequest(serializers.Serializer[Any]):
    """The reason for the crew."""

    reason = Paragraphs(required=False, allow_blank=True, max_length=LONGEST_REASON)


class SendReactionRequest(serializers.Serializer[Any]):
    """An emoji of the small set."""

    emoji = Choice(choices=[(emoji, emoji) for emoji in EMOJIS])
