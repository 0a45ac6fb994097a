"""POST /auth/code/generate."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuthCode
from core.ids import uuid7
from rooms.models import Room
from sessions.models import Session
from tests.openapi import assert_matches_schema


def test_a_host_gets_a_code_that_opens_this_session_elsewhere(post, host, session):
    reply = post("code/generate", {"session_id": str(session.id)}, host)
    assert reply.status_code == 200
    assert_matches_schema(reply)
    assert reply["Cache-Control"] == "no-store"
    data = reply.json()["data"]
    assert data["expires_in"] == 300
    row = AuthCode.objects.get()
    assert (row.user, row.session_id) == (host, session.id)
    assert data["code"] not in str(vars(row))
    assert post("code/exchange", {"code": data["code"]}).json()["data"]["user"]["id"] == str(host.id)


def test_a_guest_gets_one_for_themselves(post, guest, session):
    code = post("code/generate", {"session_id": str(session.id)}, guest).json()["data"]["code"]
    assert post("code/exchange", {"code": code}).json()["data"]["user"]["id"] == str(guest.id)


def test_anonymous_callers_are_a_401(post, session):
    assert post("code/generate", {"session_id": str(session.id)}).status_code == 401
    assert AuthCode.objects.count() == 0


def test_unknown_and_hidden_sessions_are_answered_alike(post, session, room, stranger):
    Room.objects.filter(pk=room.pk).update(visibility="private")
    replies = [post("code/generate", {"session_id": str(id_)}, stranger) for id_ in (session.id, uuid7())]
    bodies = [{**reply.json(), "timestamp": 0} for reply in replies]
    assert [reply.status_code for reply in replies] == [422, 422]
    assert bodies[0] == bodies[1]
    assert AuthCode.objects.count() == 0


@pytest.mark.parametrize("session_id", [None, "", "x", 7, [], "01890a5d"])
def test_a_malformed_session_is_a_422(post, host, session_id):
    reply = post("code/generate", {"session_id": session_id}, host)
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == ["session_id"]


def test_api_keys_cannot_generate_codes_here(post, api_key, session):
    reply = post("code/generate", {"session_id": str(session.id)}, headers={"X-API-Key": api_key[1]})
    assert reply.status_code == 403
    assert AuthCode.objects.count() == 0


def test_tokens_from_a_code_make_no_further_codes(post, host, session, api):
    code = post("code/generate", {"session_id": str(session.id)}, host).json()["data"]["code"]
    token = post("code/exchange", {"code": code}).json()["data"]["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert post("code/generate", {"session_id": str(session.id)}, headers=headers).status_code == 403


def test_tokens_last_until_a_day_after_the_planned_end(post, host, session):
    start = session.scheduled_start_time
    post("code/generate", {"session_id": str(session.id)}, host)
    assert (AuthCode.objects.get().tokens_expire_at - start).total_seconds() == 25 * 3600
    Session.objects.filter(pk=session.pk).update(scheduled_start_time=timezone.now() - timedelta(days=3))
    post("code/generate", {"session_id": str(session.id)}, host)
    assert AuthCode.objects.first().tokens_expire_at > timezone.now() + timedelta(hours=24)
