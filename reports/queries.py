"""Figures about a session: who came, for how long, and how many were there at each moment.

Attendees are people who were there while it was live. The crew does not count, nor does anybody who was only in the
lobby or the rehearsal.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.person import Person
from accounts.privacy import address_for
from sessions.models import Attendance, Presence, Session, Stay
from sessions.rights.capabilities import Capabilities

#: The most points of a timeline, and the possible lengths of its steps in seconds.
_POINTS = 120
_STEPS = (10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person's attendance up to now. ``watch_duration`` in seconds, including the stay that is still open."""

    row: Attendance
    email: str | None
    left_at: datetime | None
    last_seen_at: datetime
    watch_duration: int

    @classmethod
    def of(cls, row: Attendance, now: datetime, *, email: str | None) -> "Attendee":
        """``row`` is one of :func:`attendees`."""
        last_sign = row.last_sign  # type: ignore[attr-defined]
        return cls(
            row=row,
            email=email,
            left_at=row.left_at,
            last_seen_at=max(row.last_seen_at, last_sign) if last_sign else row.last_seen_at,
            watch_duration=_watched(row.watch_duration, row.present_since, now),
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """The peak number of viewers in the step of the timeline that begins ``at``."""

    at: datetime
    viewers: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of one session; durations in whole seconds."""

    total_attendees: int
    currently_watching: int
    peak_viewers: int
    average_watch_duration: int
    timeline: list[Moment]


def attendees(session: Session) -> QuerySet[Attendance]:
    """All attendees in order of arrival; rows for :meth:`Attendee.of`."""
    signs = Presence.objects.filter(session=OuterRef("session"), user=OuterRef("user")).order_by("-seen_at")
    last_sign = Subquery(signs.values("seen_at")[:1])
    return _attended(session).select_related("user").annotate(last_sign=last_sign).order_by("joined_at", "id")


def page_of_attendees(session: Session, start: int, end: int) -> list[Attendance]:
    """Those of :func:`attendees` from ``start`` up to ``end``; two queries.

    Which they are comes from the index alone, however far down the list; only their own rows are read.
    """
    in_order = _attended(session).order_by("joined_at", "id").values_list("pk", flat=True)
    keys = list(in_order[start:end])
    rows = attendees(session).order_by().in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def currently_watching(session: Session) -> int:
    """How many attendees are there now."""
    return _attended(session).filter(present_since__isnull=False).count()


def attendance_of(rows: Iterable[Attendance], caller: Person, allowed: Capabilities) -> Iterator[Attendee]:
    """Yield an :class:`Attendee` for each row; e-mail addresses only for the room's host and colleagues."""
    now = timezone.now()
    for row in rows:
        yield Attendee.of(row, now, email=address_for(caller, row.user, as_host=allowed.may_see_people_details))


def statistics(session: Session) -> Statistics:
    """Compute all figures from the stays: two queries, whatever the number of people."""
    now = timezone.now()
    rows = list(_attended(session).values_list("watch_duration", "present_since"))
    watched = [_watched(seconds, since, now) for seconds, since in rows]
    stays = Stay.objects.filter(attendance__in=_attended(session).order_by()).order_by("began_at")
    intervals = list(stays.values_list("began_at", "ended_at"))
    here = [since for _seconds, since in rows if since is not None]
    still = now + timedelta(days=1)  # whoever is still there has not left at the last moment of the timeline
    timeline = timeline_of(session, [*intervals, *((since, still) for since in here)], now)
    return Statistics(
        total_attendees=len(rows),
        currently_watching=len(here),
        peak_viewers=max((moment.viewers for moment in timeline), default=0),
        average_watch_duration=round(sum(watched) / len(watched)) if watched else 0,
        timeline=timeline,
    )


def timeline_of(session: Session, intervals: Sequence[Interval], now: datetime) -> list[Moment]:
    """The viewers of each step from the start to the end, or until now; empty before the session was live."""
    if session.started_at is None:
        return []
    until = max(session.ended_at or now, session.started_at)
    length = (until - session.started_at).total_seconds()
    seconds = next((step for step in _STEPS if length / step < _POINTS), int(length // (_POINTS - 1)) + 1)
    # At the same moment ends count before beginnings, so that one person replacing another makes no peak of two.
    changes = [(end, -1) for began, end in intervals if end > began]
    changes = sorted(changes + [(began, 1) for began, end in intervals if end > began])
    timeline: list[Moment] = []
    present, place = 0, 0
    at = session.started_at
    while at <= until:
        following = at + timedelta(seconds=seconds)
        while place < len(changes) and changes[place][0] <= at:
            present += changes[place][1]
            place += 1
        most = present
        while place < len(changes) and changes[place][0] < following:
            present += changes[place][1]
            most = max(most, present)
            place += 1
        timeline.append(Moment(at, most))
        at = following
    return timeline


def _attended(session: Session) -> QuerySet[Attendance]:
    return session.attendances.filter(is_attendee=True, join_count__gt=0)


def _watched(seconds: int, since: datetime | None, now: datetime) -> int:
    return seconds if since is None else seconds + max(0, int((now - since).total_seconds()))
