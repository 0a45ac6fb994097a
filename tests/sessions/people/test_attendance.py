"""One row a person and session, exact to the sign of life: time is frozen and moved by hand."""

from sessions.models import Presence
from sessions.people import attendance
from sessions.people.heartbeats import mark_heartbeat
from sessions.people.presence import SocketPresence, mark_livekit, write_signs
from sessions.rights.capabilities import Role
from tests.sessions.people.coming import START, arrive, at, depart, end, join, leave, row, stays, summary, told


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


def test_of_a_crowd_those_who_come_begin_their_stays_and_nobody_else_is_looked_at(
    on_air, guest, stranger, member, clock
):
    for user in (guest, stranger, member):
        join(on_air, user)
        leave(on_air, user)
    clock(10)
    write_signs([(on_air.pk, user.pk, Role.AUDIENCE) for user in (guest, stranger)], "a socket")
    attendance.take_arrivals(on_air.pk, [guest.pk, member.pk])
    assert [row(user).present_since for user in (guest, stranger, member)] == [at(10), None, None]
    attendance.take_arrivals(on_air.pk, [guest.pk])
    assert row(guest).join_count == 2
    attendance.take_attendance(on_air.pk)
    assert row(stranger).present_since == at(10)


def test_who_comes_where_others_are_silent_ends_nobodys_stay_before_the_next_look(
    on_air, sockets, guest, member, clock
):
    join(on_air, guest)
    clock(120)
    join(on_air, member)
    sockets._next_count = float("inf")
    arrive(sockets, on_air, member)
    assert row(guest).present_since == START
    sockets._next_count = 0
    sockets.flush()
    assert (row(guest).present_since, row(member).present_since) == (None, at(120))
