"""How many sockets there may be, and what happens when events cannot be heard."""

import pytest

from accounts.models import User
from realtime.brokers import BrokerDown, get_broker
from sockets.limits import ConnectionCounts, connection_counts, origin_of
from tests.socket_server import wait_until


def test_one_person_has_so_many_sockets_to_a_session_and_the_next_is_told_to_come_later(
    server, session, guest, stranger, settings
):
    settings.SOCKETS_PER_USER = 2
    first, _welcome = server.enter(guest, session)
    second, _welcome = server.enter(guest, session)
    third = server.client()
    third.send("connect", ticket=server.ticket(guest, session))
    assert third.closed() == 4429
    assert [first.ask("ping")["ok"], second.ask("ping")["ok"]] == [True, True]
    server.enter(stranger, session)


def test_a_closed_socket_makes_room(server, session, guest, settings):
    settings.SOCKETS_PER_USER = 1
    first, _welcome = server.enter(guest, session)
    first.close()
    wait_until(lambda: len(connection_counts) == 0)
    server.enter(guest, session)


def test_another_session_of_the_same_person_counts_apart(server, session, session_of_another_room, guest, settings):
    settings.SOCKETS_PER_USER = 1
    server.enter(guest, session)
    server.enter(guest, session_of_another_room)


@pytest.fixture
def session_of_another_room(other_tenant):
    from sessions.models import Session

    return Session.objects.create(room=other_tenant.room, preset=other_tenant.preset, title="Another")


def test_one_address_has_so_many_sockets_also_before_they_connect(server, session, settings):
    settings.SOCKETS_PER_ADDRESS = 3
    people = [User.objects.create_user(username="x", is_guest=True) for _ in range(2)]
    clients = [server.enter(person, session)[0] for person in people]
    idle = server.client()
    wait_until(lambda: connection_counts._here["address", "127.0.0.1"] == 3)
    assert server.client().closed() == 4429
    assert [client.ask("ping")["ok"] for client in clients] == [True, True]
    idle.close()
    wait_until(lambda: connection_counts._here["address", "127.0.0.1"] == 2)
    server.enter(people[0], session)


def test_after_all_have_left_nothing_is_remembered(server, session, guest, settings):
    clients = [server.enter(guest, session)[0] for _ in range(3)]
    refused = server.client()
    refused.send("connect", ticket="nonsense")
    assert refused.closed() == 4401
    for client in clients:
        client.close()
    wait_until(lambda: len(connection_counts) == 0)


def test_a_crowd_counts_each_key_apart():
    connection_counts = ConnectionCounts()
    assert [
        connection_counts.enter("a", 2),
        connection_counts.enter("a", 2),
        connection_counts.enter("a", 2),
        connection_counts.enter("b", 2),
    ] == [
        True,
        True,
        False,
        True,
    ]
    connection_counts.leave("a")
    assert connection_counts.enter("a", 2)


@pytest.mark.parametrize(
    ("client", "origin"),
    [
        (("192.0.2.7", 1234), "192.0.2.7"),
        (("::ffff:192.0.2.7", 1234), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1234), "2001:db8:1:2::/64"),
        (("2001:db8:1:2::9", 1234), "2001:db8:1:2::/64"),
        (("2001:db8:1:3::9", 1234), "2001:db8:1:3::/64"),
        (("a unix socket", 0), "unknown"),
        (None, "unknown"),
    ],
)
def test_an_ipv6_network_is_one_place(client, origin):
    assert origin_of({"client": client}) == origin


def test_while_events_cannot_be_heard_nobody_is_let_in_but_told_to_come_back(server, session, guest, monkeypatch):
    monkeypatch.setattr("realtime.subscriptions.HOLD_TIMEOUT", 0.05)
    monkeypatch.setattr("realtime.subscriptions.RETRY_AFTER", 0.01)

    async def fail(topic, deliver):
        raise BrokerDown

    with monkeypatch.context() as down:
        down.setattr(get_broker(), "subscribe", fail)
        down.setattr(get_broker(), "subscribe_at_once", lambda _topic, _deliver: False)
        client = server.client()
        client.send("connect", ticket=server.ticket(guest, session))
        assert client.closed() == 1012
    server.enter(guest, session)


def test_while_positions_cannot_be_read_nobody_is_let_in_but_told_to_come_back(server, session, guest, monkeypatch):
    def fail(topics):
        raise BrokerDown

    with monkeypatch.context() as down:
        down.setattr(get_broker(), "positions", fail)
        client = server.client()
        client.send("connect", ticket=server.ticket(guest, session))
        assert client.closed() == 1012
    server.enter(guest, session)


def test_a_topic_that_is_subscribed_late_brings_everything_from_then_on(server, live_session, guest, monkeypatch):
    monkeypatch.setattr("realtime.subscriptions.RETRY_AFTER", 0.01)
    subscribe, tries = get_broker().subscribe, []

    async def fail_at_first(topic, deliver):
        tries.append(topic)
        if len(tries) < 4:
            raise BrokerDown
        await subscribe(topic, deliver)

    monkeypatch.setattr(get_broker(), "subscribe", fail_at_first)
    monkeypatch.setattr(get_broker(), "subscribe_at_once", lambda _topic, _deliver: False)
    client, _welcome = server.enter(guest, live_session)
    assert client.event("presence.count")["data"] == {"viewer_count": 1}
    assert len(tries) > 4
