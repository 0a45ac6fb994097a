"""Operations about presence: leave, heartbeat, who is there, and who waits in the lobby."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import PAGING, SuccessResponse, operation, page_of
from core.errors import NotAllowed, NotFound, TooMany
from core.limits import Limiter
from core.totals import total_of
from live.services import leaving
from live.shapes import Heartbeat
from sessions.api.views import SessionOperations
from sessions.errors import Banned, DoorClosed, SessionEnded
from sessions.people import shapes
from sessions.people.attendance import present_people, roles_in
from sessions.people.viewers import waiting_people
from sessions.rights.capabilities import require, require_entry

_LIMIT = 100
_HEARTBEATS = 30  # a minute and person: several tabs
_PAGING = (PAGING[0], OpenApiParameter("limit", PAGING[1].type, description="1–100.", default=_LIMIT))


class PresenceViewSet(SessionOperations):
    """Presence in a session."""

    @operation("Attendance", errors=[NotFound, NotAllowed])
    def leave(self, request: Request, session_id: str) -> Response:
        """Leave: your attendance ends now, and your media connections close."""
        session, allowed = self.find(session_id)
        require(allowed.in_session)
        leaving.leave(actor=self.person, session=session)
        return self.reply({"message": _("You have left the webinar.")}, SuccessResponse)

    @operation(
        "Attendance",
        reply=Heartbeat,
        errors=[NotFound, NotAllowed, Banned, DoorClosed, SessionEnded, TooMany],
    )
    def heartbeat(self, request: Request, session_id: str) -> Response:
        """Report that you are still there; for clients without our socket, which reports it by itself."""
        session, allowed = self.find(session_id)
        require_entry(session, allowed)
        assert self.person.user is not None
        Limiter().check("heartbeat", f"{session.pk}:{self.person.user.pk}", _HEARTBEATS, 60)
        if session.status == session.Status.ENDED:
            raise SessionEnded
        leaving.heartbeat(actor=self.person, session=session)
        return self.reply(Heartbeat(heartbeat=int(settings.SOCKET_HEARTBEAT.total_seconds())))

    @operation("Attendance", reply=shapes.ActiveViewers, errors=[NotFound, NotAllowed], parameters=_PAGING)
    def viewers(self, request: Request, session_id: str) -> Response:
        """List who is there now: for the crew, and for the audience where the preset allows it."""
        session, allowed = self.find(session_id)
        require(allowed.may_see_people)
        page, limit = page_of(request, default_limit=_LIMIT)
        people = present_people(session)
        shown = list(people[(page - 1) * limit : page * limit])
        roles = roles_in(session, [row.user_id for row in shown])
        viewers = [shapes.ActiveViewer.of(row, roles[row.user_id]) for row in shown]
        total = total_of(people.order_by().count, start=(page - 1) * limit, limit=limit, shown=len(shown))
        return self.reply(shapes.ActiveViewers(viewers=viewers, total=total, page=page, limit=limit), secret=True)

    @operation("Attendance", reply=shapes.WaitingPeople, errors=[NotFound, NotAllowed])
    def waiting(self, request: Request, session_id: str) -> Response:
        """List who waits in the lobby before the session is live, in order of arrival: for the crew.

        The first hundred are listed, all are counted.
        """
        session, allowed = self.find(session_id)
        require(allowed.is_crew)
        people, total = waiting_people(session, _LIMIT)
        return self.reply(shapes.WaitingPeople.of(people, total), secret=True)


urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<str:session_id>/leave", PresenceViewSet.as_view({"post": "leave"})),
    path("sessions/<str:session_id>/heartbeat", PresenceViewSet.as_view({"post": "heartbeat"})),
    path("sessions/<str:session_id>/viewers", PresenceViewSet.as_view({"get": "viewers"})),
    path("sessions/<str:session_id>/waiting", PresenceViewSet.as_view({"get": "waiting"})),
]
