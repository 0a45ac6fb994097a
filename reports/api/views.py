"""Operations about the attendance of a session."""

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import PAGING, format_of, operation, page_of
from core.errors import NotAllowed, NotFound
from core.totals import total_of
from reports import queries, shapes
from reports.exports import export_attendance
from sessions.api.views import SessionOperations
from sessions.rights.capabilities import require

_LIMIT = 100
_PAGING = (PAGING[0], OpenApiParameter("limit", PAGING[1].type, description="1–100.", default=_LIMIT))


class AttendanceViewSet(SessionOperations):
    """Attendance of a session, for its host and co-hosts."""

    @operation("Attendance", reply=shapes.Attendances, errors=[NotFound, NotAllowed], parameters=_PAGING)
    def index(self, request: Request, session_id: str) -> Response:
        """List the attendees in order of arrival; without the crew."""
        session, allowed = self.find(session_id)
        require(allowed.may_see_attendance)
        page, limit = page_of(request, default_limit=_LIMIT)
        shown = queries.page_of_attendees(session, (page - 1) * limit, page * limit)
        found = shapes.Attendances(
            attendance=[
                shapes.Attendance.of(attendee) for attendee in queries.attendance_of(shown, self.person, allowed)
            ],
            total=total_of(
                queries.attendees(session).order_by().count,
                start=(page - 1) * limit,
                limit=limit,
                shown=len(shown),
                kept_as=("attendance", session.pk),
            ),
            currently_watching=queries.currently_watching(session),
            page=page,
            limit=limit,
        )
        return self.reply(found, secret=True)

    @operation("Attendance", reply=shapes.Statistics, errors=[NotFound, NotAllowed])
    def stats(self, request: Request, session_id: str) -> Response:
        """Get figures about attendees: total, present, peak, average duration, and over time."""
        session, allowed = self.find(session_id)
        require(allowed.may_see_attendance)
        return self.reply(shapes.Statistics.of(queries.statistics(session)))

    @operation("Attendance", exports=True, errors=[NotFound, NotAllowed])
    def export(self, request: Request, session_id: str) -> HttpResponseBase:
        """Download the attendees as CSV, XLSX or JSON."""
        session, allowed = self.find(session_id)
        require(allowed.may_see_attendance)
        response = export_attendance(session, format_of(request), self.person, allowed)
        return self.downloaded(session, "attendance", response)
