"""Attendance on the wire (docs/contract.md §2)."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Moment
from reports.queries import Attendee


class AttendanceResponse(serializers.Serializer[Attendee]):
    """One person's attendance of one session, whatever the number of tabs and visits."""

    id = serializers.UUIDField(source="row.pk")
    session_id = serializers.UUIDField(source="row.session_id")
    user_id = serializers.UUIDField(source="row.user_id")
    username = serializers.CharField(source="row.user.username")
    email = serializers.EmailField(allow_null=True, help_text="For the room's host and colleagues; else null.")
    is_guest = serializers.BooleanField(source="row.user.is_guest")
    joined_at = Moment(source="row.joined_at", help_text="For the first time while it was live.")
    left_at = Moment(allow_null=True, help_text="Null while they are there.")
    last_seen_at = Moment()
    watch_duration = serializers.IntegerField(help_text="Seconds, of all visits.")
    join_count = serializers.IntegerField(source="row.join_count")


class AttendanceListResponse(serializers.Serializer[Any]):
    """One page of the people who attended, first come first."""

    attendance = AttendanceResponse(many=True)
    total = serializers.IntegerField()
    currently_watching = serializers.IntegerField()
    page = serializers.IntegerField()
    limit = serializers.IntegerField()


class TimelineMoment(serializers.Serializer[Any]):
    """How many were there at once, at the most, from here to the next."""

    at = Moment()
    viewers = serializers.IntegerField()


class AttendanceStatsResponse(serializers.Serializer[Any]):
    """The numbers of one session; the crew does not count."""

    total_attendees = serializers.IntegerField()
    currently_watching = serializers.IntegerField()
    peak_viewers = serializers.IntegerField(help_text="The most at once.")
    average_watch_duration = serializers.IntegerField(help_text="Seconds.")
    timeline = TimelineMoment(many=True, help_text="From the start to the end, in equal steps; at most 120.")
