"""Of several processes one counts a session: whoever has its sockets, and holds the lease."""

import pytest

from realtime.leases import Lease
from sessions.people import presence
from sessions.people.presence import mark_livekit, publish_count
from sessions.rights.capabilities import Role


@pytest.fixture
def counts(monkeypatch, settings, own_redis):
    settings.REDIS_URL = own_redis.url
    monkeypatch.setattr(presence, "_leases", {})
    monkeypatch.setattr(presence, "_told", {})
    told = []
    monkeypatch.setattr(presence, "emit", lambda event: told.append(event.data.viewer_count))
    return told


@pytest.fixture
def another_process(session):
    return Lease(f"presence:{session.pk}", 30)


def test_while_another_process_counts_the_session_this_one_tells_nothing(counts, session, guest, another_process):
    assert another_process.holds()
    publish_count(session.pk)
    mark_livekit(session, {guest.pk: Role.AUDIENCE})
    assert counts == []
    another_process.release()
    publish_count(session.pk)
    assert counts == [1]


def test_who_has_the_sockets_keeps_counting(counts, session, another_process):
    publish_count(session.pk)
    assert another_process.holds() is False


def test_who_has_no_sockets_counts_once_and_leaves_the_next_time_to_others(counts, session, guest, another_process):
    mark_livekit(session, {guest.pk: Role.AUDIENCE})
    assert counts == [1]
    assert another_process.holds() is True


def test_when_the_last_socket_leaves_another_process_may_count(counts, session, guest, another_process):
    here = presence.SocketPresence()
    here.arrived(session.pk, guest.pk, role="audience")
    here.flush()
    assert (counts, another_process.holds()) == ([1], False)
    here.left(session.pk, guest.pk)
    here.flush()
    assert (counts, another_process.holds()) == ([1, 0], True)
