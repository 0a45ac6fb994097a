"""Operations on recordings."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.views import PAGING, SuccessResponse, id_in_query, operation, word_in_query
from core.errors import Invalid, NoneFound, NotAllowed, NotFound
from core.texts import clean_line
from media.errors import CaptureLimit, DiskFull
from recordings import lists, queries, services, shapes, trimming
from recordings.api.serializers import UpdateRecordingRequest
from recordings.errors import RecordingActive, RecordingNotReady, StorageFull, TrimmedFileNotReady
from recordings.keeping.retention import keep
from recordings.models import Recording
from recordings.replay import find_led_recording
from rooms.api.views import page_reply
from sessions.api.views import SessionOperations
from sessions.errors import SessionEnded, SessionNotLive
from sessions.rights.capabilities import capabilities, require

_SEARCH = (
    OpenApiParameter("q", str, description="Those with this in their name or their session’s title."),
    OpenApiParameter("status", enum=Recording.Status.values),
    OpenApiParameter("published", bool, description="true: those that people may watch; false: the others."),
    OpenApiParameter("is_kept", bool, description="true: those that retention does not delete; false: the others."),
    OpenApiParameter("room_id", OpenApiTypes.UUID),
    OpenApiParameter(
        "sort", enum=lists.Order.values, default=lists.Order.NEWEST.value, description="“date”: of the recording."
    ),
)
_ORIGINAL = OpenApiParameter(
    "original", bool, description="true: the whole recording, also when it was trimmed.", default=False
)


class RecordingViewSet(ApiViewSet):
    """Recordings. They do not exist for anybody but host and co-hosts of their session."""

    @operation("Recordings", reply=shapes.MyRecordings, parameters=[*PAGING, *_SEARCH])
    def mine(self, request: Request) -> Response:
        """List the recordings of your rooms: search by name, filter by state, room, publishing and keeping, sort."""
        rows = lists.matching(
            queries.my_recordings(self.person),
            q=clean_line(request.query_params.get("q", "")[: lists.LONGEST_SEARCH]),
            status=word_in_query(request, "status", Recording.Status.values, ""),
            is_published=_flag_in_query(request, "published"),
            is_kept=_flag_in_query(request, "is_kept"),
            room=id_in_query(request, "room_id"),
            sort=word_in_query(request, "sort", lists.Order.values, lists.Order.NEWEST),
        )
        more = {"total_size": lists.total_size(rows)}
        return page_reply(self, request, "recordings", rows, shapes.MyRecordings, each=shapes.Recording.of, more=more)

    @operation("Recordings", reply=shapes.Recording, errors=[NotFound], for_limited_tokens=True)
    def retrieve(self, request: Request, recording_id: str) -> Response:
        """Get a recording."""
        return self.reply(shapes.Recording.of(find_led_recording(self.person, recording_id)))

    @operation(
        "Recordings",
        request=UpdateRecordingRequest,
        reply=shapes.Recording,
        errors=[NotFound, NotAllowed, RecordingNotReady],
        for_limited_tokens=True,
    )
    def update(self, request: Request, recording_id: str) -> Response:
        """Rename a recording, trim what is shown of it, or exclude it from retention."""
        recording = find_led_recording(self.person, recording_id)
        fields = self.parse(UpdateRecordingRequest)
        name, is_kept = fields.pop("name", None), fields.pop("is_kept", None)
        if is_kept is not None:
            recording = keep(actor=self.person, recording=recording, is_kept=is_kept)
        if fields:
            recording = trimming.set_trim(actor=self.person, recording=recording, **fields)
        if name is not None:
            recording = services.rename_recording(actor=self.person, recording=recording, name=name)
        return self.reply(shapes.Recording.of(recording))

    @operation("Recordings", errors=[NotFound, NotAllowed, RecordingActive], for_limited_tokens=True)
    def destroy(self, request: Request, recording_id: str) -> Response:
        """Move a recording to the bin, from which it can be restored for some days. For the host only."""
        recording = find_led_recording(self.person, recording_id)
        require(capabilities(self.person, recording.session).may_delete)
        services.delete_recording(actor=self.person, recording=recording)
        return self.reply({"message": _("The recording was deleted.")}, SuccessResponse)

    @operation(
        "Recordings",
        reply=shapes.RecordingDownload,
        errors=[NotFound, RecordingNotReady, TrimmedFileNotReady],
        parameters=[_ORIGINAL],
        for_limited_tokens=True,
    )
    def download(self, request: Request, recording_id: str) -> Response:
        """Get a link to the file, valid for an hour; for a trimmed recording to the trimmed file."""
        recording = find_led_recording(self.person, recording_id)
        is_original = _flag_in_query(request, "original") or False
        link = services.download(actor=self.person, recording=recording, is_original=is_original)
        return self.reply(link, secret=True)


class SessionRecordingViewSet(SessionOperations):
    """Recordings of one session, for its host and co-hosts."""

    @operation(
        "Recordings",
        reply=shapes.Recordings,
        errors=[NotFound, NotAllowed],
        parameters=PAGING,
        operation_id="sessions_recordings_index",
    )
    def index(self, request: Request, session_id: str) -> Response:
        """List the recordings of a session, newest first."""
        session, allowed = self.find(session_id)
        require(allowed.may_record)
        rows = queries.recordings_of(session)
        return page_reply(self, request, "recordings", rows, shapes.Recordings, each=shapes.Recording.of)

    @operation("Recordings", reply=shapes.Recording, errors=[NotFound, NotAllowed, NoneFound])
    def active(self, request: Request, session_id: str) -> Response:
        """Get the running recording."""
        session, allowed = self.find(session_id)
        require(allowed.may_record)
        recording = queries.active_recording(session)
        if recording is None:
            raise NoneFound
        return self.reply(shapes.Recording.of(recording))

    @operation(
        "Recordings",
        reply=shapes.Recording,
        status=201,
        or_existing=True,
        errors=[NotFound, NotAllowed, SessionNotLive, SessionEnded, CaptureLimit, DiskFull, StorageFull],
    )
    def start(self, request: Request, session_id: str) -> Response:
        """Record the session from now on. If a recording runs already, it is returned with 200."""
        session, allowed = self.find(session_id)
        require(allowed.may_record)
        recording, is_new = services.start_recording(actor=self.person, session=session)
        return self.reply(shapes.Recording.of(recording), status=201 if is_new else 200)

    @operation("Recordings", reply=shapes.Recording, errors=[NotFound, NotAllowed, NoneFound])
    def stop(self, request: Request, session_id: str) -> Response:
        """Stop recording; the file is made then. Repeating it returns the newest recording."""
        session, allowed = self.find(session_id)
        require(allowed.may_record)
        return self.reply(shapes.Recording.of(services.stop_recording(actor=self.person, session=session)))


def _flag_in_query(request: Request, name: str) -> bool | None:
    """``true`` or ``false`` of the query string; None when it is not there. Raises Invalid for anything else."""
    text = request.query_params.get(name)
    if text not in {None, "true", "false"}:
        raise Invalid.field(name, _("%(name)s must be true or false.") % {"name": name})
    return None if text is None else text == "true"


urlpatterns: list[URLPattern | URLResolver] = [
    path("recordings/my", RecordingViewSet.as_view({"get": "mine"})),
    path(
        "recordings/<str:recording_id>",
        RecordingViewSet.as_view({"get": "retrieve", "patch": "update", "delete": "destroy"}),
    ),
    path("recordings/<str:recording_id>/download", RecordingViewSet.as_view({"get": "download"})),
    path("sessions/<str:session_id>/recordings", SessionRecordingViewSet.as_view({"get": "index"})),
    path("sessions/<str:session_id>/recordings/active", SessionRecordingViewSet.as_view({"get": "active"})),
    path("sessions/<str:session_id>/recordings/start", SessionRecordingViewSet.as_view({"post": "start"})),
    path("sessions/<str:session_id>/recordings/stop", SessionRecordingViewSet.as_view({"post": "stop"})),
]
