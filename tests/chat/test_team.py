"""The team's own chat: /sessions/{id}/team_chat."""

import uuid

import pytest
from django.db import transaction

from accounts.person import Person
from chat.models import TeamMessage
from chat.services import send_team_message
from core.errors import NotAllowed
from realtime.models import OutboxEvent
from sessions import lifecycle
from sessions.errors import SessionEnded
from sessions.models import Session, SessionRole
from sessions.queries import complete_session
from sockets.state import state_for
from tests.chat.conftest import come_in
from tests.conftest import API


@pytest.fixture
def speaker(live_session, host):
    return come_in(live_session, "Sam", "speaker", host)


@pytest.fixture
def team(api, live_session):
    """``team(user, "post", "", message=…)`` calls the operation."""

    def call(user, method="get", path="", **body):
        address = f"{API}/sessions/{live_session.pk}/team_chat{path}"
        return getattr(api(user), method)(address, body or None, format="json" if body else None)

    return call


def texts(reply):
    return [message["message"] for message in reply.json()["data"]["messages"]]


def test_crew_and_speakers_read_and_write_and_nobody_else(team, live_session, host, moderator, speaker, ada, stranger):
    for user in (host, moderator, speaker):
        reply = team(user, "post", message=f"Hello from {user.username}")
        assert reply.status_code == 201
        assert list(OutboxEvent.objects.order_by("pk").values_list("topic", "type", "data"))[-1] == (
            f"session:{live_session.pk}:team",
            "team.message",
            reply.json()["data"],
        )
    for user in (host, moderator, speaker):
        assert len(texts(team(user))) == 3
        assert "team" in state_for(Person(user=user), complete_session(live_session.pk))
    for user, status in ((ada, 403), (stranger, 403), (None, 401)):
        assert (team(user).status_code, team(user, "post", message="Hi").status_code) == (status, status)
    assert "team" not in state_for(Person(user=ada), complete_session(live_session.pk))
    assert TeamMessage.objects.count() == 3


def test_who_lost_the_role_reads_nothing_more(team, live_session, speaker):
    team(speaker, "post", message="Hi")
    SessionRole.objects.filter(user=speaker).delete()
    assert team(speaker).status_code == 403


def test_it_is_no_part_of_the_chat_nor_of_its_export(team, api, live_session, host):
    team(host, "post", message="Between us")
    chat = f"{API}/sessions/{live_session.pk}/chat"
    assert api(host).get(chat).json()["data"]["messages"] == []
    export = api(host).get(f"{chat}/export", {"format": "json"})
    assert b"Between us" not in b"".join(export)


def test_the_same_mark_is_the_same_message(team, host):
    mark = str(uuid.uuid4())
    first, again = (team(host, "post", message="Once", client_id=mark) for _ in range(2))
    assert first.json()["data"] == again.json()["data"]
    assert TeamMessage.objects.count() == 1


def test_length_and_rate_are_bounded_as_in_the_chat(team, host, settings):
    assert team(host, "post", message="x" * 501).json()["errors"][0]["code"] == "max_length"
    settings.CHAT_BURST = 2
    assert [team(host, "post", message="x").status_code for _ in range(3)] == [201, 201, 429]


def test_older_messages_come_page_by_page(team, host):
    for number in range(5):
        team(host, "post", message=str(number))
    newest = team(host, path="?limit=2")
    assert (texts(newest), newest.json()["data"]["total"]) == (["3", "4"], 5)
    first = newest.json()["data"]["messages"][0]["id"]
    assert texts(team(host, path=f"?limit=2&before={first}")) == ["1", "2"]


def test_people_delete_their_own_and_who_leads_any(team, live_session, host, moderator, speaker):
    mine = team(speaker, "post", message="Mine").json()["data"]["id"]
    other = team(moderator, "post", message="Theirs").json()["data"]["id"]
    assert team(speaker, "delete", f"/{other}").status_code == 403
    assert [team(user, "delete", f"/{one}").status_code for user, one in ((speaker, mine), (host, other))] == [200, 200]
    assert team(host, "delete", f"/{mine}").status_code == 404
    told = OutboxEvent.objects.filter(type="team.deleted").values_list("topic", "data__id")
    assert list(told) == [(f"session:{live_session.pk}:team", one) for one in (mine, other)]


def test_it_goes_on_when_the_session_goes_live_and_ends_with_it(session, host):
    send_team_message(actor=Person(user=host), session=session, text="Ready?")
    for change in (lifecycle.go_live, lifecycle.end):
        with transaction.atomic():
            change(lifecycle.lock_session(session.pk))
        assert TeamMessage.objects.count() == 1
    with pytest.raises(SessionEnded):
        send_team_message(actor=Person(user=host), session=complete_session(session.pk), text="Too late")


def test_rights_are_judged_again_under_the_lock(live_session, speaker, monkeypatch):
    session = complete_session(live_session.pk)
    take_the_role = SessionRole.objects.filter(user=speaker).delete
    monkeypatch.setattr("core.limits.Limiter.check", lambda *args: take_the_role())
    with pytest.raises(NotAllowed):
        send_team_message(actor=Person(user=speaker), session=session, text="Still here?")
    assert Session.objects.filter(team_messages__isnull=False).count() == 0
