"""Deletes attendance at the end of the library's retention; a library without one keeps it for ever."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from organizations.models import Library
from sessions.models import Attendance, Session

_CHUNK = 500


def kept_until(session: Session) -> datetime | None:
    """When the attendance of an ended session is deleted; None: never, or not yet known."""
    days = session.room.library.attendance_retention_days
    return None if days is None or session.ended_at is None else session.ended_at + timedelta(days=days)


def forget_attendance() -> int:
    """Delete attendance and stays of sessions that ended too long ago; returns of how many people."""
    forgotten = 0
    for library in Library.objects.filter(attendance_retention_days__isnull=False):
        days = library.attendance_retention_days
        assert days is not None
        before = timezone.now() - timedelta(days=days)
        rows = Attendance.objects.filter(
            session__room__library=library, session__status=Session.Status.ENDED, session__ended_at__lt=before
        )
        while chunk := list(rows.order_by().values_list("pk", flat=True)[:_CHUNK]):
            with transaction.atomic():
                Attendance.objects.filter(pk__in=chunk).delete()
            forgotten += len(chunk)
    return forgotten
