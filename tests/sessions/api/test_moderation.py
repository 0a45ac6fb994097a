"""GET and PATCH /sessions/{id}/moderation: the rules of the conversation, and what follows from them."""

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEntry
from realtime.models import OutboxEvent
from rooms.models import Preset
from sessions.models import Attendance, Session, SessionRole
from tests.conftest import API, client_for

UNRESTRICTED = {
    "slow_mode": 0,
    "chat_from": "everyone",
    "direct_to_crew_only": False,
    "hold_messages": False,
    "block_links": False,
    "blocked_words": [],
    "is_door_closed": False,
}
STRICT = {
    "slow_mode": 30,
    "chat_from": "crew",
    "direct_to_crew_only": True,
    "hold_messages": True,
    "block_links": True,
    "blocked_words": ["Spam", "buy now"],
    "is_door_closed": True,
}


def call(method, user, session, body=None):
    return getattr(client_for(user), method)(f"{API}/sessions/{session.pk}/moderation", body, format="json")


@pytest.fixture
def moderator(session, host):
    user = User.objects.create_user(username="Mo", is_guest=True)
    SessionRole.objects.create(session=session, user=user, role="moderator", assigned_by=host)
    return user


def test_the_crew_reads_and_changes_every_rule(live_session, host, moderator):
    assert call("get", moderator, live_session).json()["data"] == UNRESTRICTED
    assert call("patch", moderator, live_session, STRICT).json()["data"] == STRICT
    assert call("get", host, live_session).json()["data"] == STRICT
    assert call("patch", host, live_session, {"slow_mode": 5}).json()["data"] == STRICT | {"slow_mode": 5}


def test_a_change_is_told_without_words_and_recorded(live_session, host):
    call("patch", host, live_session, STRICT)
    told = [(event.topic, event.type, event.data) for event in OutboxEvent.objects.all()]
    public = {name: value for name, value in STRICT.items() if name != "blocked_words"}
    assert told == [
        (f"session:{live_session.pk}", "session.moderation", public),
        (f"control:{live_session.pk}", "rights.changed", {"user_ids": None}),
    ]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.details) == (
        "moderation.rules_changed",
        host,
        STRICT | {"blocked_words": 2},
    )


def test_only_a_change_is_told_and_rights_are_judged_anew_only_where_they_change(live_session, host):
    call("patch", host, live_session, {"slow_mode": 5})
    call("patch", host, live_session, {"slow_mode": 5})
    call("patch", host, live_session, {})
    call("patch", host, live_session, {"blocked_words": ["spam"]})
    assert [event.type for event in OutboxEvent.objects.all()] == ["session.moderation"]
    assert AuditEntry.objects.count() == 2


def test_words_are_kept_once_each_whatever_their_case(session, host):
    data = call("patch", host, session, {"blocked_words": [" Spam ", "spam", "Buy"]}).json()["data"]
    assert data["blocked_words"] == ["Spam", "Buy"]


@pytest.mark.parametrize(
    "body",
    [
        {"slow_mode": -1},
        {"slow_mode": 3601},
        {"slow_mode": "5"},
        {"chat_from": "nobody"},
        {"hold_messages": 1},
        {"blocked_words": "spam"},
        {"blocked_words": [""]},
        {"blocked_words": ["x" * 51]},
        {"blocked_words": [str(number) for number in range(201)]},
        {"is_door_closed": None},
    ],
)
def test_values_outside_their_limits_are_422(session, host, body):
    reply = call("patch", host, session, body)
    assert reply.status_code == 422
    assert call("get", host, session).json()["data"] == UNRESTRICTED


@pytest.mark.parametrize(("method", "body"), [("get", None), ("patch", {"slow_mode": 9})])
def test_others_neither_read_nor_change_them(session, guest, member, stranger, moderator, method, body):
    Preset.objects.update(moderator_manage_chat=False)
    people = (None, guest, member, stranger, moderator)
    assert [call(method, user, session, body).status_code for user in people] == [401, 403, 403, 403, 403]
    assert Session.objects.get().slow_mode == 0


def test_an_ended_session_keeps_its_rules(session, host):
    Session.objects.update(status="ended", started_at=timezone.now(), ended_at=timezone.now())
    assert call("patch", host, session, {"slow_mode": 5}).json()["code"] == "session_ended"


def test_a_locked_session_keeps_newcomers_out_and_lets_those_who_came_and_the_crew_in(
    live_session, guest, moderator, host, client
):
    newcomer = User.objects.create_user(username="New", is_guest=True)
    Attendance.objects.create(session=live_session, user=guest)
    call("patch", host, live_session, {"is_door_closed": True})
    for path in ("join", "realtime/ticket"):
        reply = client_for(newcomer).post(f"{API}/sessions/{live_session.pk}/{path}", {}, format="json")
        assert (reply.status_code, reply.json()["code"]) == (403, "door_closed")
    asked = client_for(newcomer).get(f"{API}/sessions/{live_session.pk}/bans/me").json()["data"]
    assert asked == {"banned": False, "reason": None, "refused": "door_closed"}
    for user in (guest, moderator):
        path = f"{API}/sessions/{live_session.pk}/realtime/ticket"
        assert client_for(user).post(path, {}, format="json").status_code == 200
    page = client.get(f"/w/{live_session.room.slug}")
    assert (page.status_code, "This webinar is locked" in page.content.decode()) == (403, True)
    assert client.post(f"/w/{live_session.room.slug}", {"display_name": "Newer"}).status_code == 403
    assert not User.objects.filter(username="Newer").exists()
    call("patch", host, live_session, {"is_door_closed": False})
    assert client.get(f"/w/{live_session.room.slug}").status_code == 200


def test_who_came_before_finds_the_page_of_a_locked_session_open(live_session, host, client):
    client.post(f"/w/{live_session.room.slug}", {"display_name": "Grace"})
    Attendance.objects.create(session=live_session, user=User.objects.get(username="Grace"))
    call("patch", host, live_session, {"is_door_closed": True})
    assert client.get(f"/w/{live_session.room.slug}").status_code == 200
    client.cookies.pop("sessionid")  # signed out, in the same browser: the same name comes in again
    assert client.get(f"/w/{live_session.room.slug}").status_code == 200
    assert client.post(f"/w/{live_session.room.slug}", {"display_name": "Grace"}).status_code == 302
    assert client.get(f"/w/{live_session.room.slug}").status_code == 200
    client.cookies.pop("sessionid")
    client.post(f"/w/{live_session.room.slug}", {"display_name": "Somebody new"})
    assert client.get(f"/w/{live_session.room.slug}").status_code == 403
