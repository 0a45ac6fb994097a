"""Input of the operations that run a session (docs/contract.md §3, Sessions)."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Choice, Flag, Text


class JoinSessionRequest(serializers.Serializer[Any]):
    """How to join."""

    as_ = Choice(choices=["audience"], required=False, allow_null=True)
    connection_id = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=64,
        help_text="LiveKit's id (sid) of the caller's own former studio connection: it does not count as another one.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        return {"as": fields.pop("as_"), **fields}


class HostMediaRequest(serializers.Serializer[Any]):
    """On or off; without a value the operation only answers the present state."""

    enabled = Flag(required=False)
