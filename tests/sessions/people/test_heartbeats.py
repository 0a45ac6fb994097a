"""Signs of life over HTTP."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from sessions.models import Ban, Presence
from sessions.people import attendance
from sessions.people.heartbeats import Heartbeats, heartbeats, mark_heartbeat
from sessions.people.presence import _sources
from sessions.rights.capabilities import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def signs():
    return Heartbeats()


def note(signs, session, *users):
    for user in users:
        signs.note(session.pk, user.pk, role=Role.AUDIENCE)


def test_but_for_the_rows_themselves_their_number_costs_nothing(signs, live_session):
    def cost(number):
        note(signs, live_session, *User.objects.bulk_create(User(username="P", is_guest=True) for _ in range(number)))
        with CaptureQueriesContext(connection) as queries:
            signs.flush()
        asked = [query["sql"] for query in queries]
        return [sql.split(" SET ")[0][:60] for sql in asked if not sql.startswith(("INSERT", "SAVEPOINT", "RELEASE"))]

    assert cost(2) == cost(150)
    assert Presence.objects.filter(source="heartbeat", role="audience").count() == 152


def test_those_who_are_there_already_cost_one_statement(signs, live_session, guest, member, time_machine):
    note(signs, live_session, guest, member)
    signs.flush()
    time_machine.move_to(timezone.now() + timedelta(seconds=25), tick=False)
    note(signs, live_session, guest, member)
    with CaptureQueriesContext(connection) as queries:
        signs.flush()
    assert len(queries) == 1
    assert set(Presence.objects.values_list("seen_at", flat=True)) == {timezone.now()}


def test_nothing_noted_is_nothing_asked(signs, django_assert_num_queries):
    with django_assert_num_queries(0):
        signs.flush()


def test_a_heartbeat_after_leaving_begins_another_stay(signs, live_session, guest):
    attendance.record_join(live_session, guest, role=Role.AUDIENCE)
    note(signs, live_session, guest)
    signs.flush()
    attendance.record_leave(live_session, guest.pk)
    note(signs, live_session, guest)
    signs.flush()
    assert live_session.attendances.get().join_count == 2


def test_who_was_banned_in_between_does_not_come_back(signs, live_session, guest, member, host):
    note(signs, live_session, guest, member)
    Ban.objects.create(session=live_session, user=guest, banned_by=host)
    signs.flush()
    assert [row.user for row in Presence.objects.all()] == [member]


def test_what_could_not_be_written_is_written_the_next_time(signs, live_session, guest, monkeypatch):
    note(signs, live_session, guest)
    with monkeypatch.context() as broken:
        broken.setattr("sessions.people.heartbeats.write_signs", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            signs.flush()
    signs.flush()
    assert Presence.objects.get().user == guest


def test_the_thread_that_writes_presence_writes_them(live_session, guest, monkeypatch):
    monkeypatch.setattr("sessions.people.heartbeats.is_writing", lambda: True)
    heartbeats.clear()
    mark_heartbeat(live_session, guest.pk, role=Role.AUDIENCE)
    assert not Presence.objects.exists()
    assert heartbeats in _sources
    heartbeats.flush()
    assert Presence.objects.get().user == guest
