"""GET /auth/me, and which credentials open it."""

from datetime import timedelta

import jwt
import pytest
import time_machine
from django.utils import timezone

from accounts import credentials, services
from accounts.models import User
from core.secrets import derive_key
from tests.openapi import assert_matches_schema

ME = "/v1/webinar/auth/me"


def test_a_person_sees_all_of_themselves(api, host):
    reply = api(host).get(ME)
    assert reply.status_code == 200
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert (data["email"], data["organization_id"]) == (host.email, str(host.organization_id))


def test_anonymous_callers_are_a_401(api, db):
    reply = api().get(ME)
    assert reply.status_code == 401
    assert_matches_schema(reply)
    assert reply["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Bearer a.b.c", "Basic dXNlcjpwYXNz", "", "Bearer  "])
def test_an_invalid_header_is_a_401_even_beside_a_valid_cookie(api, host, header):
    client = api()
    client.force_login(host)
    assert client.get(ME).status_code == 200
    assert client.get(ME, headers={"Authorization": header}).status_code == 401


def test_two_headers_at_once_are_a_401(api, tokens, api_key):
    headers = {"Authorization": f"Bearer {tokens.access_token}", "X-API-Key": api_key[1]}
    assert api().get(ME, headers=headers).status_code == 401


def test_api_keys_cannot_ask(api, api_key):
    assert api().get(ME, headers={"X-API-Key": api_key[1]}).status_code == 403


def test_an_access_token_ends_after_15_minutes(api, tokens):
    headers = {"Authorization": f"Bearer {tokens.access_token}"}
    with time_machine.travel(timezone.now() + timedelta(minutes=14, seconds=55), tick=False) as clock:
        assert api().get(ME, headers=headers).status_code == 200
        clock.shift(10)
        assert api().get(ME, headers=headers).status_code == 401


def test_an_access_token_of_the_future_or_with_odd_claims_is_a_401(api, tokens):
    claims = jwt.decode(tokens.access_token, options={"verify_signature": False})
    later = int(timezone.now().timestamp()) + 100
    odd = [{"iat": later}, {"iat": "soon"}, {"exp": "never"}, {"exp": None}, {"nbf": later}, {"typ": "refresh"}]
    for changes in odd:
        token = jwt.encode(claims | changes, derive_key("access token"), algorithm="HS256")
        for _time in range(2):
            assert api().get(ME, headers={"Authorization": f"Bearer {token}"}).status_code == 401, changes


def test_a_forged_or_unsigned_token_is_a_401(api, tokens):
    claims = jwt.decode(tokens.access_token, options={"verify_signature": False})
    forged = [jwt.encode(claims, "k" * 32, algorithm="HS256"), jwt.encode(claims, None, algorithm="none")]
    statuses = [api().get(ME, headers={"Authorization": f"Bearer {token}"}).status_code for token in forged]
    assert statuses == [401, 401]


def test_a_new_password_ends_tokens_codes_and_other_browsers(api, post, host, session):
    tokens = credentials.issue_tokens(host)
    code = credentials.issue_code(host, session_id=session.id, session_ends_at=timezone.now())
    browser = api()
    browser.force_login(host)
    host.set_password("another horse entirely")
    host.save()
    bearer = {"Authorization": f"Bearer {tokens.access_token}"}
    assert [api().get(ME, headers=bearer).status_code, browser.get(ME).status_code] == [401, 401]
    assert post("refresh", {"refresh_token": tokens.refresh_token}).status_code == 401
    assert post("code/exchange", {"code": code}).status_code == 410
    assert api(host).get(ME).status_code == 200


def test_closing_an_account_ends_everything(api, host):
    client, browser = api(host), api()
    browser.force_login(host)
    services.set_active(user=host, is_active=False)
    assert [client.get(ME).status_code, browser.get(ME).status_code] == [401, 401]
    services.set_active(user=host, is_active=True)
    assert [client.get(ME).status_code, browser.get(ME).status_code] == [401, 401]


def test_a_login_that_upgrades_the_hash_of_a_password_is_no_change_of_password(post, host, settings, api):
    client = api(host)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", *settings.PASSWORD_HASHERS]
    assert post("login", {"email": host.email, "password": "correct horse"}).status_code == 200
    assert User.objects.get(pk=host.pk).password.startswith("scrypt$")
    assert client.get(ME).status_code == 200
