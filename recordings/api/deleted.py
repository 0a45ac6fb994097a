"""Deleted recordings, and restoring them."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.views import PAGING, SuccessResponse, operation
from core.errors import NotFound
from recordings import shapes
from recordings.keeping.bin import delete_mine_for_good, find_in_bin, my_bin, restore
from rooms.api.views import page_reply


class BinViewSet(ApiViewSet):
    """The bin of a host: after some days (BIN_DAYS) the files are deleted."""

    @operation("Recordings", reply=shapes.Recordings, parameters=PAGING, operation_id="recordings_bin")
    def index(self, request: Request) -> Response:
        """List the recordings of your rooms that were deleted and can be brought back, the last deleted first."""
        return page_reply(self, request, "recordings", my_bin(self.person), shapes.Recordings, each=shapes.Recording.of)

    @operation("Recordings", reply=shapes.Recording, errors=[NotFound], for_limited_tokens=True)
    def restore(self, request: Request, recording_id: str) -> Response:
        """Restore a deleted recording. For the host only."""
        recording = find_in_bin(self.person, recording_id)
        return self.reply(shapes.Recording.of(restore(actor=self.person, recording=recording)))

    @operation("Recordings", errors=[NotFound], for_limited_tokens=True)
    def purge(self, request: Request, recording_id: str) -> Response:
        """Delete a recording that is in the bin for good, with its files, now. It cannot be undone."""
        recording = find_in_bin(self.person, recording_id)
        delete_mine_for_good(actor=self.person, recording=recording)
        return self.reply({"message": _("The recording was deleted for good.")}, SuccessResponse)


urlpatterns: list[URLPattern | URLResolver] = [
    path("recordings/bin", BinViewSet.as_view({"get": "index"})),
    path("recordings/<str:recording_id>/restore", BinViewSet.as_view({"post": "restore"})),
    path("recordings/<str:recording_id>/delete_for_good", BinViewSet.as_view({"post": "purge"})),
]
