"""When the sessions of a series take place, and what clocks do to them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.zones import in_zone
from sessions.models import Session
from sessions.series import first_of_series


@pytest.mark.parametrize(
    ("zone", "naive", "moment", "change"),
    [
        ("Europe/Berlin", "2031-03-30T02:30", "2031-03-30T01:30", "missing"),
        ("Europe/Berlin", "2031-03-30T03:00", "2031-03-30T01:00", None),
        ("Europe/Berlin", "2031-10-26T02:30", "2031-10-26T00:30", "twice"),
        ("Europe/Berlin", "2031-10-26T03:00", "2031-10-26T02:00", None),
        ("Australia/Lord_Howe", "2031-10-05T02:15", "2031-10-04T15:45", "missing"),  # half an hour
        ("Asia/Kolkata", "2031-03-30T02:30", "2031-03-29T21:00", None),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00", "missing"),  # a whole day
    ],
)
def test_a_time_of_day_is_there_once_twice_or_not(zone, naive, moment, change):
    found = in_zone(datetime.fromisoformat(naive), ZoneInfo(zone))
    assert found == (datetime.fromisoformat(moment).replace(tzinfo=UTC), change)


@pytest.mark.parametrize(
    ("planned", "first"),
    [
        ("2030-06-05T10:00", "2030-06-12T10:00"),  # in the future: a week later
        ("2030-05-01T10:00", "2030-06-05T10:00"),  # long ago: the next such day
        (None, "2030-06-08T12:00"),
    ],
)
def test_the_form_begins_with_the_next_such_day(planned, first, monkeypatch):
    now = datetime(2030, 6, 1, 12, 34, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    start = datetime.fromisoformat(planned).replace(tzinfo=UTC) if planned else None
    with timezone.override("UTC"):
        assert first_of_series(Session(scheduled_start_time=start)) == datetime.fromisoformat(first).replace(tzinfo=UTC)
