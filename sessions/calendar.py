"""A session as an entry for calendars: iCalendar (RFC 5545), published (RFC 5546), without a reply being wanted."""

from datetime import UTC, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import CLASS, Calendar, Event, vCalAddress

from sessions.models import Session

METHOD = "PUBLISH"
MIME_TYPE = f"text/calendar; method={METHOD}"


def calendar_entry(session: Session, *, url: str, description: str) -> str | None:
    """The session at its scheduled time with the address ``url``; None without a time to come.

    Times are in UTC, which calendars show in their reader's zone. The same session is the same entry each time. It is
    private: ``url`` may be one person's own.
    """
    if session.status != Session.Status.SCHEDULED or session.scheduled_start_time is None:
        return None
    start = session.scheduled_start_time.astimezone(UTC)
    host = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    host.params["CN"] = session.room.host.username
    entry = Event.new(
        uid=f"{session.pk}@{urlsplit(settings.BASE_URL).hostname}",
        stamp=timezone.now().astimezone(UTC),
        start=start,
        end=start + timedelta(minutes=session.planned_duration),
        summary=" ".join(session.title.split()),
        description=description,
        location=url,
        url=url,
        organizer=host,
        classification=CLASS.PRIVATE,
    )
    calendar = Calendar.new(prodid="-//Webinar//Webinar//EN", method=METHOD, subcomponents=[entry])
    return calendar.to_ical().decode()
