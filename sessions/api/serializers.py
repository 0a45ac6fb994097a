"""Input of the operations on sessions (docs/contract.md §2)."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Choice, Flag, Identifier, Line, Moment, Paragraphs, Whole
from rooms.flags import MOST_PLACES
from rooms.models import LONGEST_DESCRIPTION, Room
from sessions.copies import MOST_AT_ONCE
from sessions.models import Session


class CreateSessionRequest(serializers.Serializer[Any]):
    """A session to schedule."""

    title = Line(min_length=3, max_length=255)
    description = Paragraphs(required=False, allow_blank=True, allow_null=True, max_length=LONGEST_DESCRIPTION)
    mode = Choice(
        choices=Session.Mode.choices,
        required=False,
        allow_null=True,
        help_text="Default: rtmp for presets of type rtmp, otherwise webcam.",
    )
    scheduled_start_time = Moment(required=False, allow_null=True)
    preset_id = Identifier(help_text="Yours or your library's.")
    planned_duration = Whole(min_value=1, max_value=24 * 60, required=False, help_text="Minutes; 60 unless given.")

    replay_publishing = Choice(
        choices=Room.Publishing.choices,
        required=False,
        allow_null=True,
        help_text="How its recordings are published; null: as the room's are. Later: PATCH /sessions/{id}/replay.",
    )

    def validate_replay_publishing(self, value: str | None) -> str:
        return value or ""

    def validate_description(self, value: str | None) -> str:
        return value or ""


class UpdateSessionRequest(serializers.Serializer[Any]):
    """The changes; missing fields stay unchanged. All but title and description only before the session goes live."""

    title = Line(min_length=3, max_length=255, required=False)
    description = Paragraphs(required=False, allow_blank=True, max_length=LONGEST_DESCRIPTION)
    planned_duration = Whole(min_value=1, max_value=24 * 60, required=False, help_text="Minutes.")
    preset_id = Identifier(required=False, help_text="Yours or your library's.")
    mode = Choice(
        choices=Session.Mode.choices,
        required=False,
        help_text="Not while the backstage is open. An encoder gets a new stream key.",
    )


class DuplicateSessionRequest(serializers.Serializer[Any]):
    """What is different in the duplicate."""

    title = Line(min_length=3, max_length=255, required=False, help_text="That of the session unless given.")
    scheduled_start_time = Moment(required=False, allow_null=True, help_text="Null: whenever the host is ready.")
    preset_id = Identifier(required=False, help_text="That of the session unless given.")
    invite = Flag(
        required=False,
        help_text="Make a new personal link for everybody who was invited, and send it where there is an address.",
    )


class RepeatSessionRequest(serializers.Serializer[Any]):
    """When the further sessions take place."""

    scheduled_start_times = serializers.ListField(child=Moment(), min_length=1, max_length=MOST_AT_ONCE)


class RescheduleSessionRequest(serializers.Serializer[Any]):
    """The new time, in the future."""

    scheduled_start_time = Moment(allow_null=True, help_text="Null: no date; it starts whenever the host is ready.")


class UpdateSessionSettingsRequest(serializers.Serializer[Any]):
    """Overrides of the preset; null returns to the preset, missing fields stay unchanged."""

    chat_enabled = Flag(required=False, allow_null=True)
    stage_enabled = Flag(required=False, allow_null=True)
    poll_enabled = Flag(required=False, allow_null=True)
    max_join_limit = Whole(min_value=1, max_value=MOST_PLACES, required=False, allow_null=True)


class MoveRoomRequest(serializers.Serializer[Any]):
    """Who the room's host shall be: another host of its organization."""

    user_id = Identifier()
