"""Operations on captions of a recording."""

from typing import IO

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.parsers import UploadParser
from core.api.views import SuccessResponse, operation
from core.errors import NotAllowed, NotFound
from recordings import replay, shapes, tracks, webvtt
from recordings.api.serializers import AddTrackRequest, UpdateTrackRequest
from recordings.errors import RecordingNotReady, TooManyTracks


class CaptionsParser(UploadParser):
    """An upload of captions."""

    max_bytes = webvtt.MAX_BYTES
    too_large = _("The file is too large: captions may have 2 MiB.")


class TrackViewSet(ApiViewSet):
    """Captions of a recording."""

    parser_classes = [CaptionsParser]

    @operation("Recordings", reply=shapes.Tracks, errors=[NotFound], for_limited_tokens=True)
    def index(self, request: Request, recording_id: str) -> Response:
        """List the captions of a recording."""
        found = tracks.tracks_of(replay.find_led_recording(self.person, recording_id))
        return self.reply(shapes.Tracks.of(found), secret=True)

    @operation(
        "Recordings",
        request=AddTrackRequest,
        reply=shapes.Track,
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
        return self.reply(shapes.Track.of(track), status=201, secret=True)


class OneTrackViewSet(ApiViewSet):
    """One captions track."""

    @operation(
        "Recordings",
        request=UpdateTrackRequest,
        reply=shapes.Track,
        errors=[NotFound, NotAllowed],
        for_limited_tokens=True,
    )
    def change_track(self, request: Request, recording_id: str, track_id: str) -> Response:
        """Change the name of captions in the menu, or make them the default."""
        recording = replay.find_led_recording(self.person, recording_id)
        tracks.find_track(recording, track_id)
        changes = self.parse(UpdateTrackRequest)
        track = tracks.update_track(actor=self.person, recording=recording, track_id=track_id, **changes)
        return self.reply(shapes.Track.of(track), secret=True)

    @operation("Recordings", reply=SuccessResponse, errors=[NotFound, NotAllowed], for_limited_tokens=True)
    def delete_track(self, request: Request, recording_id: str, track_id: str) -> Response:
        """Delete captions of a recording."""
        recording = replay.find_led_recording(self.person, recording_id)
        tracks.delete_track(actor=self.person, recording=recording, track_id=track_id)
        return self.reply({"message": _("The captions were deleted.")}, SuccessResponse)


urlpatterns: list[URLPattern | URLResolver] = [
    path("recordings/<str:recording_id>/tracks", TrackViewSet.as_view({"get": "index", "post": "create"})),
    path(
        "recordings/<str:recording_id>/tracks/<str:track_id>",
        OneTrackViewSet.as_view({"patch": "change_track", "delete": "delete_track"}),
    ),
]
