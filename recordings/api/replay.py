"""Operations on the replay: what people may watch, and what the host lets them watch."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.views import operation
from core.errors import NotAllowed, NotFound
from recordings import queries, replay, shapes
from recordings.api.serializers import UpdateReplayRequest
from recordings.errors import RecordingNotReady
from sessions.api.views import SessionOperations
from sessions.errors import Banned
from sessions.models import Session
from sessions.rights.capabilities import require


class ReplayViewSet(SessionOperations):
    """The replay of a session."""

    @operation("Recordings", reply=shapes.Replay, errors=[NotFound, NotAllowed, Banned])
    def read(self, request: Request, session_id: str) -> Response:
        """Watch the replay: for everybody who may see the session and is not banned, including guests."""
        session, allowed = self.find(session_id)
        replay.require_replay(allowed)
        return self._reply(session, leads=allowed.leads)

    @operation("Recordings", request=UpdateReplayRequest, reply=shapes.Replay, errors=[NotFound, NotAllowed])
    def change(self, request: Request, session_id: str) -> Response:
        """Choose whether recordings of this session are published automatically or after review."""
        session, allowed = self.find(session_id)
        require(allowed.may_record)
        changed = replay.choose_publishing(actor=self.person, session=session, **self.parse(UpdateReplayRequest))
        return self._reply(changed, leads=True)

    def _reply(self, session: Session, *, leads: bool) -> Response:
        return self.reply(shapes.Replay.of(queries.replay_of(session), leads=leads), secret=True)


class PublishingViewSet(ApiViewSet):
    """Whether a recording can be watched."""

    @operation(
        "Recordings",
        reply=shapes.Publication,
        errors=[NotFound, NotAllowed, RecordingNotReady],
        for_limited_tokens=True,
    )
    def publish(self, request: Request, recording_id: str) -> Response:
        """Publish a recording at the session's address."""
        recording = replay.find_led_recording(self.person, recording_id)
        return self.reply(shapes.Publication.of(replay.publish(actor=self.person, recording=recording)))

    @operation("Recordings", reply=shapes.Publication, errors=[NotFound, NotAllowed], for_limited_tokens=True)
    def unpublish(self, request: Request, recording_id: str) -> Response:
        """Unpublish a recording: nobody gets a link to it any more."""
        recording = replay.find_led_recording(self.person, recording_id)
        return self.reply(shapes.Publication.of(replay.unpublish(actor=self.person, recording=recording)))


urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<str:session_id>/replay", ReplayViewSet.as_view({"get": "read", "patch": "change"})),
    path("recordings/<str:recording_id>/publish", PublishingViewSet.as_view({"post": "publish"})),
    path("recordings/<str:recording_id>/unpublish", PublishingViewSet.as_view({"post": "unpublish"})),
]
