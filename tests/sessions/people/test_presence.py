from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from sessions.models import Presence, Session
from sessions.people import presence
from sessions.people.presence import mark_livekit, publish_count
from sessions.people.viewers import count_viewers
from sessions.rights.capabilities import Role


@pytest.fixture
def counts(monkeypatch):
    """Every presence.count that is told: (topic, viewer_count)."""
    told = []
    monkeypatch.setattr(presence, "emit", lambda event: told.append((event.topic_name, event.data.viewer_count)))
    return told


def present(session):
    rows = Presence.objects.filter(session=session).order_by("user__username", "source")
    return [(row.user.username, row.source.split(":")[0], row.role) for row in rows]


def test_a_person_is_present_from_the_first_socket_to_the_last(sockets, session, guest):
    for _ in range(2):
        sockets.arrived(session.pk, guest.pk, role="audience")
    sockets.flush()
    assert present(session) == [("Grace", "socket", "audience")]
    sockets.left(session.pk, guest.pk)
    sockets.flush()
    assert present(session) == [("Grace", "socket", "audience")]
    sockets.left(session.pk, guest.pk)
    sockets.flush()
    assert present(session) == []


def test_nothing_is_written_before_the_flush_and_a_reload_in_between_writes_one_row(
    sockets, session, guest, django_assert_num_queries
):
    with django_assert_num_queries(0):
        sockets.arrived(session.pk, guest.pk, role="audience")
        sockets.left(session.pk, guest.pk)
        sockets.arrived(session.pk, guest.pk, role="audience")
    sockets.flush()
    assert present(session) == [("Grace", "socket", "audience")]


def test_a_flush_costs_the_same_for_one_and_for_many(sockets, session, guest):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(people):
        for user in people:
            sockets.arrived(session.pk, user.pk, role="audience")
        with CaptureQueriesContext(connection) as queries:
            sockets.flush()
        return len([query for query in queries if "presence" in query["sql"]])

    sockets.flush()  # the regular sweep is behind us
    first = cost([guest])
    assert cost([User.objects.create_user(username=f"g{n}", is_guest=True) for n in range(20)]) == first


def test_an_open_socket_stays_present_and_is_written_no_more_often_than_needed(sockets, session, guest, monkeypatch):
    sockets.arrived(session.pk, guest.pk, role="audience")
    sockets.flush()
    first = Presence.objects.get().seen_at
    sockets.flush()
    assert Presence.objects.get().seen_at == first
    now = presence.time.monotonic()
    monkeypatch.setattr(presence.time, "monotonic", lambda: now + 21)
    sockets.flush()
    assert Presence.objects.get().seen_at > first


def test_the_viewer_count_is_of_distinct_people_of_the_audience(sockets, session, guest, host, stranger):
    sockets.arrived(session.pk, guest.pk, role="audience")
    sockets.arrived(session.pk, host.pk, role="host")
    sockets.flush()
    mark_livekit(session, {guest.pk: Role.AUDIENCE, stranger.pk: Role.AUDIENCE, host.pk: Role.HOST})
    assert count_viewers([session.pk])[session.pk] == 2
    assert present(session) == [
        ("Grace", "livekit", "audience"),
        ("Grace", "socket", "audience"),
        ("acme owner", "livekit", "host"),
        ("acme owner", "socket", "host"),
        ("globex owner", "livekit", "audience"),
    ]


def test_livekit_people_who_left_are_gone_and_sockets_are_not_touched(sockets, session, guest, stranger):
    sockets.arrived(session.pk, guest.pk, role="audience")
    sockets.flush()
    mark_livekit(session, {guest.pk: Role.AUDIENCE, stranger.pk: Role.AUDIENCE})
    mark_livekit(session, {})
    assert present(session) == [("Grace", "socket", "audience")]


def test_other_sessions_are_not_counted(session, room, preset, guest, stranger):
    other = Session.objects.create(room=room, preset=preset, title="Other")
    mark_livekit(other, {guest.pk: Role.AUDIENCE, stranger.pk: Role.AUDIENCE})
    mark_livekit(session, {guest.pk: Role.AUDIENCE})
    assert count_viewers([session.pk])[session.pk] == 1


def test_rows_of_a_dead_process_age_out(sockets, session, guest, settings):
    Presence.objects.create(session=session, user=guest, source="socket:dead")
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=59))
    assert count_viewers([session.pk])[session.pk] == 1
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert count_viewers([session.pk])[session.pk] == 0
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=121))
    sockets.flush()
    assert Presence.objects.count() == 0


def test_the_count_is_told_when_it_changes_and_only_then(counts, session, guest, stranger):
    mark_livekit(session, {guest.pk: Role.AUDIENCE})
    mark_livekit(session, {guest.pk: Role.AUDIENCE})
    publish_count(session.pk)
    mark_livekit(session, {guest.pk: Role.AUDIENCE, stranger.pk: Role.AUDIENCE})
    mark_livekit(session, {})
    lobby = f"session:{session.pk}:lobby"
    assert counts == [(lobby, 1), (lobby, 2), (lobby, 0)]


def test_a_hidden_count_is_told_to_the_crew_alone(counts, session, preset, guest):
    preset.viewer_count_visible = False
    preset.save()
    mark_livekit(session, {guest.pk: Role.AUDIENCE})
    assert counts == [(f"session:{session.pk}:crew", 1)]


def test_the_peak_is_kept_while_live_and_never_falls(live_session, guest, stranger):
    mark_livekit(live_session, {guest.pk: Role.AUDIENCE, stranger.pk: Role.AUDIENCE})
    mark_livekit(live_session, {guest.pk: Role.AUDIENCE})
    live_session.refresh_from_db()
    assert live_session.max_viewers == 2


def test_people_who_wait_in_the_lobby_are_no_peak(session, guest, stranger):
    mark_livekit(session, {guest.pk: Role.AUDIENCE, stranger.pk: Role.AUDIENCE})
    session.refresh_from_db()
    assert session.max_viewers == 0


def test_a_role_that_changes_moves_the_person_out_of_the_count(sockets, counts, session, guest):
    sockets.arrived(session.pk, guest.pk, role="audience")
    sockets.flush()
    sockets.is_now(session.pk, guest.pk, role="host")
    sockets.flush()
    assert [count for _topic, count in counts] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_a_deleted_account_does_not_keep_the_others_from_being_written(sockets, session, guest):
    gone = User.objects.create_user(username="Gone", is_guest=True)
    sockets.arrived(session.pk, gone.pk, role="audience")
    sockets.arrived(session.pk, guest.pk, role="audience")
    gone.delete()
    sockets.flush()
    assert present(session) == [("Grace", "socket", "audience")]


def test_what_could_not_be_written_is_written_next_time(sockets, session, guest, monkeypatch):
    sockets.arrived(session.pk, guest.pk, role="audience")
    with monkeypatch.context() as down:
        down.setattr(presence, "write_signs", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sockets.flush()
    assert present(session) == []
    sockets.flush()
    assert present(session) == [("Grace", "socket", "audience")]


def test_the_last_told_count_of_a_session_without_sockets_is_not_kept_for_ever(
    sockets, counts, session, live_session, guest, host
):
    mark_livekit(session, {guest.pk: Role.AUDIENCE})
    assert session.pk in presence._told
    sockets.flush()
    assert session.pk not in presence._told


def test_a_process_that_stops_takes_its_own_people_with_it(sockets, session, guest, stranger):
    sockets.arrived(session.pk, guest.pk, role="audience")
    sockets.flush()
    Presence.objects.create(session=session, user=stranger, source="socket:another")
    sockets.clear()
    assert [(row.user, row.source) for row in Presence.objects.all()] == [(stranger, "socket:another")]
