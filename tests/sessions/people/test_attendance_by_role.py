"""Attendance of who has a role, of rehearsals and lobbies, and what it costs to take."""

import threading

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from realtime.models import OutboxEvent
from sessions import lifecycle
from sessions.models import Attendance, Presence, Session, SessionRole, Stay
from sessions.people import attendance
from sessions.people.presence import mark_livekit
from sessions.rights.capabilities import Role
from tests.sessions.people.coming import START, arrive, at, depart, end, join, leave, row, stays, summary, told


def test_a_role_says_when_its_holder_left_and_nothing_while_they_are_there(on_air, sockets, host, guest, member, clock):
    def left():
        return {role.user: role.left_at and (role.left_at - START).total_seconds() for role in on_air.roles.all()}

    for user in (guest, member):
        SessionRole.objects.create(session=on_air, user=user, role="speaker", assigned_by=host, joined_at=START)
        join(on_air, user, role="speaker")
    assert left() == {guest: None, member: None}
    clock(20)
    leave(on_air, guest)
    assert left() == {guest: 20, member: None}
    clock(30)
    join(on_air, guest, role="speaker")
    assert left() == {guest: None, member: None}
    arrive(sockets, on_air, member)
    clock(35)
    depart(sockets, on_air, member)
    clock(60)
    attendance.take_attendance(on_air.pk)  # silent for longer than a reload takes
    assert left()[member] == 35
    clock(70)
    arrive(sockets, on_air, guest)
    end(on_air)
    assert left() == {guest: 70, member: 35}


def test_who_has_a_role_but_never_came_has_not_left(on_air, host, guest, clock):
    role = SessionRole.objects.create(session=on_air, user=guest, role="speaker", assigned_by=host)
    join(on_air, guest)
    end(on_air)
    role.refresh_from_db()
    assert (role.joined_at, role.left_at) == (None, None)


def test_a_rehearsal_leaves_no_attendance(session, sockets, host, clock):
    with transaction.atomic():
        lifecycle.open_backstage(lifecycle.lock_session(session.pk))
    join(session, host, role="host")
    arrive(sockets, session, host)
    attendance.take_attendance(session.pk)
    assert summary(host) == (0, 0, None)
    clock(100)
    end(session)
    assert (Attendance.objects.count(), Stay.objects.count(), told()) == (0, 0, [])


def test_stays_of_people_backstage_begin_when_it_goes_live(session, sockets, host, member, clock):
    clock(-600)
    join(session, host, role="host")
    join(session, member)
    arrive(sockets, session, host)
    clock(-300)
    depart(sockets, session, host)
    clock(0)
    arrive(sockets, session, host)
    with transaction.atomic():
        lifecycle.go_live(lifecycle.lock_session(session.pk))
    clock(60)
    end(session)
    assert summary(host) == (1, 60, 60)
    assert row(host).joined_at == START
    assert summary(member) == (0, 0, None)  # had gone long before


def test_people_who_wait_in_the_lobby_have_no_row(on_air, sockets, guest):
    arrive(sockets, on_air, guest)
    attendance.take_attendance(on_air.pk)
    assert Attendance.objects.count() == 0


def test_who_ever_came_as_audience_is_an_attendee(on_air, guest):
    join(on_air, guest, role="host")
    assert not row(guest).is_attendee
    join(on_air, guest)
    join(on_air, guest, role="host")
    assert row(guest).is_attendee


def test_what_is_told_is_the_active_viewer(on_air, guest, host):
    SessionRole.objects.create(session=on_air, user=guest, role="speaker", assigned_by=host)
    join(on_air, guest, role="speaker")
    event = OutboxEvent.objects.get()
    assert (event.topic, event.type) == (f"session:{on_air.pk}:people", "presence.joined")
    assert event.data == {
        "id": str(row(guest).pk),
        "user_id": str(guest.pk),
        "username": "Grace",
        "joined_at": "2026-05-04T09:30:00.000000Z",
        "role": "speaker",
    }


def test_in_a_crowd_nobody_is_told_of_each_other(on_air, guest, stranger, monkeypatch):
    monkeypatch.setattr(attendance, "TOLD_UP_TO", 2)
    join(on_air, guest)
    join(on_air, stranger)
    assert told() == [("presence.joined", "Grace")]


def test_roles_of_people(on_air, host, member, guest, stranger):
    SessionRole.objects.create(session=on_air, user=guest, role="moderator", assigned_by=host)
    roles = attendance.roles_in(on_air, [person.pk for person in (host, member, guest, stranger)])
    assert roles == {host.pk: "host", member.pk: "audience", guest.pk: "moderator", stranger.pk: "audience"}


@pytest.mark.parametrize("people", [3, 30])
def test_taking_attendance_costs_the_same_for_any_number(on_air, sockets, clock, people):
    guests = [User.objects.create_user(username=f"g{n}", is_guest=True) for n in range(people)]
    for guest in guests:
        join(on_air, guest)
    clock(100)
    with CaptureQueriesContext(connection) as queries:
        attendance.take_attendance(on_air.pk)
    assert Stay.objects.count() == people
    assert len(queries) <= 15


def test_nothing_is_written_when_nobody_came_or_went(on_air, sockets, guest, django_assert_num_queries):
    join(on_air, guest)
    arrive(sockets, on_air, guest)
    with django_assert_num_queries(2):
        attendance.take_attendance(on_air.pk)


@pytest.mark.django_db(transaction=True)
def test_processes_that_look_at_the_same_moment_count_once(on_air, guest, clock):
    join(on_air, guest)
    clock(30)
    mark_livekit(on_air, {guest.pk: Role.AUDIENCE})
    ready = threading.Barrier(6)
    failures = []

    def look():
        try:
            ready.wait()
            attendance.take_attendance(on_air.pk)
        except Exception as failure:  # noqa: BLE001 — told by the test's own thread
            failures.append(failure)
        finally:
            connections.close_all()

    def all_look():
        threads = [threading.Thread(target=look) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    clock(200)
    all_look()
    assert summary(guest) == (1, 30, 30)
    Presence.objects.update_or_create(session=on_air, user=guest, source="socket:x", defaults={"seen_at": at(200)})
    all_look()
    assert (failures, row(guest).join_count, row(guest).present_since) == ([], 2, at(200))
    assert stays(guest) == [(0, 30)]


@pytest.mark.django_db(transaction=True)
def test_a_look_that_comes_after_the_end_changes_nothing(on_air, guest, clock):
    join(on_air, guest)
    clock(50)
    end(on_air)
    Presence.objects.create(session=on_air, user=guest, source="socket:late", seen_at=at(50))
    attendance.take_attendance(on_air.pk)
    assert summary(guest) == (1, 50, 50)
    assert Session.objects.get(pk=on_air.pk).status == "ended"
