import contextlib
import json

import pytest
from websockets.exceptions import ConnectionClosed

from core.errors import NotAllowed
from realtime.hub import Hub
from sessions.models import Attendance
from sockets.commands import COMMANDS


def test_a_ping_renews_the_resume_token(server, session, guest, time_machine):
    from django.utils import timezone

    time_machine.move_to(timezone.now())
    client, _welcome = server.enter(guest, session)
    time_machine.shift(400)
    pong = client.ask("ping")
    assert pong == {"id": 2, "ok": True, "data": {"resume": pong["data"]["resume"]}}
    time_machine.shift(400)
    server.client().enter(resume=pong["data"]["resume"])


def test_an_unknown_command_is_an_error_and_the_socket_stays(server, session, guest):
    client, _welcome = server.enter(guest, session)
    assert client.ask("fly", data={"to": "the moon"}) == {
        "id": 2,
        "ok": False,
        "error": {"code": "unknown_command", "message": "There is no such command."},
    }
    assert client.ask("ping")["ok"] is True


def test_a_rate_limit_says_when_to_try_again_and_other_refusals_do_not(server, live_session, guest):
    Attendance.objects.create(session=live_session, user=guest)
    live_session.slow_mode = 30
    live_session.save()
    client, _welcome = server.enter(guest, live_session)
    assert client.ask("chat.send", data={"message": "One"})["ok"] is True
    error = client.ask("chat.send", data={"message": "Two"})["error"]
    assert (error["code"], set(error)) == ("slow_mode", {"code", "message", "retry_after"})
    assert 25 <= error["retry_after"] <= 30
    assert set(client.ask("chat.send", data={"message": ""})["error"]) == {"code", "message"}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("", "bad_frame"),
        ("{", "bad_frame"),
        ("[]", "bad_frame"),
        ("null", "bad_frame"),
        ('"ping"', "bad_frame"),
        ('{"id": 1}', "bad_frame"),
        ('{"id": 1, "do": 5}', "bad_frame"),
        ('{"id": {}, "do": "ping"}', "bad_frame"),
        ('{"id": 1, "do": "ping", "data": []}', "bad_frame"),
        ("[" * 9000, "bad_frame"),
        ('{"id": 1, "do": "ping", "data": {"x": "' + "a" * 16384 + '"}}', "too_large"),
        ("ä" * 9000, "too_large"),
        (b'{"id": 1, "do": "ping"}', "binary_frame"),
    ],
)
def test_what_is_no_command_is_answered_with_an_error_and_the_socket_stays(server, session, guest, sent, code):
    client, _welcome = server.enter(guest, session)
    client.socket.send(sent)
    answer = client.reply(None)  # how many are there may be told before
    assert (answer["ok"], answer["error"]["code"]) == (False, code)
    assert client.ask("ping")["ok"] is True


@pytest.mark.parametrize("since", [[], {"t": 5}, {"t": ["e"]}, {"t": ["e", "5"]}, {"t": ["e", 5.5]}, "x"])
def test_a_malformed_connect_is_an_error_and_spends_nothing(server, session, guest, since):
    ticket = server.ticket(guest, session)
    client = server.client()
    assert client.ask("connect", ticket=ticket, since=since)["error"]["code"] == "bad_frame"
    client.enter(ticket)


def test_ids_are_given_back_as_they_came(server, session, guest):
    client, _welcome = server.enter(guest, session)
    for given in (7, "seven", None):
        client.socket.send(json.dumps({"id": given, "do": "ping"}))
        assert client.reply(given)["ok"] is True


def test_a_commands_refusal_is_an_error_with_its_code_and_its_success_the_data(server, session, guest, monkeypatch):
    def greet(person, session, data):
        if not data:
            raise NotAllowed
        return {"hello": person.user.username, **data}

    monkeypatch.setitem(COMMANDS, "greet", greet)
    client, _welcome = server.enter(guest, session)
    assert client.ask("greet")["error"] == {"code": "not_allowed", "message": "You are not allowed to do this."}
    assert client.ask("greet", data={"a": 1})["data"] == {"hello": "Grace", "a": 1}


def test_our_own_fault_tells_nothing_of_its_cause(server, session, guest, monkeypatch):
    def fail(person, session, data):
        raise ValueError("secret detail")

    monkeypatch.setitem(COMMANDS, "fail", fail)
    client, _welcome = server.enter(guest, session)
    assert client.ask("fail")["error"] == {
        "code": "failed",
        "message": "Something went wrong on the server. Try again.",
    }
    assert client.ask("ping")["ok"] is True


def test_too_many_frames_at_once_close_the_socket_resumable(server, session, guest):
    client, _welcome = server.enter(guest, session)
    with contextlib.suppress(ConnectionClosed):
        for _ in range(100):
            client.send("ping")
    assert client.closed() == 4429


def test_a_silent_client_is_closed_resumable(server, session, guest, settings, monkeypatch):
    from datetime import timedelta

    monkeypatch.setattr("realtime.hub._SWEEP_EVERY", 0.02)
    settings.SOCKET_HEARTBEAT = timedelta(seconds=0.05)
    client, _welcome = server.enter(guest, session)
    assert client.closed() == 4408


def test_a_client_that_pings_is_kept(server, session, guest, settings, monkeypatch):
    monkeypatch.setattr("sockets.consumer.FRAMES_AT_ONCE", 1e9)
    looks = []
    look = Hub._look_for_silent_sockets
    monkeypatch.setattr("realtime.hub._SWEEP_EVERY", 0.01)
    monkeypatch.setattr(Hub, "_look_for_silent_sockets", lambda hub: (looks.append(1), look(hub)))
    client, _welcome = server.enter(guest, session)
    while len(looks) < 5:
        assert client.ask("ping")["ok"] is True
