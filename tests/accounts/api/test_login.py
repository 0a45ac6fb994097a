"""POST /auth/login."""

from unittest import mock

import pytest

from accounts.models import RefreshToken, User
from tests.openapi import assert_matches_schema

RIGHT = {"email": "owner@acme.example", "password": "correct horse"}


def test_the_right_password_answers_the_person_and_tokens_that_work(post, host, api):
    reply = post("login", RIGHT)
    assert reply.status_code == 200
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert data["user"] == {
        "id": str(host.id),
        "external_user_id": None,
        "organization_id": str(host.organization_id),
        "email": "owner@acme.example",
        "username": "acme owner",
        "role": "host",
        "is_active": True,
        "created_at": data["user"]["created_at"],
    }
    assert sorted(data) == ["access_token", "refresh_token", "user"]
    me = api().get("/v1/webinar/auth/me", headers={"Authorization": f"Bearer {data['access_token']}"})
    assert me.json()["data"]["id"] == str(host.id)
    assert reply["Cache-Control"] == "no-store"


def test_the_tokens_are_stored_only_as_hashes(post, host):
    data = post("login", RIGHT).json()["data"]
    row = RefreshToken.objects.get(user=host)
    assert data["refresh_token"] not in str(vars(row))
    assert len(row.token_hash) == 64


def test_the_address_is_compared_without_case_and_space(post, host):
    assert post("login", {**RIGHT, "email": " OWNER@Acme.example "}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"email": "owner@acme.example", "password": "wrong horse"},
        {"email": "nobody@acme.example", "password": "correct horse"},
        {"email": "owner@acme.example", "password": "correct horse "},
    ],
)
def test_wrong_and_unknown_look_the_same(post, host, body):
    reply = post("login", body)
    assert reply.status_code == 401
    assert_matches_schema(reply)
    assert (reply.json()["code"], reply.json()["error"]) == ("wrong_password", "E-mail and password do not match.")
    assert reply["WWW-Authenticate"] == "Bearer"
    assert RefreshToken.objects.count() == 0


def test_an_unknown_account_costs_one_hash_like_a_wrong_password(post, host):
    with mock.patch("accounts.services.make_password") as hashed:
        post("login", {"email": "nobody@acme.example", "password": "x"})
    assert hashed.call_count == 1
    with mock.patch("accounts.services.make_password") as hashed, mock.patch.object(User, "check_password") as checked:
        checked.return_value = False
        post("login", {**RIGHT, "password": "x"})
    assert (hashed.call_count, checked.call_count) == (0, 1)


def test_an_inactive_account_is_refused_like_a_wrong_password(post, host):
    User.objects.filter(pk=host.pk).update(is_active=False)
    assert post("login", RIGHT).json()["code"] == "wrong_password"


def test_a_guest_has_no_password_to_sign_in_with(post, guest):
    assert post("login", {"email": "", "password": ""}).status_code == 422
    assert post("login", {"email": str(guest.id), "password": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["email", "password"]),
        ({"email": "owner@acme.example"}, ["password"]),
        ({"email": "no address", "password": "x"}, ["email"]),
        ({"email": ["owner@acme.example"], "password": "x"}, ["email"]),
        ({"email": "owner@acme.example", "password": {"a": 1}}, ["password"]),
        ({"email": None, "password": None}, ["email", "password"]),
        ({"email": "owner@acme.example", "password": "x" * 1025}, ["password"]),
    ],
)
def test_invalid_fields_are_named(post, host, body, fields):
    reply = post("login", body)
    assert reply.status_code == 422
    assert_matches_schema(reply)
    assert [error["field"] for error in reply.json()["errors"]] == fields


def test_ten_failures_close_this_account_for_this_address_only(post, host, member, api):
    wrong = {**RIGHT, "password": "wrong"}
    assert [post("login", wrong).status_code for _ in range(10)] == [401] * 10
    refused = post("login", RIGHT)
    assert refused.status_code == 429
    assert_matches_schema(refused)
    assert 1 <= int(refused["Retry-After"]) <= 901
    assert post("login", {**RIGHT, "email": "member@acme.example"}).status_code == 200
    elsewhere = api().post("/v1/webinar/auth/login", RIGHT, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 200


def test_success_forgets_earlier_failures(post, host):
    wrong = {**RIGHT, "password": "wrong"}
    for _ in range(2):
        assert [post("login", wrong).status_code for _ in range(9)] == [401] * 9
        assert post("login", RIGHT).status_code == 200


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(api, host, settings):
    def attempts(count, **headers):
        wrong = {**RIGHT, "password": "wrong"}
        return [api().post("/v1/webinar/auth/login", wrong, headers=headers).status_code for _ in range(count)]

    assert attempts(10, **{"X-Forwarded-For": "203.0.113.1"}) == [401] * 10
    assert attempts(1, **{"X-Forwarded-For": "203.0.113.2"}) == [429]
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert attempts(1, **{"X-Forwarded-For": "203.0.113.2"}) == [401]
    assert attempts(9, **{"X-Forwarded-For": "6.6.6.6, 203.0.113.2"}) == [401] * 9
    assert attempts(1, **{"X-Forwarded-For": "7.7.7.7, 203.0.113.2"}) == [429]


def test_api_keys_cannot_sign_in(post, api_key):
    reply = post("login", RIGHT, headers={"X-API-Key": api_key[1]})
    assert reply.status_code == 403


def test_an_invalid_api_key_is_a_401(post, host):
    assert post("login", RIGHT, headers={"X-API-Key": "wk_nonsense"}).json()["code"] == "not_authenticated"
