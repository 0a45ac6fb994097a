import threading

import pytest
from django.utils import timezone
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts.models import User
from accounts.person import Person
from realtime.brokers import get_broker
from sessions import lifecycle
from sessions.models import Attendance
from sessions.queries import complete_sessions
from sockets.state import state_for
from tests.socket_server import change
from tests.sockets import topics


def lobby(session):
    return f"session:{session.pk}:lobby"


def everyone(session):
    return f"session:{session.pk}"


def crew(session):
    return f"session:{session.pk}:crew"


def fresh_state(user, session):
    return state_for(Person(user=user), complete_sessions().get(pk=session.pk))


def test_the_welcome_tells_state_topics_heartbeat_and_how_to_resume(server, session, guest):
    state = fresh_state(guest, session)  # before: soon after, the newcomer is counted
    _client, welcome = server.enter(guest, session)
    position = get_broker().positions([lobby(session)])[lobby(session)]
    resume = welcome.pop("resume")
    assert welcome == {
        "state": state,
        "topics": {lobby(session): list(position)},
        "resumed": {},
        "heartbeat": 25,
    }
    assert resume
    assert welcome["state"]["me"]["user_id"] == str(guest.pk)
    assert welcome["state"]["me"]["role"] == "audience"
    assert [name for name, allowed in welcome["state"]["me"]["may"].items() if allowed] == [
        "see",
        "join",
        "watch_replay",
        "see_viewer_count",
        "use_camera",
        "use_screen",
    ]


def test_before_it_is_live_the_audience_hears_the_lobby_alone_and_the_crew_everything(server, session, guest, host):
    assert set(server.enter(guest, session)[1]["topics"]) == {lobby(session)}
    assert set(server.enter(host, session)[1]["topics"]) == topics.crew(session, host)


def test_while_live_the_audience_hears_the_session_but_never_the_crew(server, live_session, guest, host, stranger):
    Attendance.objects.create(session=live_session, user=guest)
    assert set(server.enter(guest, live_session)[1]["topics"]) == topics.inside(live_session, guest)
    assert set(server.enter(stranger, live_session)[1]["topics"]) == topics.watching(live_session, stranger)
    assert set(server.enter(host, live_session)[1]["topics"]) == topics.crew(live_session, host)


def test_a_rehearsing_hosts_camera_is_no_news_for_the_lobby(server, session, guest, host):
    type(session).objects.filter(pk=session.pk).update(host_video_enabled=True)
    assert server.enter(host, session)[1]["state"]["host"] == {"video": True, "audio": False}
    assert server.enter(guest, session)[1]["state"]["host"] == {"video": False, "audio": False}


def test_the_audience_sees_no_private_fields(server, live_session, guest, host):
    state = server.enter(guest, live_session)[1]["state"]
    assert state["session"]["room"]["host"]["email"] is None
    assert state["session"]["backstage_open"] is None
    assert server.enter(host, live_session)[1]["state"]["session"]["room"]["host"]["email"] == host.email


def test_a_ticket_opens_one_socket(server, session, guest):
    ticket = server.ticket(guest, session)
    server.client().enter(ticket)
    second = server.client()
    second.send("connect", ticket=ticket)
    assert second.closed() == 4401


def test_a_ticket_opens_one_socket_also_when_shown_many_times_at_once(server, session, guest):
    ticket = server.ticket(guest, session)
    clients = [server.client() for _ in range(6)]
    start, outcomes = threading.Barrier(6), []

    def show(client):
        start.wait()
        number = client.send("connect", ticket=ticket)
        try:
            outcomes.append(client.reply(number)["ok"])
        except ConnectionClosed:
            outcomes.append(client.closed())

    threads = [threading.Thread(target=show, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [4401, 4401, 4401, 4401, 4401, True]


@pytest.mark.parametrize("ticket", ["", "nonsense", "a:b:c", "x" * 4000])
def test_a_ticket_that_we_did_not_sign_is_refused(server, session, guest, ticket):
    client = server.client()
    client.send("connect", ticket=ticket)
    assert client.closed() == 4401


def test_a_resume_token_is_no_ticket_and_a_ticket_no_resume_token(server, session, guest):
    _client, welcome = server.enter(guest, session)
    for shown in ({"ticket": welcome["resume"]}, {"resume": server.ticket(guest, session)}, {}):
        client = server.client()
        client.send("connect", **shown)
        assert client.closed() == 4401


def test_an_old_ticket_and_an_old_resume_token_are_refused(server, session, guest, time_machine):
    time_machine.move_to(timezone.now())
    ticket = server.ticket(guest, session)
    _client, welcome = server.enter(guest, session)
    time_machine.shift(61)
    late = server.client()
    late.send("connect", ticket=ticket)
    assert late.closed() == 4401
    server.client().enter(resume=welcome["resume"])
    time_machine.shift(600)
    later = server.client()
    later.send("connect", resume=welcome["resume"])
    assert later.closed() == 4401


@pytest.mark.parametrize("change_of", [{"is_active": False}, {"credentials_epoch": 1}])
def test_a_revoked_person_does_not_come_in(server, session, guest, change_of):
    ticket, (_client, welcome) = server.ticket(guest, session), server.enter(guest, session)
    User.objects.filter(pk=guest.pk).update(**change_of)
    for shown in ({"ticket": ticket}, {"resume": welcome["resume"]}):
        client = server.client()
        client.send("connect", **shown)
        assert client.closed() == 4401


def test_who_may_no_longer_see_a_private_room_is_refused_for_good(server, session, room, guest, member):
    tickets = {user: server.ticket(user, session) for user in (guest, member)}
    room.visibility = "private"
    room.save()
    refused = server.client()
    refused.send("connect", ticket=tickets[guest])
    assert refused.closed() == 4503
    server.client().enter(tickets[member])


def test_a_session_that_is_over_or_deleted_is_final(server, live_session, guest, host):
    ticket, resume = server.ticket(guest, live_session), server.enter(host, live_session)[1]["resume"]
    change(lifecycle.end, live_session)
    for shown in ({"ticket": ticket}, {"resume": resume}):
        client = server.client()
        client.send("connect", **shown)
        assert client.closed() == 4510


def test_a_cancelled_session_is_final(server, session, guest):
    ticket = server.ticket(guest, session)
    change(lifecycle.delete, session)
    client = server.client()
    client.send("connect", ticket=ticket)
    assert client.closed() == 4510


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost", "http://localhost.evil.example", "null"]
)
def test_pages_of_other_origins_are_not_admitted(server, session, guest, origin):
    with pytest.raises(InvalidStatus) as refusal:
        server.client(origin=origin)
    assert refusal.value.response.status_code == 403


def test_our_own_pages_and_clients_without_origin_are_admitted(server, session, guest):
    for options in ({}, {"origin": f"http://localhost:{server.port}"}, {"origin": f"http://127.0.0.1:{server.port}"}):
        server.client(**options).enter(server.ticket(guest, session))


def test_with_a_public_address_only_its_pages_are_admitted(server, session, guest, settings):
    settings.BASE_URL = settings.PUBLIC_URL = "https://webinar.example"
    server.client(origin="https://webinar.example").enter(server.ticket(guest, session))
    with pytest.raises(InvalidStatus):
        server.client(origin=f"http://localhost:{server.port}")


def test_who_does_not_connect_in_time_is_let_go(server, monkeypatch):
    monkeypatch.setattr("sockets.consumer.CONNECT_TIMEOUT", 0.05)
    assert server.client().closed() == 4401


def test_commands_before_connect_are_refused_and_connect_still_works(server, session, guest):
    client = server.client()
    assert client.ask("ping")["error"]["code"] == "not_connected"
    client.enter(server.ticket(guest, session))


def test_connecting_twice_is_refused_and_changes_nothing(server, session, guest):
    client, _welcome = server.enter(guest, session)
    assert client.ask("connect", ticket=server.ticket(guest, session))["error"]["code"] == "already_connected"
    assert client.ask("ping")["ok"] is True


def test_the_end_of_the_server_tells_everyone_to_come_back(server, session, guest, host):
    clients = [server.enter(user, session)[0] for user in (guest, host)]
    server.server.should_exit = True
    assert [client.closed() for client in clients] == [1012, 1012]
