"""Reports on the health of a session's stream."""

from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import operation
from core.errors import NotAllowed, NotFound
from encoders.health import stream_health
from encoders.shapes import StreamHealth
from sessions.api.views import SessionOperations
from sessions.rights.capabilities import require


class StreamHealthViewSet(SessionOperations):
    """For host and co-hosts."""

    @operation("Sessions", reply=StreamHealth, errors=[NotFound, NotAllowed])
    def stream_health(self, request: Request, session_id: str) -> Response:
        """See the health of the stream: what arrives, what is passed on, and warnings."""
        session, allowed = self.find(session_id)
        require(allowed.leads)
        return self.reply(stream_health(session))


urlpatterns: list[URLPattern] = [
    path("sessions/<str:session_id>/stream_health", StreamHealthViewSet.as_view({"get": "stream_health"})),
]
