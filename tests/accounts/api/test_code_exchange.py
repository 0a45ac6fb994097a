"""POST /auth/code/exchange, and how far tokens from a code reach."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from accounts import credentials
from accounts.models import AuthCode, RefreshToken
from sessions import lifecycle
from sessions.models import Session
from tests.openapi import assert_matches_schema

API = "/v1/webinar"


@pytest.fixture
def code(host, session):
    return credentials.issue_code(host, session_id=session.id, session_ends_at=timezone.now() + timedelta(hours=1))


@pytest.fixture
def limited(post, code):
    """The data of a successful exchange."""
    return post("code/exchange", {"code": code}).json()["data"]


def call(api, method, path, token):
    return getattr(api(), method)(f"{API}{path}", headers={"Authorization": f"Bearer {token}"})


def test_a_code_opens_the_account_it_was_made_for(post, code, host):
    reply = post("code/exchange", {"code": code})
    assert reply.status_code == 200
    assert_matches_schema(reply)
    assert reply["Cache-Control"] == "no-store"
    assert reply.json()["data"]["user"]["id"] == str(host.id)


def test_a_code_is_spent_by_its_first_use(post, code):
    assert post("code/exchange", {"code": code}).status_code == 200
    reply = post("code/exchange", {"code": code})
    assert reply.status_code == 410
    assert_matches_schema(reply)
    assert RefreshToken.objects.count() == 1


def test_a_code_ends_after_five_minutes(post, code):
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        assert post("code/exchange", {"code": code}).status_code == 410
    assert AuthCode.objects.get().spent_at is None


def test_looking_whose_code_it_is_spends_nothing(code, host, post):
    assert credentials.owner_of_code(code) == host
    assert post("code/exchange", {"code": code}).status_code == 200


def test_an_unknown_code_is_a_401_and_counts_for_the_address(post, code, api):
    assert [post("code/exchange", {"code": "ac_x"}).json()["code"] for _ in range(20)] == ["invalid_code"] * 20
    assert post("code/exchange", {"code": code}).status_code == 429
    elsewhere = api().post(f"{API}/auth/code/exchange", {"code": code}, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 200


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": None}, {"code": 5}, {"code": ["a"]}])
def test_invalid_bodies_are_a_422(post, db, body):
    reply = post("code/exchange", body)
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == ["code"]


def test_no_get_spends_a_code(api, code):
    assert api().get(f"{API}/auth/code/exchange", {"code": code}).status_code == 405
    assert AuthCode.objects.get().spent_at is None


def test_its_tokens_reach_their_session_me_and_nothing_else(api, limited, session, room, preset):
    token = limited["access_token"]
    second = Session.objects.create(room=room, preset=preset, title="Second", scheduled_start_time=timezone.now())
    allowed = [f"/sessions/{session.id}", "/auth/me"]
    refused = ["/rooms", f"/rooms/{room.id}", "/sessions", "/presets", f"/sessions/{second.id}"]
    assert [call(api, "get", path, token).status_code for path in allowed] == [200] * 2
    assert [call(api, "get", path, token).status_code for path in refused] == [403] * 5


def test_the_limit_outlives_a_refresh(post, api, limited, room):
    newer = post("refresh", {"refresh_token": limited["refresh_token"]}).json()["data"]["access_token"]
    assert call(api, "get", f"/rooms/{room.id}", newer).status_code == 403


def test_its_tokens_end_24_hours_after_the_session(post, api, limited):
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=55), tick=False) as clock:
        data = post("refresh", {"refresh_token": limited["refresh_token"]}).json()["data"]
        clock.shift(timedelta(minutes=5, seconds=1))
        assert call(api, "get", "/auth/me", data["access_token"]).status_code == 401
        assert post("refresh", {"refresh_token": data["refresh_token"]}).status_code == 401


def test_a_session_that_ends_early_takes_its_tokens_along(post, host, live_session):
    until_tomorrow = timezone.now() + timedelta(days=1)
    code = credentials.issue_code(host, session_id=live_session.id, session_ends_at=until_tomorrow)
    later_code = credentials.issue_code(host, session_id=live_session.id, session_ends_at=until_tomorrow)
    limited = post("code/exchange", {"code": code}).json()["data"]
    own = credentials.issue_tokens(host)
    with transaction.atomic():
        lifecycle.end(live_session)
    assert post("code/exchange", {"code": later_code}).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert post("refresh", {"refresh_token": limited["refresh_token"]}).status_code == 401
        assert post("refresh", {"refresh_token": own.refresh_token}).status_code == 200


def test_a_limited_token_can_sign_out(post, limited):
    assert post("logout", {"refresh_token": limited["refresh_token"]}).status_code == 200
    assert post("refresh", {"refresh_token": limited["refresh_token"]}).status_code == 401
