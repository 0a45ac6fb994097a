"""The message to the lobby: /sessions/{id}/lobby_message."""

import pytest
from django.db import transaction

from accounts.person import Person
from chat import part
from chat.models import LobbyMessage
from realtime.models import OutboxEvent
from sessions import lifecycle
from sessions.models import SessionRole
from sessions.queries import complete_session
from sockets.state import state_for
from tests.conftest import API


@pytest.fixture
def lobby(api, session):
    def call(user, method="get", message=None):
        address = f"{API}/sessions/{session.pk}/lobby_message"
        body = {} if message is None else {"message": message}
        return getattr(api(user), method)(address, body, format="json" if method != "get" else None)

    return call


def shown_to(user, session):
    return state_for(Person(user=user), complete_session(session.pk))["lobby_message"]


def test_who_waits_reads_it_at_once_and_who_comes_later_too(lobby, session, host, guest):
    assert lobby(host, "put", "We start\nlate").json()["data"]["message"] == "We start late"
    changed = lobby(host, "put", "We start in five minutes").json()["data"]
    told = OutboxEvent.objects.filter(type="lobby.message").order_by("pk").values_list("topic", "data")
    assert list(told)[-1] == (f"session:{session.pk}:lobby", changed)
    assert shown_to(guest, session) == lobby(guest).json()["data"] == changed


def test_it_can_be_removed(lobby, session, host, guest):
    lobby(host, "put", "Wait")
    for _ in range(2):
        assert lobby(host, "delete").json()["data"] == {"message": None, "updated_at": None}
    assert shown_to(guest, session)["message"] is None
    assert OutboxEvent.objects.filter(type="lobby.message").count() == 2


def test_only_who_manages_the_chat_says_it(lobby, session, host, guest, stranger, tenant):
    SessionRole.objects.create(session=session, user=guest, role="moderator", assigned_by=host)
    assert lobby(guest, "put", "Hi").status_code == 200
    session.preset.moderator_manage_chat = False
    session.preset.save()
    assert [lobby(user, "put", "Hi").status_code for user in (guest, stranger, None)] == [403, 403, 401]


def test_one_line_of_bounded_length(lobby, host):
    assert lobby(host, "put", "x" * 201).json()["errors"][0]["code"] == "max_length"
    assert lobby(host, "put", " ").json()["errors"][0]["code"] == "blank"


def test_it_survives_a_rehearsal_and_is_gone_when_the_session_goes_live(lobby, session, host, guest):
    lobby(host, "put", "Wait")
    for change in (lifecycle.open_backstage, lifecycle.end):  # a rehearsal
        with transaction.atomic():
            locked = lifecycle.lock_session(session.pk)
            change(locked)
            part.close(locked)
        assert shown_to(guest, session)["message"] == "Wait"
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        lifecycle.go_live(locked)
        part.drop_rehearsal(locked)
    assert (shown_to(guest, session)["message"], LobbyMessage.objects.count()) == (None, 0)
    refused = lobby(host, "put", "Nobody waits")
    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_waits")
