"""Downloads of reports."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase

from accounts.person import Person
from core.tables import export_response
from reports.queries import attendance_of, attendees
from reports.shapes import Attendance
from sessions.models import Session
from sessions.rights.capabilities import Capabilities

COLUMNS = (
    "username",
    "email",
    "is_guest",
    "joined_at",
    "left_at",
    "last_seen_at",
    "watch_duration",
    "join_count",
    "user_id",
)
#: Above the columns where people read them.
HEADINGS = {
    **{column: f"{column} (UTC)" for column in ("joined_at", "left_at", "last_seen_at")},
    "watch_duration": "watch_duration (seconds)",
}
_BATCH = 2000  # rows read at once


def export_attendance(session: Session, format: str, caller: Person, allowed: Capabilities) -> HttpResponseBase:
    """Export all attendees. Raises Invalid for an unknown format."""
    return export_response(format, f"Attendance {session.title}", COLUMNS, _rows(session, caller, allowed), HEADINGS)


def _rows(session: Session, caller: Person, allowed: Capabilities) -> Iterator[list[Any]]:
    rows = attendees(session).iterator(chunk_size=_BATCH)
    for attendee in attendance_of(rows, caller, allowed):
        yield Attendance.of(attendee).row(COLUMNS)
