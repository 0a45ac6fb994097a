"""Centrifugo's proxies, case by case: always 200, its own wire form, refused unless expressly allowed."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.utils import timezone

from accounts import credentials
from accounts.person import Person
from organizations.keys import grant_of
from organizations.services import create_api_key
from realtime.brokers.memory import MemoryBroker
from sessions.models import Attendance, Ban
from sessions.rights.capabilities import capabilities
from sockets.centrifugo import decisions
from sockets.tickets import Pass, issue_realtime
from tests.conftest import API

SECRET = "the-shared-secret"
UNAUTHORIZED = {"disconnect": {"code": 4501, "reason": "unauthorized"}}
DENIED = {"error": {"code": 103, "message": "permission denied"}}
TROUBLE = {"error": {"code": 100, "message": "internal server error", "temporary": True}}
FRAME = {"client": str(uuid4()), "transport": "websocket", "protocol": "json", "encoding": "json"}


@pytest.fixture(autouse=True)
def shared_secret(settings):
    settings.CENTRIFUGO_PROXY_SECRET = SECRET


def ask(client, proxy, body, secret=SECRET, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    if secret is not None:
        headers["HTTP_X_CENTRIFUGO_SECRET"] = secret
    response = client.post(f"{API}/centrifugo/{proxy}", raw, content_type="application/json", **headers)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return response.json()


def ticket(user, session):
    person = Person(user=user)
    return issue_realtime(person=person, session=session, capabilities=capabilities(person, session))["ticket"]


def connect(client, user, session):
    return ask(client, "connect", {**FRAME, "data": {"ticket": ticket(user, session)}, "name": "js"})


def subscribe(client, person, session, channel, **changes):
    meta = {"pass": Pass.of(Person(user=person), session).connection_token()}
    body = {**FRAME, "user": str(person.pk), "channel": channel, "meta": meta}
    return ask(client, "subscribe", body | changes)


def test_a_ticket_opens_a_connection_of_its_person_with_the_state(client, live_session, guest):
    result = connect(client, guest, live_session)["result"]
    assert result["user"] == str(guest.pk)
    assert result["data"]["state"]["me"]["user_id"] == str(guest.pk)
    assert f"session:{live_session.pk}:lobby" in result["data"]["topics"]
    assert result["data"]["heartbeat"] == 25
    assert not {"subs", "channels"} & result.keys()


def test_a_connection_ends_when_what_its_person_signed_in_with_does(client, live_session, host):
    def opened(person):
        allowed = capabilities(person, live_session)
        given = issue_realtime(person=person, session=live_session, capabilities=allowed)["ticket"]
        return ask(client, "connect", {**FRAME, "data": {"ticket": given}})["result"].get("expire_at")

    ends = timezone.now() + timedelta(hours=1)
    key, _secret = create_api_key(
        organization=host.organization, acts_as=host, name="k", scopes=["sessions"], expires_at=ends
    )
    tokens = credentials.issue_tokens(host, session_id=live_session.pk, until=ends)
    assert opened(Person(user=host)) is None
    assert opened(Person(user=host, api_key=grant_of(key))) == int(ends.timestamp())
    assert opened(credentials.person_of_access_token(tokens.access_token)) == int(ends.timestamp())


def test_a_ticket_opens_one_connection(client, live_session, guest):
    spent = ticket(guest, live_session)
    body = {**FRAME, "data": {"ticket": spent}}
    assert "result" in ask(client, "connect", body)
    assert ask(client, "connect", body) == {"disconnect": {"code": 4401, "reason": "no valid ticket"}}


@pytest.mark.parametrize(
    "data",
    [None, {}, {"ticket": None}, {"ticket": 5}, {"ticket": "forged"}, {"ticket": ["x"]}, "ticket", []],
    ids=["null", "empty", "null-ticket", "number", "forged", "list", "text", "array"],
)
def test_without_a_valid_ticket_clients_are_told_to_get_a_new_one(client, db, data):
    assert ask(client, "connect", {**FRAME, "data": data})["disconnect"]["code"] == 4401
    assert ask(client, "connect", FRAME)["disconnect"]["code"] == 4401


def test_who_was_banned_since_and_a_session_that_is_over_are_final(client, live_session, guest, host):
    late = ticket(guest, live_session)
    Ban.objects.create(session=live_session, user=guest, banned_by=host)
    assert ask(client, "connect", {**FRAME, "data": {"ticket": late}})["disconnect"]["code"] == 4503
    late = ticket(host, live_session)
    live_session.deleted_at = live_session.created_at
    live_session.save()
    assert ask(client, "connect", {**FRAME, "data": {"ticket": late}})["disconnect"]["code"] == 4510


@pytest.mark.parametrize(("proxy", "refusal"), [("connect", UNAUTHORIZED), ("subscribe", DENIED)])
@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET + "x", "é"], ids=["none", "empty", "wrong", "longer", "odd"]
)
def test_without_our_secret_nobody_is_answered_anything_else(client, live_session, guest, proxy, refusal, secret):
    body = {**FRAME, "data": {"ticket": ticket(guest, live_session)}, "channel": f"session:{live_session.pk}"}
    assert ask(client, proxy, body, secret=secret) == refusal


@pytest.mark.parametrize(("proxy", "refusal"), [("connect", UNAUTHORIZED), ("subscribe", DENIED)])
def test_an_unset_secret_admits_nobody(client, db, settings, proxy, refusal):
    settings.CENTRIFUGO_PROXY_SECRET = ""
    assert ask(client, proxy, FRAME, secret="") == refusal


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff", b"x" * 70_000, b"[" * 60_000], ids=["empty", "cut", "bytes", "long", "deep"]
)
@pytest.mark.parametrize(("proxy", "code"), [("connect", {"disconnect"}), ("subscribe", {"error"})])
def test_unreadable_bodies_are_refused(client, db, raw, proxy, code):
    assert ask(client, proxy, raw).keys() == code


@pytest.mark.parametrize("body", [None, [], "x", 5, True, {}], ids=["null", "array", "text", "number", "true", "empty"])
def test_readable_bodies_that_say_nothing_are_refused(client, db, body):
    assert ask(client, "connect", body)["disconnect"]["code"] == 4401
    assert ask(client, "subscribe", body) == DENIED


@pytest.mark.parametrize("proxy", ["connect", "subscribe"])
def test_our_own_faults_are_temporary_errors_and_never_an_allow(client, live_session, guest, monkeypatch, proxy):
    def fails(*_):
        raise DatabaseError("away")

    token = Pass.of(Person(user=guest), live_session).connection_token()
    body = {**FRAME, "data": {"ticket": ticket(guest, live_session)}, "user": str(guest.pk), "meta": {"pass": token}}
    monkeypatch.setattr(decisions, "capabilities" if proxy == "subscribe" else "welcome", fails)
    assert ask(client, proxy, {**body, "channel": f"session:{live_session.pk}"}) == TROUBLE


def test_exactly_the_topics_of_the_person_may_be_subscribed(client, live_session, guest, host):
    Attendance.objects.create(session=live_session, user=guest)
    base = f"session:{live_session.pk}"
    for channel in (base, f"{base}:lobby", f"{base}:chat", f"{base}:polls", f"user:{guest.pk}:{live_session.pk}"):
        assert subscribe(client, guest, live_session, channel) == {"result": {}}
    for channel in (
        f"{base}:crew",
        f"{base}:moderation",
        f"{base}:people",
        f"user:{host.pk}:{live_session.pk}",
        "session:x",
        "",
        f"control:{base}",
    ):
        assert subscribe(client, guest, live_session, channel) == DENIED
    for channel in (f"{base}:crew", f"{base}:moderation"):
        assert subscribe(client, host, live_session, channel) == {"result": {}}


def test_before_it_is_live_the_audience_subscribes_the_lobby_alone(client, session, guest):
    assert subscribe(client, guest, session, f"session:{session.pk}:lobby") == {"result": {}}
    assert subscribe(client, guest, session, f"session:{session.pk}") == DENIED


def test_another_sessions_channels_are_refused(client, live_session, guest, room, preset):
    from sessions.models import Session

    other = Session.objects.create(room=room, preset=preset, title="Other")
    assert subscribe(client, guest, live_session, f"session:{other.pk}:lobby") == DENIED


@pytest.mark.parametrize(
    "changes",
    [
        {"meta": None},
        {"meta": {}},
        {"meta": {"pass": "forged"}},
        {"user": ""},
        {"user": str(uuid4())},
        {"channel": None},
    ],
    ids=["no-meta", "empty-meta", "forged", "anonymous", "somebody-else", "no-channel"],
)
def test_a_subscription_needs_the_pass_of_its_own_connection(client, live_session, guest, changes):
    changed = {"channel": f"session:{live_session.pk}"} | changes
    assert subscribe(client, guest, live_session, **changed) == DENIED


def test_a_ticket_is_no_pass_and_a_revoked_person_hears_nothing_more(client, live_session, guest):
    channel = f"session:{live_session.pk}"
    assert subscribe(client, guest, live_session, channel, meta={"pass": ticket(guest, live_session)}) == DENIED
    guest.credentials_epoch += 1
    old = Pass(guest.pk, live_session.pk, 0).connection_token()
    guest.save()
    assert subscribe(client, guest, live_session, channel, meta={"pass": old}) == DENIED


def test_headers_that_clients_can_make_up_count_for_nothing(client, live_session, guest, host):
    client.force_login(host)
    body = {**FRAME, "user": str(host.pk), "channel": f"session:{live_session.pk}:crew"}
    assert ask(client, "subscribe", body, HTTP_AUTHORIZATION="Bearer x", HTTP_X_FORWARDED_FOR="127.0.0.1") == DENIED


def test_the_ticket_operation_names_centrifugo_when_it_is_the_broker(api, live_session, guest, settings, monkeypatch):
    monkeypatch.setattr("realtime.brokers.get_broker", MemoryBroker)
    settings.REALTIME_BROKER, settings.CENTRIFUGO_URL = "centrifugo", "wss://rt.example/connection/websocket"
    data = api(guest).post(f"{API}/sessions/{live_session.pk}/realtime/ticket").json()["data"]
    assert (data["transport"], data["url"]) == ("centrifugo", settings.CENTRIFUGO_URL)
