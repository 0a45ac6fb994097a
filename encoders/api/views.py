"""Stream keys for encoders (+)."""

from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import operation
from core.errors import NotAllowed, NotFound
from encoders import services, shapes
from sessions.api.views import SessionOperations
from sessions.errors import SessionEnded
from sessions.rights.capabilities import require


class StreamKeyViewSet(SessionOperations):
    """The stream key of a session with an encoder, for its host only."""

    @operation("Sessions", reply=shapes.StreamKey, errors=[NotFound, NotAllowed, SessionEnded])
    def stream_key(self, request: Request, session_id: str) -> Response:
        """Get what to enter in an encoder. 404 `none` for sessions from the browser."""
        session, allowed = self.find(session_id)
        require(allowed.may_see_stream_key)
        setup = services.show_setup(actor=self.person, session=session)
        return self.reply(shapes.StreamKey.of(setup), secret=True)

    @operation("Sessions", reply=shapes.StreamKey, errors=[NotFound, NotAllowed, SessionEnded])
    def rotate(self, request: Request, session_id: str) -> Response:
        """Change the stream key; an encoder that uses the old one is disconnected at once."""
        session, allowed = self.find(session_id)
        require(allowed.may_see_stream_key)
        setup = services.change_key(actor=self.person, session=session)
        return self.reply(shapes.StreamKey.of(setup), secret=True)


urlpatterns: list[URLPattern] = [
    path("sessions/<str:session_id>/stream_key", StreamKeyViewSet.as_view({"get": "stream_key"})),
    path("sessions/<str:session_id>/stream_key/rotate", StreamKeyViewSet.as_view({"post": "rotate"})),
]
