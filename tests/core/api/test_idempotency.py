"""Idempotency-Key on creates."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.models import User
from core import replies
from core.models import IdempotentReply
from organizations.models import Membership
from rooms.models import Room
from sessions.models import Attendance, Ban
from tests.conftest import client_for
from tests.openapi import assert_matches_schema

ROOMS = "/v1/webinar/rooms"


@pytest.fixture
def create(api, host):
    def send(title="Talks", key="k1", user=host, **headers):
        headers |= {"Idempotency-Key": key} if key is not None else {}
        return api(user).post(ROOMS, {"title": title}, headers=headers)

    return send


def rooms(title="Talks"):
    return Room.objects.filter(title=title).count()


def test_the_same_request_twice_is_done_once_and_answered_alike(create):
    first, second = create(), create()
    assert [first.status_code, second.status_code] == [201, 201]
    assert first.json()["data"] == second.json()["data"]
    assert_matches_schema(second)
    assert ("Idempotency-Replayed" in first, second["Idempotency-Replayed"]) == (False, "true")
    assert rooms() == 1


def test_without_a_key_every_request_counts(create):
    assert [create(key=None).status_code for _ in range(2)] == [201, 201]
    assert (rooms(), IdempotentReply.objects.count()) == (2, 0)


def test_another_body_with_the_same_key_is_a_422(create):
    create()
    reply = create(title="Other talks")
    assert (reply.status_code, reply.json()["code"]) == (422, "idempotency_key_reused")
    assert_matches_schema(reply)
    assert rooms("Other talks") == 0


def test_a_key_belongs_to_its_caller(create, host, stranger, member):
    ids = {create(user=user).json()["data"]["room"]["id"] for user in (host, stranger, member)}
    assert len(ids) == 3


def test_a_refused_request_frees_its_key(create):
    assert create(title="x").status_code == 422
    assert create().status_code == 201
    assert rooms() == 1


def test_a_key_that_is_freed_while_somebody_looks_at_it_is_told_to_wait(create, monkeypatch):
    manager, found = type(IdempotentReply.objects), IdempotentReply.objects.get_or_create

    def freed_meanwhile(self, **values):
        row, _is_new = found(**values)
        IdempotentReply.objects.filter(pk=row.pk).delete()
        return row, False

    monkeypatch.setattr(manager, "get_or_create", freed_meanwhile)
    reply = create()
    assert (reply.status_code, reply.json()["code"], rooms()) == (409, "in_progress", 0)


@pytest.mark.parametrize("key", ["", "k" * 256, "ä", "a\tb"])
def test_a_malformed_key_is_a_422(create, key):
    reply = create(key=key)
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == ["Idempotency-Key"]
    assert rooms() == 0


def test_while_the_first_is_being_answered_the_second_is_told_to_wait(create, monkeypatch):
    monkeypatch.setattr(replies.Reservation, "keep", lambda self, reply: None)
    create()
    reply = create()
    assert (reply.status_code, reply.json()["code"], reply["Retry-After"]) == (409, "in_progress", "1")
    assert_matches_schema(reply)
    assert rooms() == 1


def test_a_request_that_was_cut_off_may_be_done_anew(create, monkeypatch):
    with monkeypatch.context() as cut:
        cut.setattr(replies.Reservation, "keep", lambda self, reply: None)
        create()
    with time_machine.travel(timezone.now() + timedelta(minutes=2, seconds=1)):
        assert create().status_code == 201


def test_after_24_hours_the_key_is_free_again(create):
    create()
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert "Idempotency-Replayed" not in create()
    assert (rooms(), IdempotentReply.objects.count()) == (2, 1)


def test_the_kept_reply_is_sealed(create):
    room_id = create().json()["data"]["room"]["id"]
    row = IdempotentReply.objects.get()
    assert room_id not in str(vars(row))
    assert "Talks" not in str(vars(row))


@pytest.mark.django_db(transaction=True)
def test_many_at_once_create_one(tenant):
    results, start = [], threading.Barrier(4)

    def send():
        try:
            client = client_for(tenant.owner)
            start.wait()
            headers = {"Idempotency-Key": "same"}
            results.append(client.post(ROOMS, {"title": "Talks"}, headers=headers).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rooms() == 1
    assert set(results) <= {201, 409}
    assert 201 in results


CREATES = {
    "rooms": {"title": "Talks"},
    "presets": {"name": "Quiet", "type": "whip", "primary_color": "#1d4ed8"},
    "rooms/{room}/sessions": {"title": "Talk", "preset_id": "{preset}"},
    "sessions/{session}/chat": {"message": "Hello"},
    "sessions/{session}/questions": {"text": "Why is that?"},
    "sessions/{session}/polls": {"question": "Well?", "options": ["Yes", "No"]},
    "sessions/{session}/captions": {"text": "Hello", "language": "en"},
    "sessions/{session}/invitations": {"name": "Ada", "role": "speaker"},
    "sessions/{session}/stage/participants": {"participant_identity": "{guest}"},
}


@pytest.mark.parametrize("path", CREATES)
def test_a_kept_reply_is_not_given_after_the_right_is_gone(path, api, member, guest, live_session, preset):
    """An admin creates it, and asks again as somebody who may not any more."""
    ids = {"room": live_session.room_id, "session": live_session.pk, "preset": preset.pk, "guest": guest.pk}
    body = {name: value.format(**ids) if isinstance(value, str) else value for name, value in CREATES[path].items()}
    Membership.objects.filter(user=member).update(role="admin")
    Attendance.objects.create(session=live_session, user=guest)
    client = api(member)

    def ask():
        return client.post(f"/v1/webinar/{path.format(**ids)}", body, headers={"Idempotency-Key": "k"})

    assert [ask().status_code, ask()["Idempotency-Replayed"]] == [201, "true"]
    Membership.objects.filter(user=member).delete()
    User.objects.filter(pk=member.pk).update(role="viewer", is_guest=True, email=None, organization=None)
    Room.objects.update(visibility="private")
    reply = ask()
    assert reply.status_code in {403, 404}
    assert "Idempotency-Replayed" not in reply


@pytest.mark.parametrize("request_kind", ["raise_hand", "join_requests"])
def test_a_kept_request_is_not_answered_again_to_the_banned(request_kind, api, host, guest, live_session):
    Attendance.objects.create(session=live_session, user=guest)
    client, address = api(guest), f"/v1/webinar/sessions/{live_session.pk}/stage/{request_kind}"
    assert client.post(address, {}, headers={"Idempotency-Key": "k"}).status_code == 201
    Ban.objects.create(session=live_session, user=guest, banned_by=host)
    assert client.post(address, {}, headers={"Idempotency-Key": "k"}).status_code == 403
