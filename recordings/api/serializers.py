"""Recordings on the wire."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Flag, Line, Number


class UpdateRecordingRequest(serializers.Serializer[Any]):
    """Another name, another span that is shown, or whether it is kept; what is left out stays."""

    name = Line(max_length=255, required=False)
    trim_start = Number(
        required=False, allow_null=True, help_text="Seconds of the recording; what is before is not shown. null: all."
    )
    trim_end = Number(
        required=False, allow_null=True, help_text="Seconds of the recording; what is after is not shown. null: all."
    )
    is_kept = Flag(required=False, help_text="Retention does not delete it. For the host alone.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError({"name": [self.fields["name"].error_messages["required"]]}, "required")
        return attrs
