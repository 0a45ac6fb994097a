"""Who came is kept as long as the library says, which is for ever unless somebody says otherwise."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from sessions.models import Attendance, Session, Stay
from sessions.people.retention import kept_until
from sessions.tasks import forget_attendance


def ended(session, *, days_ago):
    now = timezone.now()
    Session.objects.filter(pk=session.pk).update(
        status="ended", started_at=now - timedelta(days=days_ago, hours=1), ended_at=now - timedelta(days=days_ago)
    )
    session.refresh_from_db()
    return session


def came(session, *people):
    for person in people:
        row = Attendance.objects.create(session=session, user=person, join_count=1)
        Stay.objects.create(attendance=row, began_at=session.started_at, ended_at=session.ended_at)


def keep_for(session, days):
    library = session.room.library
    library.attendance_retention_days = days
    library.full_clean()
    library.save()


def test_by_default_nothing_is_ever_deleted(session, guest):
    came(ended(session, days_ago=5000), guest)
    assert kept_until(session) is None
    forget_attendance()
    assert (Attendance.objects.count(), Stay.objects.count()) == (1, 1)


def test_what_ended_before_the_librarys_time_is_deleted_with_its_stays_and_nothing_else(
    session, guest, stranger, room, preset, other_tenant
):
    later = Session.objects.create(room=room, preset=preset, title="Later")
    running = Session.objects.create(room=room, preset=preset, title="Still running")
    others = Session.objects.create(room=other_tenant.room, preset=preset, title="Of others")
    for one, days in ((session, 31), (later, 29), (others, 400)):
        came(ended(one, days_ago=days), guest, stranger)
    Session.objects.filter(pk=running.pk).update(status="live", started_at=timezone.now() - timedelta(days=60))
    Attendance.objects.create(session=running, user=guest, join_count=1)
    keep_for(session, 30)
    assert kept_until(session) == session.ended_at + timedelta(days=30)
    forget_attendance()
    left = sorted(Attendance.objects.values_list("session__title", flat=True))
    assert left == ["Later", "Later", "Of others", "Of others", "Still running"]
    assert Stay.objects.count() == 4
    assert User.objects.filter(pk=guest.pk).exists()


def test_more_people_than_one_step_takes_are_all_deleted(session, monkeypatch):
    monkeypatch.setattr("sessions.people.retention._CHUNK", 2)
    people = [User.objects.create_user(username=f"Guest {number}", is_guest=True) for number in range(5)]
    came(ended(session, days_ago=2), *people)
    keep_for(session, 1)
    forget_attendance()
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("days", [0, 36_501])
def test_days_outside_their_limits_are_refused(session, days):
    with pytest.raises(ValidationError):
        keep_for(session, days)


def test_the_database_keeps_attendance_for_a_day_at_least(session):
    library = type(session.room.library).objects.filter(pk=session.room.library_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        library.update(attendance_retention_days=0)
