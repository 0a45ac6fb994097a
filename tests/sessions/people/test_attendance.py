"""One row a person and session, exact to the sign of life: time is frozen and moved by hand."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from realtime.models import OutboxEvent
from sessions import lifecycle
from sessions.models import Attendance, Presence, Session, SessionRole, Stay
from sessions.people import attendance
from sessions.people.presence import SocketPresence, mark_heartbeat, mark_livekit
from sessions.rights.capabilities import Role

START = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


@pytest.fixture
def clock(time_machine):
    """``clock(12)``: it is 12 seconds after the session went live. Intervals that processes wait for go by as well."""
    time_machine.move_to(START, tick=False)
    return lambda seconds: time_machine.move_to(at(seconds), tick=False)


def at(seconds):
    return START + timedelta(seconds=seconds)


@pytest.fixture
def on_air(session, clock):
    """Live since START, nobody there."""
    with transaction.atomic():
        lifecycle.go_live(lifecycle.lock_session(session.pk))
    session.refresh_from_db()
    OutboxEvent.objects.all().delete()
    return session


@pytest.fixture
def sockets():
    return SocketPresence()


def join(session, user, *, role="audience"):
    with transaction.atomic():
        return attendance.came(lifecycle.lock_session(session.pk), user, role=role)


def leave(session, user):
    with transaction.atomic():
        return attendance.left(lifecycle.lock_session(session.pk), user.pk)


def end(session):
    with transaction.atomic():
        lifecycle.end(lifecycle.lock_session(session.pk))


def arrive(sockets, session, user):
    sockets.arrived(session.pk, user.pk, role="audience")
    sockets.flush()


def depart(sockets, session, user):
    sockets.left(session.pk, user.pk)
    sockets.flush()


def row(user):
    return Attendance.objects.get(user=user)


def summary(user):
    """(joins, seconds watched, when they left as seconds from the start)."""
    found = row(user)
    gone = None if found.left_at is None else (found.left_at - START) / timedelta(seconds=1)
    return found.join_count, found.watch_duration, gone


def stays(user):
    times = Stay.objects.filter(attendance__user=user).values_list("began_at", "ended_at")
    return [tuple((moment - START) / timedelta(seconds=1) for moment in pair) for pair in times]


def told():
    events = OutboxEvent.objects.filter(type__startswith="presence.").order_by("pk")
    return [(event.type, event.data["username"]) for event in events]


def test_one_stay_from_joining_to_the_last_socket(on_air, sockets, guest, clock):
    clock(10)
    join(on_air, guest)
    clock(12)
    arrive(sockets, on_air, guest)
    clock(40)
    depart(sockets, on_air, guest)
    clock(60)
    attendance.take_attendance(on_air.pk)
    assert summary(guest) == (1, 30, 40)
    assert stays(guest) == [(10, 40)]
    assert (row(guest).joined_at, row(guest).last_seen_at) == (at(10), at(40))


def test_two_tabs_count_once(on_air, sockets, guest, clock):
    join(on_air, guest)
    arrive(sockets, on_air, guest)
    arrive(sockets, on_air, guest)
    clock(30)
    depart(sockets, on_air, guest)
    clock(100)
    sockets._written.clear()  # the second tab's sign of life is renewed in time
    arrive(sockets, on_air, guest)
    depart(sockets, on_air, guest)
    attendance.take_attendance(on_air.pk)
    assert row(guest).present_since == START
    depart(sockets, on_air, guest)
    clock(130)
    attendance.take_attendance(on_air.pk)
    assert summary(guest) == (1, 100, 100)


def test_a_socket_and_livekit_together_are_one_stay(on_air, sockets, guest, clock):
    join(on_air, guest)
    arrive(sockets, on_air, guest)
    clock(5)
    mark_livekit(on_air, {guest.pk: Role.AUDIENCE})
    clock(30)
    depart(sockets, on_air, guest)
    for second in range(35, 100, 10):
        clock(second)
        mark_livekit(on_air, {guest.pk: Role.AUDIENCE})
    clock(100)
    mark_livekit(on_air, {})
    clock(120)
    attendance.take_attendance(on_air.pk)
    assert summary(guest) == (1, 100, 100)


def test_a_client_of_livekit_alone_is_counted(on_air, guest, clock):
    join(on_air, guest)
    clock(3)
    mark_livekit(on_air, {guest.pk: Role.AUDIENCE})
    clock(9)
    mark_livekit(on_air, {})
    clock(30)
    mark_livekit(on_air, {})
    assert summary(guest) == (1, 9, 9)


def test_two_processes_see_one_person(on_air, guest, clock):
    here, there = SocketPresence(), SocketPresence()
    join(on_air, guest)
    arrive(here, on_air, guest)
    arrive(there, on_air, guest)
    clock(30)
    depart(here, on_air, guest)
    clock(50)
    attendance.take_attendance(on_air.pk)
    assert row(guest).present_since == START
    depart(there, on_air, guest)
    clock(80)
    attendance.take_attendance(on_air.pk)
    assert summary(guest) == (1, 50, 50)


def test_a_crash_ends_the_stay_at_the_last_sign_of_life(on_air, sockets, guest, clock):
    join(on_air, guest)
    clock(20)
    arrive(sockets, on_air, guest)  # and the process dies
    clock(80)
    attendance.take_attendance(on_air.pk)
    assert row(guest).present_since == START
    clock(81)
    attendance.take_attendance(on_air.pk)
    assert summary(guest) == (1, 20, 20)


def test_a_stay_that_a_dead_process_left_open_is_ended_before_its_last_sign_of_life_is_forgotten(on_air, guest, clock):
    join(on_air, guest)
    clock(20)
    arrive(SocketPresence(), on_air, guest)
    clock(7200)
    SocketPresence().flush()
    assert Presence.objects.count() == 0
    assert summary(guest) == (1, 20, 20)


def test_a_reload_is_no_second_join(on_air, sockets, guest, clock):
    join(on_air, guest)
    arrive(sockets, on_air, guest)
    clock(30)
    depart(sockets, on_air, guest)
    clock(44)
    attendance.take_attendance(on_air.pk)
    join(on_air, guest)
    arrive(sockets, on_air, guest)
    assert told() == [("presence.joined", "Grace")]
    clock(60)
    depart(sockets, on_air, guest)
    clock(75)
    attendance.take_attendance(on_air.pk)
    assert summary(guest) == (1, 60, 60)


def test_coming_back_later_adds_to_duration_and_joins(on_air, sockets, guest, clock):
    join(on_air, guest)
    arrive(sockets, on_air, guest)
    clock(30)
    depart(sockets, on_air, guest)
    clock(100)
    join(on_air, guest)  # nobody looked in between
    arrive(sockets, on_air, guest)
    assert summary(guest) == (2, 30, None)
    clock(110)
    depart(sockets, on_air, guest)
    clock(200)
    attendance.take_attendance(on_air.pk)
    assert summary(guest) == (2, 40, 110)
    assert stays(guest) == [(0, 30), (100, 110)]
    assert row(guest).joined_at == START


def test_a_socket_that_comes_back_without_joining_again_begins_a_new_stay(on_air, sockets, guest, clock):
    join(on_air, guest)
    clock(90)
    attendance.take_attendance(on_air.pk)
    assert summary(guest) == (1, 0, 0)
    clock(100)
    arrive(sockets, on_air, guest)
    clock(110)
    depart(sockets, on_air, guest)
    clock(130)
    attendance.take_attendance(on_air.pk)
    assert summary(guest) == (2, 10, 110)


def test_a_heartbeat_over_http_is_a_sign_of_life(on_air, guest, clock):
    join(on_air, guest)
    for second in (25, 50, 75, 100):
        clock(second)
        mark_heartbeat(on_air, guest.pk, role="audience")
    clock(300)
    attendance.take_attendance(on_air.pk)
    assert summary(guest) == (1, 100, 100)


def test_leaving_ends_the_stay_at_once_and_coming_back_is_another_join(on_air, guest, clock):
    join(on_air, guest)
    clock(10)
    assert leave(on_air, guest)
    assert summary(guest) == (1, 10, 10)
    assert not leave(on_air, guest)
    clock(12)
    join(on_air, guest)
    clock(15)
    leave(on_air, guest)
    assert summary(guest) == (2, 13, 15)
    assert told() == [("presence.joined", "Grace"), ("presence.left", "Grace")] * 2


def test_the_end_ends_every_stay_of_those_gone_at_their_last_sign_of_life(
    on_air, sockets, guest, stranger, member, clock
):
    for person in (guest, stranger, member):
        join(on_air, person)
    clock(20)
    arrive(sockets, on_air, guest)
    arrive(SocketPresence(), on_air, stranger)
    arrive(sockets, on_air, member)
    clock(60)
    sockets._written = dict.fromkeys(sockets._written, 0.0)
    sockets.flush()
    clock(90)
    depart(sockets, on_air, member)
    clock(100)
    end(on_air)
    assert summary(guest) == (1, 100, 100)
    assert summary(member) == (1, 90, 90)
    assert summary(stranger) == (1, 20, 20)
    clock(500)
    arrive(sockets, on_air, guest)
    attendance.take_attendance(on_air.pk)
    assert summary(guest) == (1, 100, 100)


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
    join(on_air, guest)
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
    with django_assert_num_queries(3):
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
