"""The list of all sessions of a host: search, filters, order; and the figures over them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum, TextChoices, Value
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.rows import containing
from sessions.models import Attendance, Session, SessionQuerySet

LONGEST_SEARCH = 255
#: What the figures about people and time on air look back at.
RECENTLY = timedelta(days=30)


class Order(TextChoices):
    """Of a list of sessions. The date is when it began, else when it is planned, else when it was made."""

    NEWEST = "-date", _("Latest date first")
    OLDEST = "date", _("Earliest date first")
    TITLE = "title", _("Title")


def matching(
    sessions: SessionQuerySet, *, q: str = "", status: str = "", room: UUID | None = None, sort: str = Order.NEWEST
) -> SessionQuerySet:
    """Those of ``sessions`` whose title has ``q`` in it, whatever its case, of one status and room, in this order."""
    if q:
        sessions = sessions.filter(containing("title", q))
    if status:
        sessions = sessions.filter(status=status)
    if room is not None:
        sessions = sessions.filter(room=room)
    if sort == Order.TITLE:
        return sessions.order_by(Lower("title"), "pk")
    date = Coalesce("started_at", "scheduled_start_time", "created_at")
    return sessions.order_by(
        date.asc() if sort == Order.OLDEST else date.desc(), "pk" if sort == Order.OLDEST else "-pk"
    )


def figures(sessions: SessionQuerySet) -> dict[str, int]:
    """How many of ``sessions`` there are: in all, live, scheduled, ended; expired ones count only in the total. And of
    those of the last 30 days: how many different people came, and the seconds on air. Two queries.
    """
    now = timezone.now()
    ids: Any = sessions.order_by().values("pk")
    length = ExpressionWrapper(Coalesce(F("ended_at"), Value(now)) - F("started_at"), output_field=DurationField())
    found = Session.objects.filter(pk__in=ids).aggregate(
        total_sessions=Count("pk"),
        live_now=Count("pk", filter=Q(status=Session.Status.LIVE)),
        scheduled=Count("pk", filter=Q(status=Session.Status.SCHEDULED)),
        ended=Count("pk", filter=Q(status=Session.Status.ENDED)),
        on_air=Sum(length, filter=Q(started_at__gte=now - RECENTLY)),
    )
    on_air: timedelta | None = found.pop("on_air")
    came = Attendance.objects.filter(session__in=ids, is_attendee=True, join_count__gt=0, joined_at__gte=now - RECENTLY)
    return found | {
        "people_reached_30_days": came.aggregate(people=Count("user", distinct=True))["people"],
        "seconds_on_air_30_days": int(on_air.total_seconds()) if on_air else 0,
    }
