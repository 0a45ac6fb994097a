"""What reports publish, in replies and exports."""

from typing import Self
from uuid import UUID

from pydantic import Field

from accounts.shapes import EmailAddress
from core.published import Moment, Published
from reports import queries


class Attendance(Published, name="AttendanceResponse"):
    """One person's attendance of one session, whatever the number of tabs and visits."""

    id: UUID
    session_id: UUID
    user_id: UUID
    username: str
    email: EmailAddress | None = Field(description="For the room's host and colleagues; else null.")
    is_guest: bool
    joined_at: Moment = Field(description="The first time while it was live.")
    left_at: Moment | None = Field(description="Null while they are there.")
    last_seen_at: Moment
    watch_duration: int = Field(description="Seconds, of all visits.")
    join_count: int

    @classmethod
    def of(cls, attendee: queries.Attendee) -> Self:
        row = attendee.row
        return cls(
            id=row.pk,
            session_id=row.session_id,
            user_id=row.user_id,
            username=row.user.username,
            email=attendee.email,
            is_guest=row.user.is_guest,
            joined_at=row.joined_at,
            left_at=attendee.left_at,
            last_seen_at=attendee.last_seen_at,
            watch_duration=attendee.watch_duration,
            join_count=row.join_count,
        )


class Attendances(Published, name="AttendanceListResponse"):
    """One page of the people who attended, first come first."""

    attendance: list[Attendance]
    total: int
    currently_watching: int
    page: int
    limit: int


class TimelineMoment(Published):
    """The peak number of viewers from this moment to the next."""

    at: Moment
    viewers: int


class Statistics(Published, name="AttendanceStatsResponse"):
    """The figures of one session; the crew does not count."""

    total_attendees: int
    currently_watching: int
    peak_viewers: int = Field(description="The peak: the most at the same time.")
    average_watch_duration: int = Field(description="Seconds.")
    timeline: list[TimelineMoment] = Field(description="From the start to the end, in equal steps; at most 120.")

    @classmethod
    def of(cls, counted: queries.Statistics) -> Self:
        return cls(
            total_attendees=counted.total_attendees,
            currently_watching=counted.currently_watching,
            peak_viewers=counted.peak_viewers,
            average_watch_duration=counted.average_watch_duration,
            timeline=[TimelineMoment(at=moment.at, viewers=moment.viewers) for moment in counted.timeline],
        )
