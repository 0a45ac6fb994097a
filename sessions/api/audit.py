"""GET /sessions/{id}/audit (+): the actions of the crew, for those who lead the session."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.request import Request
from rest_framework.response import Response

from audit import shapes
from audit.queries import entries_of
from core.api.views import PAGING, operation
from core.errors import NotAllowed, NotFound
from rooms.api.views import page_reply
from sessions.api.views import SessionOperations
from sessions.rights.capabilities import require


class AuditViewSet(SessionOperations):
    """The log of a session."""

    @operation("Moderation", reply=shapes.AuditEntries, errors=[NotFound, NotAllowed], parameters=PAGING)
    def index(self, request: Request, session_id: str) -> Response:
        """List the actions of the crew in a session, the latest first."""
        session, allowed = self.find(session_id)
        require(allowed.leads)
        rows = entries_of(session.pk)
        return page_reply(self, request, "entries", rows, shapes.AuditEntries, each=shapes.AuditEntry.of)


urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<str:session_id>/audit", AuditViewSet.as_view({"get": "index"})),
]
