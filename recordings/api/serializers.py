"""Recordings on the wire."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Flag, Line, Moment, Number
from recordings.models import Recording


class RecordingResponse(serializers.Serializer[Recording]):
    """A recording. ``status`` stays ``recording`` until its file is ready; ``phase`` says how far it is."""

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    egress_id = serializers.CharField()
    name = serializers.CharField()
    file_path = serializers.SerializerMethodField(help_text="A key in the storage; null until the file is there.")
    duration = serializers.IntegerField(source="seconds", allow_null=True, help_text="Whole seconds.")
    file_size = serializers.IntegerField(allow_null=True, help_text="Bytes.")
    status = serializers.ChoiceField(Recording.Status.choices)
    storage_type = serializers.ChoiceField(Recording.StorageType.choices)
    retry_count = serializers.IntegerField()
    error_message = serializers.SerializerMethodField(help_text="A sentence; null when nothing went wrong.")
    phase = serializers.ChoiceField(Recording.Phase.choices)
    progress = serializers.IntegerField(help_text="Of the processing, in percent.")
    started_at = Moment()
    stopped_at = Moment(allow_null=True)
    published_at = Moment(allow_null=True, help_text="Since when people may watch the replay.")
    trim_start = serializers.FloatField(allow_null=True, help_text="Seconds; what is before is not shown.")
    trim_end = serializers.FloatField(allow_null=True, help_text="Seconds; what is after is not shown.")
    is_kept = serializers.BooleanField(help_text="Retention does not delete it.")
    created_at = Moment()
    updated_at = Moment()

    def get_file_path(self, recording: Recording) -> str | None:
        return recording.file_path or None

    def get_error_message(self, recording: Recording) -> str | None:
        return recording.error_message or None


class RecordingListResponse(serializers.Serializer[Any]):
    """One page of recordings, newest first."""

    recordings = RecordingResponse(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    limit = serializers.IntegerField()


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


class RecordingDownloadResponse(serializers.Serializer[Any]):
    """Where the file can be had, without further credentials, until ``expires_at``."""

    download_url = serializers.CharField()
    expires_at = Moment()
