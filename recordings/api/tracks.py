"""Captions of a recording on the wire."""

from typing import IO, Any

from django.core.validators import RegexValidator
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.fields import Line, Moment
from core.api.parsers import BodyTooLarge
from core.api.views import SuccessResponse, operation
from core.errors import NotAllowed, NotFound
from recordings import replay, tracks, webvtt
from recordings.errors import RecordingNotReady, TooManyTracks
from recordings.models import TextTrack

_REST_OF_BODY = 64 * 1024


class UploadParser(MultiPartParser):
    """``multipart/form-data``, bounded before anything of it is read."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        length = str((parser_context or {})["request"].META.get("CONTENT_LENGTH") or 0)
        if not length.isdecimal() or int(length) > webvtt.MAX_BYTES + _REST_OF_BODY:
            raise BodyTooLarge(_("The file is too large: captions may have 2 MiB."))
        return super().parse(stream, media_type, parser_context)


class AddTrackRequest(serializers.Serializer[Any]):
    """A file of captions, WebVTT or SRT, as ``multipart/form-data``."""

    file = serializers.FileField(allow_empty_file=True, help_text="WebVTT or SRT in UTF-8, up to 2 MiB.")
    language = serializers.CharField(
        max_length=35,
        validators=[
            RegexValidator(
                tracks.LANGUAGE_TAG, _("Send a language tag such as en, pt-BR or zh-Hant."), "invalid_language"
            )
        ],
        help_text="BCP 47, such as en, pt-BR or zh-Hant.",
    )
    label = Line(  # type: ignore[assignment]
        required=False, allow_blank=True, max_length=100, help_text="The language's own name when left out."
    )
    is_default = serializers.BooleanField(required=False, help_text="Shown to whoever turns captions on.")


class TrackResponse(serializers.Serializer[TextTrack]):
    """Captions of a recording in one language, as WebVTT."""

    id = serializers.UUIDField()
    language = serializers.CharField(help_text="BCP 47; und when nobody said which.")
    label = serializers.CharField()  # type: ignore[assignment]
    source = serializers.ChoiceField(choices=TextTrack.Source.choices)  # type: ignore[assignment]
    is_default = serializers.BooleanField()
    url = serializers.SerializerMethodField(help_text="Ends after an hour.")
    created_at = Moment()

    def get_url(self, track: TextTrack) -> str:
        return tracks.track_url(track, is_shown=self.context.get("is_shown", False))


class TrackListResponse(serializers.Serializer[Any]):
    """All captions of a recording, the default ones first."""

    tracks = TrackResponse(many=True)
    total = serializers.IntegerField()


class TrackViewSet(ApiViewSet):
    """Captions of a recording."""

    parser_classes = [UploadParser]

    @operation("Recordings", reply=TrackListResponse, errors=[NotFound], for_limited_tokens=True)
    def index(self, request: Request, recording_id: str) -> Response:
        """List the captions of a recording."""
        found = list(tracks.tracks_of(replay.find_led_recording(self.person, recording_id)))
        return self.reply({"tracks": found, "total": len(found)}, TrackListResponse, secret=True)

    @operation(
        "Recordings",
        request=AddTrackRequest,
        reply=TrackResponse,
        status=201,
        errors=[NotFound, NotAllowed, RecordingNotReady, TooManyTracks],
        for_limited_tokens=True,
    )
    def create(self, request: Request, recording_id: str) -> Response:
        """Add captions: a WebVTT or SRT file."""
        recording = replay.find_led_recording(self.person, recording_id)
        fields = self.parse(AddTrackRequest)
        file: IO[bytes] = fields.pop("file")
        track = tracks.add_track(actor=self.person, recording=recording, raw=file.read(webvtt.MAX_BYTES + 1), **fields)
        return self.reply(track, TrackResponse, status=201, secret=True)


class OneTrackViewSet(ApiViewSet):
    """One of them."""

    @operation("Recordings", reply=SuccessResponse, errors=[NotFound, NotAllowed], for_limited_tokens=True)
    def delete_track(self, request: Request, recording_id: str, track_id: str) -> Response:
        """Delete captions of a recording."""
        recording = replay.find_led_recording(self.person, recording_id)
        tracks.delete_track(actor=self.person, recording=recording, track_id=track_id)
        return self.reply({"message": _("The captions were deleted.")}, SuccessResponse)


urlpatterns: list[URLPattern | URLResolver] = [
    path("recordings/<str:recording_id>/tracks", TrackViewSet.as_view({"get": "index", "post": "create"})),
    path("recordings/<str:recording_id>/tracks/<str:track_id>", OneTrackViewSet.as_view({"delete": "delete_track"})),
]
