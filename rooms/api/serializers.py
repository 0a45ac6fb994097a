"""Rooms and presets on the wire (docs/contract.md §2)."""

from typing import Any

from django.core.validators import URLValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.serializers import UserResponse
from core.api.fields import Choice, Flag, Identifier, Line, Moment, Paragraphs, Text, Whole
from rooms.logos import logo_url
from rooms.models import COLOR, GTM_CONTAINER, LONGEST_DESCRIPTION, NO_REGISTRATION_YET, PRESET_FLAGS, Preset, Room

#: The order of a preset's fields in the contract.
PRESET_FIELDS = (
    "id",
    "user_id",
    "library_id",
    "name",
    "type",
    "stage_enabled",
    "max_join_limit",
    *PRESET_FLAGS[1:4],
    "primary_color",
    "logo",
    "logo_destination_url",
    *PRESET_FLAGS[4:],
    "is_default",
    "created_at",
    "updated_at",
)


class GoogleTagManager(serializers.Serializer[Any]):
    """A tag manager container; stored and returned, not loaded by product pages unless the operator says so."""

    container_id = Text(max_length=16, allow_blank=True, required=False, validators=[GTM_CONTAINER])
    enabled = Flag(required=False)


class RoomAnalytics(serializers.Serializer[Any]):
    """What measures the room's pages."""

    google_tag_manager = GoogleTagManager(required=False, allow_null=True)


class _RoomRequest(serializers.Serializer[Any]):
    title = Line(min_length=3, max_length=255)
    description = Paragraphs(required=False, allow_blank=True, allow_null=True, max_length=LONGEST_DESCRIPTION)
    analytics = RoomAnalytics(required=False, allow_null=True)
    access = Choice(choices=Room.Access.choices, required=False)
    visibility = Choice(choices=Room.Visibility.choices, required=False)

    def validate_description(self, value: str | None) -> str:
        return value or ""

    def validate_access(self, value: str) -> str:
        if value == Room.Access.REGISTRATION:
            raise serializers.ValidationError(NO_REGISTRATION_YET, "not_available")
        return value


class CreateRoomRequest(_RoomRequest):
    """A new room."""

    library_id = Identifier(required=False, allow_null=True, help_text="Default: the organization's default library.")


class UpdateRoomRequest(_RoomRequest):
    """What changes; fields left out stay, null clears."""

    title = Line(min_length=3, max_length=255, required=False)


class GoogleTagManagerResponse(serializers.Serializer[Any]):
    """The stored container."""

    container_id = serializers.CharField(allow_blank=True)
    enabled = serializers.BooleanField()


class RoomAnalyticsResponse(serializers.Serializer[Any]):
    """The room's analytics."""

    google_tag_manager = GoogleTagManagerResponse()


class RoomResponse(serializers.Serializer[Room]):
    """A room. ``active_session_id`` is the session that is live in it now."""

    id = serializers.UUIDField()
    slug = serializers.CharField(help_text="The public address is /w/{slug}.")
    host_id = serializers.UUIDField()
    host = UserResponse()
    library_id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    access = serializers.ChoiceField(choices=Room.Access.choices)
    visibility = serializers.ChoiceField(choices=Room.Visibility.choices)
    analytics = serializers.SerializerMethodField()
    active_session_id = serializers.UUIDField(allow_null=True)
    created_at = Moment()
    updated_at = Moment()

    @extend_schema_field(RoomAnalyticsResponse)
    def get_analytics(self, room: Room) -> dict[str, Any]:
        container = {"container_id": room.analytics_container_id, "enabled": room.analytics_enabled}
        return {"google_tag_manager": container}


class CreateRoomResponse(serializers.Serializer[Any]):
    """The new room, wrapped as published."""

    room = RoomResponse()


class RoomListResponse(serializers.Serializer[Any]):
    """One page of rooms."""

    rooms = RoomResponse(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    limit = serializers.IntegerField()


def _check_link(value: str) -> None:
    """Raises ValidationError. As a function it leaves the field the plain string that the contract has."""
    URLValidator(["http", "https"])(value)


def _preset_request_fields(*, creates: bool) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """The fields of a preset that a caller may set, in the contract's order."""
    most = 100 if creates else 5
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
    order = [name for name in PRESET_FIELDS if name in fields]
    return {name: fields[name] for name in order}


class _PresetRequest(serializers.Serializer[Any]):
    creates = True

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {**_preset_request_fields(creates=self.creates), **super().get_fields()}

    def validate_logo_destination_url(self, value: str | None) -> str:
        return value or ""


class CreatePresetRequest(_PresetRequest):
    """A new preset; every permission that is left out has its default."""

    library_id = Identifier(required=False, allow_null=True, help_text="Default: the organization's default library.")


class UpdatePresetRequest(_PresetRequest):
    """What changes; fields left out stay."""

    creates = False


class PresetResponse(serializers.Serializer[Preset]):
    """A preset: what people may do, and how it looks. ``logo`` is an address on our own origin."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
            "id": serializers.UUIDField(),
            "user_id": serializers.UUIDField(),
            "library_id": serializers.UUIDField(),
            "name": serializers.CharField(allow_null=True, help_text="Null but for its people and a session's team."),
            "type": serializers.ChoiceField(choices=Preset.Type.choices),
            "max_join_limit": serializers.IntegerField(),
            "primary_color": serializers.CharField(),
            "logo": serializers.URLField(allow_null=True),
            "logo_destination_url": serializers.CharField(allow_null=True),
            "is_default": serializers.BooleanField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            **{flag: serializers.BooleanField() for flag in PRESET_FLAGS},
        }
        return {name: fields[name] for name in PRESET_FIELDS}

    def to_representation(self, instance: Preset | dict[str, Any]) -> dict[str, Any]:
        values = instance if isinstance(instance, dict) else preset_values(instance)
        return dict(super().to_representation(values))  # type: ignore[arg-type]


def preset_values(preset: Preset, copy: dict[str, Any] | None = None) -> dict[str, Any]:
    """The published values of ``preset``; those in ``copy`` (frozen at go-live) stand before the row's."""
    values = {name: getattr(preset, name) for name in PRESET_FIELDS} | (copy or {})
    logo = values["logo"]
    values["logo"] = logo_url(logo if isinstance(logo, str) else logo.name or "")
    values["logo_destination_url"] = values["logo_destination_url"] or None
    return values


class PresetListResponse(serializers.Serializer[Any]):
    """All presets of the caller."""

    presets = PresetResponse(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    limit = serializers.IntegerField()
