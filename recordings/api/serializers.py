"""What is sent to the operations on recordings."""

from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.fields import Choice, Flag, Line, Number
from recordings.tracks import LANGUAGE_TAG
from rooms.models import Room


class UpdateRecordingRequest(serializers.Serializer[Any]):
    """Name, trim or exclusion from retention; missing fields stay unchanged."""

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


class UpdateReplayRequest(serializers.Serializer[Any]):
    """How recordings of this session are published."""

    publishing = Choice(choices=Room.Publishing.choices, allow_null=True, help_text="null: as the room's are.")


class AddTrackRequest(serializers.Serializer[Any]):
    """A file of captions, WebVTT or SRT, as ``multipart/form-data``."""

    file = serializers.FileField(allow_empty_file=True, help_text="WebVTT or SRT in UTF-8, up to 2 MiB.")
    language = serializers.CharField(
        max_length=35,
        validators=[
            RegexValidator(LANGUAGE_TAG, _("Send a language tag such as en, pt-BR or zh-Hant."), "invalid_language")
        ],
        help_text="BCP 47, such as en, pt-BR or zh-Hant.",
    )
    label = Line(  # type: ignore[assignment]
        required=False, allow_blank=True, max_length=100, help_text="The language's own name when left out."
    )
    is_default = serializers.BooleanField(required=False, help_text="Shown to whoever turns captions on.")


class UpdateTrackRequest(serializers.Serializer[Any]):
    """The changes; missing fields stay unchanged."""

    label = Line(  # type: ignore[assignment]
        required=False, allow_blank=True, max_length=100, help_text="Empty: the language's own name."
    )
    is_default = Flag(
        required=False, help_text="true: shown to whoever turns captions on, in place of the present one."
    )


class ChoosePosterRequest(serializers.Serializer[Any]):
    """The moment whose picture is the poster."""

    at = Number(help_text="Seconds of the whole recording.")


class UploadPosterRequest(serializers.Serializer[Any]):
    """A picture of one's own, as ``multipart/form-data``."""

    file = serializers.FileField(allow_empty_file=True, help_text="PNG, JPEG or WebP, up to 2 MiB.")
