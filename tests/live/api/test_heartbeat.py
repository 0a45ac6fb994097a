"""POST /sessions/{id}/heartbeat."""

from datetime import timedelta

import pytest

from sessions.models import Attendance, Ban, Presence, SessionRole
from sessions.people import attendance
from sessions.people.viewers import count_viewers, viewer_count
from sessions.rights.capabilities import Role
from tests.conftest import API


def beat(api, user, session):
    return api(user).post(f"{API}/sessions/{session.pk}/heartbeat")


def test_it_is_a_sign_of_life_and_says_when_the_next_is_due(api, live_session, guest):
    reply = beat(api, guest, live_session)
    assert (reply.status_code, reply.json()["data"]) == (200, {"heartbeat": 25})
    assert [(row.user, row.source, row.role) for row in Presence.objects.all()] == [(guest, "heartbeat", "audience")]


def test_the_usual_one_costs_one_write(api, live_session, guest, time_machine):
    beat(api, guest, live_session)
    first = Presence.objects.get().seen_at
    time_machine.move_to(first + timedelta(seconds=25), tick=False)
    beat(api, guest, live_session)
    assert Presence.objects.get().seen_at == first + timedelta(seconds=25)


def test_it_keeps_the_stay_of_somebody_who_joined(api, live_session, guest, time_machine):
    time_machine.move_to(live_session.started_at, tick=False)
    api(guest).post(f"{API}/sessions/{live_session.pk}/join", {})
    for seconds in (25, 50, 75):
        time_machine.move_to(live_session.started_at + timedelta(seconds=seconds), tick=False)
        beat(api, guest, live_session)
    assert Attendance.objects.get().present_since == live_session.started_at


def test_a_speaker_who_waits_backstage_is_neither_viewer_nor_attendee(api, live_session, guest, member, host):
    SessionRole.objects.create(session=live_session, user=guest, role="speaker", assigned_by=host)
    attendance.record_join(live_session, guest, role=Role.SPEAKER)
    attendance.record_join(live_session, member, role=Role.AUDIENCE)
    for user in (guest, member, host):
        beat(api, user, live_session)
    assert dict(Presence.objects.filter(source="heartbeat").values_list("user", "role")) == {
        guest.pk: "speaker",
        member.pk: "audience",
        host.pk: "host",
    }
    assert (count_viewers([live_session.pk])[live_session.pk], viewer_count(live_session)) == (1, 1)
    assert dict(Attendance.objects.values_list("user", "is_attendee")) == {guest.pk: False, member.pk: True}


def test_who_may_not_come_in_is_refused(api, live_session, room, guest, stranger, host):
    assert beat(api, None, live_session).status_code == 401
    Ban.objects.create(session=live_session, user=guest, banned_by=host)
    assert (beat(api, guest, live_session).status_code, beat(api, guest, live_session).json()["code"]) == (
        403,
        "banned",
    )
    room.visibility = "private"
    room.save()
    assert beat(api, stranger, live_session).status_code == 404
    assert Presence.objects.count() == 0


def test_after_the_end_there_is_nothing_to_be_in(api, live_session, guest, host):
    api(host).post(f"{API}/sessions/{live_session.pk}/end", {})
    reply = beat(api, guest, live_session)
    assert (reply.status_code, reply.json()["code"]) == (409, "session_ended")


@pytest.mark.parametrize("times", [31])
def test_there_is_a_limit(api, live_session, guest, times):
    client = api(guest)
    statuses = [client.post(f"{API}/sessions/{live_session.pk}/heartbeat").status_code for _ in range(times)]
    assert statuses == [200] * 30 + [429]
