"""Input of the stage operations (docs/contract.md §2)."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Flag, Line, Text
from sessions.models import Session
from stage.models import MESSAGE_LIMIT

_NAME_LIMIT = 150


class RaiseHandRequest(serializers.Serializer[Any]):
    """What the person wants to say. The name shown is always the account's."""

    participant_identity = Text(required=False, allow_null=True, max_length=64, help_text="Default: the caller.")
    participant_name = Line(required=False, allow_null=True, allow_blank=True, max_length=_NAME_LIMIT)
    message = Line(required=False, allow_null=True, allow_blank=True, max_length=MESSAGE_LIMIT)

    def validate_message(self, value: str | None) -> str:
        return value or ""


class AddToStageRequest(serializers.Serializer[Any]):
    """Whom to bring on stage, and what they may publish. The name shown is always the account's."""

    participant_identity = Text(max_length=64)
    participant_name = Line(required=False, allow_null=True, allow_blank=True, max_length=_NAME_LIMIT)
    can_publish_audio = Flag(required=False)
    can_publish_video = Flag(required=False)


class UpdateStagePermissionsRequest(serializers.Serializer[Any]):
    """What the person may publish; missing fields stay unchanged."""

    can_publish_audio = Flag(required=False)
    can_publish_video = Flag(required=False)


class StageLayoutRequest(serializers.Serializer[Any]):
    """How to arrange the stage."""

    layout = serializers.ChoiceField(Session.Layout.choices)
    spotlight_identity = Text(
        required=False, allow_null=True, max_length=64, help_text="Whom to show, with `spotlight` alone."
    )


class RemoveFromStageRequest(serializers.Serializer[Any]):
    """Whom to remove from the stage."""

    participant_identity = Text(max_length=64)
