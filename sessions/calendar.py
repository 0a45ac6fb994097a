"""A session as a calendar entry: iCalendar (RFC 5545), method PUBLISH (RFC 5546), so that no reply is expected."""

from datetime import UTC, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from sessions.models import Session

METHOD = "PUBLISH"
MIME_TYPE = f"text/calendar; method={METHOD}"


def calendar_entry(session: Session, *, url: str, description: str) -> str | None:
    """The session at its scheduled time with the address ``url``; None without a time in the future.

    Times are in UTC; calendars show them in their reader's zone. The same session always has the same UID. The entry is
    marked private, because ``url`` may be personal.
    """
    if session.status != Session.Status.SCHEDULED or session.scheduled_start_time is None:
        return None
    from icalendar import CLASS, Calendar, Event, vCalAddress  # 2 MB that only an entry needs

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
