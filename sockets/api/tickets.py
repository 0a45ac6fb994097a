"""POST /sessions/{id}/realtime/ticket: tickets for the session's events."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.views import operation
from core.errors import NotAllowed, NotFound, TooMany
from sessions.errors import Banned, DoorClosed, SessionEnded
from sessions.queries import find_to_enter
from sessions.rights.capabilities import require_entry
from sockets.shapes import Realtime
from sockets.tickets import issue_realtime


class RealtimeViewSet(ApiViewSet):
    """Tickets of the socket."""

    @operation("Sessions", reply=Realtime, errors=[NotAllowed, Banned, DoorClosed, NotFound, SessionEnded, TooMany])
    def ticket(self, request: Request, session_id: str) -> Response:
        """Get a socket ticket.

        Whoever may join gets one from `scheduled` on; before the session is live the audience gets the lobby topic
        only.
        """
        session, allowed = find_to_enter(self.person, session_id)
        require_entry(session, allowed)
        issued = issue_realtime(person=self.person, session=session, capabilities=allowed)
        return self.reply(Realtime(**issued), secret=True)


urlpatterns = [
    path("sessions/<str:session_id>/realtime/ticket", RealtimeViewSet.as_view({"post": "ticket"}), name="ticket"),
]
