"""What sockets hear of bans, removals and the lock."""

from django.db import transaction

from accounts.models import Device, DeviceUse, User
from live.services import joining, moderating
from sessions import lifecycle
from sessions.models import Attendance, Presence
from sessions.moderation import services
from tests.conftest import as_person
from tests.socket_server import wait_until


def present(session, *users):
    for user in users:
        Attendance.objects.get_or_create(session=session, user=user)


def test_a_banned_person_hears_why_and_every_socket_of_theirs_closes_for_good(server, live_session, guest, host):
    present(live_session, guest)
    first, _ = server.enter(guest, live_session)
    second, welcome = server.enter(guest, live_session)
    watching, _ = server.enter(host, live_session)
    moderating.ban(actor=as_person(host), session=live_session, user_id=guest.pk, reason="Noise")
    assert [client.closed() for client in (first, second)] == [4503, 4503]
    for client in (first, second):
        told = [event["data"] for event in client.events() if event["type"] == "you.banned"]
        assert told == [{"reason": "Noise"}]
    again = server.client()
    again.send("connect", resume=welcome["resume"])
    assert again.closed() == 4503
    assert watching.ask("ping")["ok"]
    assert "you.banned" not in {event["type"] for event in watching.events()}


def test_another_name_of_the_same_browser_is_closed_too(server, live_session, guest, host):
    same = User.objects.create_user(username="Same", is_guest=True)
    present(live_session, guest, same)
    device = Device.objects.create()
    for user in (guest, same, host):
        DeviceUse.objects.create(device=device, user=user)
    theirs, _ = server.enter(same, live_session)
    hosts, _ = server.enter(host, live_session)
    moderating.ban(actor=as_person(host), session=live_session, user_id=guest.pk)
    assert theirs.closed() == 4503
    assert hosts.reset()["state"]["me"]["may"]["moderate"] is True


def test_kicking_closes_and_lets_come_back(server, live_session, guest, stranger, host):
    present(live_session, guest, stranger)
    client, _ = server.enter(guest, live_session)
    other, _ = server.enter(stranger, live_session)
    moderating.kick(actor=as_person(host), session=live_session, user_id=guest.pk)
    assert client.closed() == 4503
    assert other.ask("ping")["ok"]
    _again, welcome = server.enter(guest, live_session)
    assert welcome["state"]["me"]["may"]["join"] is True


def test_the_rules_reach_everyone_in_the_session_without_the_words(server, live_session, guest, host):
    present(live_session, guest)
    client, welcome = server.enter(guest, live_session)
    assert welcome["state"]["moderation"]["slow_mode"] == 0
    rules = {"slow_mode": 30, "chat_from": "crew", "blocked_words": ["secret-word"]}
    services.change_rules(actor=as_person(host), session=live_session, **rules)
    event = client.event("session.moderation")
    assert (event["data"]["slow_mode"], event["data"]["chat_from"]) == (30, "crew")
    state = client.reset()["state"]
    assert (state["me"]["may"]["chat"], state["moderation"]["slow_mode"]) == (False, 30)
    assert "secret-word" not in str(client.frames)


def test_locking_keeps_those_who_came_and_those_who_wait_in_the_lobby(server, session, guest, stranger, host):
    newcomer = User.objects.create_user(username="New", is_guest=True)
    waiting, welcome = server.enter(guest, session)
    late, _ = server.enter(newcomer, session)
    wait_until(lambda: Presence.objects.filter(session=session).count() == 2)
    Presence.objects.filter(user=newcomer).delete()  # gone a moment before: their socket is not closed yet
    services.change_rules(actor=as_person(host), session=session, is_door_closed=True)
    assert late.closed() == 4503
    assert waiting.reset()["state"]["me"]["may"]["join"] is True
    assert waiting.ask("ping")["ok"] is True
    with transaction.atomic():
        lifecycle.go_live(lifecycle.lock_session(session.pk))
    assert waiting.event("session.live")
    joined = joining.join(actor=as_person(guest), session=session)
    assert joined.role == "audience"
    again = server.client()
    again.send("connect", resume=welcome["resume"])
    assert again.reply(again.sent)["ok"] is True
