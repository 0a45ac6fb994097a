"""Operations on the poster of a recording."""

from typing import IO

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.parsers import UploadParser
from core.api.views import operation
from core.errors import NotAllowed, NotFound
from media.errors import DiskFull
from recordings import posters, replay, shapes
from recordings.api.serializers import ChoosePosterRequest, UploadPosterRequest
from recordings.errors import RecordingNotReady
from recordings.models import Recording
from recordings.moments import moments_of
from recordings.storage import StorageMissing
from sessions.queries import find_session


class PosterParser(UploadParser):
    """An upload of a picture."""

    max_bytes = posters.MAX_BYTES
    too_large = _("The file is too large: a picture may have 2 MiB.")


class PosterOperations(ApiViewSet):
    """Base of operations on the poster, for host and co-hosts."""

    def shown(self, recording: Recording) -> Response:
        session = find_session(self.person, recording.session_id)
        return self.reply(shapes.Poster.of(recording, moments_of(recording, session)), secret=True)


class PosterViewSet(PosterOperations):
    """The poster of a recording."""

    @operation("Recordings", reply=shapes.Poster, errors=[NotFound], for_limited_tokens=True)
    def read_poster(self, request: Request, recording_id: str) -> Response:
        """Get the poster of a recording, and moments that are offered for it."""
        return self.shown(replay.find_led_recording(self.person, recording_id))

    @operation(
        "Recordings",
        request=ChoosePosterRequest,
        reply=shapes.Poster,
        errors=[NotFound, NotAllowed, RecordingNotReady],
        for_limited_tokens=True,
    )
    def choose_poster(self, request: Request, recording_id: str) -> Response:
        """Choose a moment of a recording as its poster; the picture is there within seconds."""
        recording = replay.find_led_recording(self.person, recording_id)
        at = self.parse(ChoosePosterRequest)["at"]
        return self.shown(posters.choose_moment(actor=self.person, recording=recording, at=at))

    @operation(
        "Recordings", reply=shapes.Poster, errors=[NotFound, NotAllowed, RecordingNotReady], for_limited_tokens=True
    )
    def reset_poster(self, request: Request, recording_id: str) -> Response:
        """Show the automatic poster of a recording again."""
        recording = replay.find_led_recording(self.person, recording_id)
        return self.shown(posters.reset(actor=self.person, recording=recording))


class PosterUploadViewSet(PosterOperations):
    """A picture of one's own."""

    parser_classes = [PosterParser]

    @operation(
        "Recordings",
        request=UploadPosterRequest,
        reply=shapes.Poster,
        errors=[NotFound, NotAllowed, RecordingNotReady, DiskFull, StorageMissing],
        for_limited_tokens=True,
    )
    def upload_poster(self, request: Request, recording_id: str) -> Response:
        """Use a picture of your own as the poster of a recording."""
        recording = replay.find_led_recording(self.person, recording_id)
        file: IO[bytes] = self.parse(UploadPosterRequest)["file"]
        raw = file.read(posters.MAX_BYTES + 1)
        return self.shown(posters.upload(actor=self.person, recording=recording, raw=raw))


urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "recordings/<str:recording_id>/poster",
        PosterViewSet.as_view({"get": "read_poster", "put": "choose_poster", "delete": "reset_poster"}),
    ),
    path("recordings/<str:recording_id>/poster/upload", PosterUploadViewSet.as_view({"post": "upload_poster"})),
]
