"""Input of the operations on rooms and presets (docs/contract.md §2)."""

from typing import Any

from django.core.validators import URLValidator
from rest_framework import serializers

from core.api.fields import Choice, Flag, Identifier, Line, Paragraphs, Text, Whole
from rooms import shapes
from rooms.flags import MOST_PLACES, MOST_PLACES_LATER
from rooms.models import (
    COLOR,
    GTM_CONTAINER,
    LONGEST_DESCRIPTION,
    LONGEST_LINK,
    LONGEST_LINK_LABEL,
    LONGEST_THANKS,
    NO_REGISTRATION_YET,
    PRESET_FLAGS,
    Preset,
    Room,
)
from rooms.surveys import LONGEST_OPTION, LONGEST_QUESTION, MOST_OPTIONS, MOST_QUESTIONS


class GoogleTagManager(serializers.Serializer[Any]):
    """A tag manager container; stored and returned, but not loaded by product pages unless the operator allows it."""

    container_id = Text(max_length=16, allow_blank=True, required=False, validators=[GTM_CONTAINER])
    enabled = Flag(required=False)


class RoomAnalytics(serializers.Serializer[Any]):
    """Analytics of the room's pages."""

    google_tag_manager = GoogleTagManager(required=False, allow_null=True)


class _RoomRequest(serializers.Serializer[Any]):
    title = Line(min_length=3, max_length=255)
    description = Paragraphs(required=False, allow_blank=True, allow_null=True, max_length=LONGEST_DESCRIPTION)
    analytics = RoomAnalytics(required=False, allow_null=True)
    access = Choice(choices=Room.Access.choices, required=False)
    visibility = Choice(choices=Room.Visibility.choices, required=False)
    replay_publishing = Choice(
        choices=Room.Publishing.choices,
        required=False,
        allow_null=True,
        help_text="How recordings of its sessions are published, unless a session says otherwise; null: by the server.",
    )

    def validate_description(self, value: str | None) -> str:
        return value or ""

    def validate_replay_publishing(self, value: str | None) -> str:
        return value or ""

    def validate_access(self, value: str) -> str:
        if value == Room.Access.REGISTRATION:
            raise serializers.ValidationError(NO_REGISTRATION_YET, "not_available")
        return value


class CreateRoomRequest(_RoomRequest):
    """A new room."""

    library_id = Identifier(required=False, allow_null=True, help_text="Default: the organization's default library.")


class SurveyQuestionRequest(serializers.Serializer[Any]):
    """A question of the survey."""

    text = Line(max_length=LONGEST_QUESTION)
    options = serializers.ListField(
        child=Line(max_length=LONGEST_OPTION),
        max_length=MOST_OPTIONS,
        required=False,
        help_text="The answers to choose one from, at least two; none: free text.",
    )


class SurveyRequest(serializers.Serializer[Any]):
    """What the audience is asked when a session is over, beside a rating from 1 to 5."""

    questions = serializers.ListField(child=SurveyQuestionRequest(), max_length=MOST_QUESTIONS)


class UpdateRoomRequest(_RoomRequest):
    """The changes; missing fields stay unchanged, null clears."""

    title = Line(min_length=3, max_length=255, required=False)
    thank_you_text = Paragraphs(
        required=False, allow_blank=True, allow_null=True, max_length=LONGEST_THANKS,
        help_text="What the audience reads when a session is over.",
    )  # fmt: skip
    thank_you_link_url = Text(
        required=False, allow_blank=True, allow_null=True, max_length=LONGEST_LINK, help_text="http or https."
    )
    thank_you_link_label = Line(required=False, allow_blank=True, allow_null=True, max_length=LONGEST_LINK_LABEL)

    survey = SurveyRequest(required=False, allow_null=True, help_text="null: no survey.")

    def validate_thank_you_text(self, value: str | None) -> str:
        return value or ""

    def validate_thank_you_link_label(self, value: str | None) -> str:
        return value or ""

    def validate_thank_you_link_url(self, value: str | None) -> str:
        if value:
            _check_link(value)
        return value or ""


def _check_link(value: str) -> None:
    """Raises ValidationError. A function, so that the field stays the plain string of the contract."""
    URLValidator(["http", "https"])(value)


def _preset_request_fields(*, creates: bool) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """The fields of a preset that a caller may set, in the contract's order."""
    most = MOST_PLACES if creates else MOST_PLACES_LATER
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "name": Line(max_length=255, required=creates),
        "type": Choice(choices=Preset.Type.choices, required=creates),
        "max_join_limit": Whole(min_value=1, max_value=most, required=False),
        "primary_color": Text(required=creates, validators=[COLOR]),
        "logo": Text(
            required=False,
            allow_null=True,
            allow_blank=True,
            help_text="https URL, or data:image/png|jpeg|webp;base64,…; at most 1 MiB. Null removes it.",
        ),
        "logo_destination_url": Text(
            required=False,
            allow_null=True,
            allow_blank=True,
            max_length=2048,
            validators=[_check_link],
        ),
    }
    for flag in (*PRESET_FLAGS, "is_default"):
        fields[flag] = Flag(required=False)
    return {name: fields[name] for name in shapes.Preset.model_fields if name in fields}


class _PresetRequest(serializers.Serializer[Any]):
    creates = True

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {**_preset_request_fields(creates=self.creates), **super().get_fields()}

    def validate_logo_destination_url(self, value: str | None) -> str:
        return value or ""


class CreatePresetRequest(_PresetRequest):
    """A new preset; missing permissions have their defaults."""

    library_id = Identifier(required=False, allow_null=True, help_text="Default: the organization's default library.")


class UpdatePresetRequest(_PresetRequest):
    """The changes; missing fields stay unchanged."""

    creates = False
