"""The file of a recording. Behind `serve`, ``webinar.serve.media`` answers this address with range support; under plain
WSGI this view sends the whole file.
"""

from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from accounts.api.viewsets import ApiViewSet
from core.api.views import operation
from core.errors import NotFound
from recordings.errors import LinkExpired
from recordings.files import find_file
from recordings.storage import StorageMissing

_TOKEN = OpenApiParameter("token", str, required=True, description="From the link; it opens this recording only.")


class RecordingFileViewSet(ApiViewSet):
    """The file itself."""

    @operation(
        "Recordings",
        serves="video/mp4",
        public=True,
        parameters=[_TOKEN],
        errors=[NotFound, LinkExpired, StorageMissing],
        for_limited_tokens=True,
    )
    def file(self, request: Request, recording_id: str) -> HttpResponseBase:
        """Download the file of a recording, or a part of it, with the link of its download."""
        found = find_file(recording_id, request.query_params.get("token", ""))
        if found is None:
            raise NotFound
        if found.url is not None:
            response: HttpResponseBase = HttpResponseRedirect(found.url)
        else:
            assert found.path is not None
            response = FileResponse(found.path.open("rb"), as_attachment=True, filename=found.name)
            response["Content-Type"] = "video/mp4"
        response["Cache-Control"] = "private, no-store"
        return response


urlpatterns: list[URLPattern | URLResolver] = [
    path("recordings/<str:recording_id>/file", RecordingFileViewSet.as_view({"get": "file"})),
]
