"""POST /auth/logout."""

import pytest

from accounts import credentials
from accounts.models import RefreshToken
from tests.openapi import assert_matches_schema


def test_it_ends_every_token_of_that_sign_in_and_no_other(post, host, tokens, api):
    other = credentials.issue_tokens(host)
    newer = credentials.rotate(tokens.refresh_token)[1]
    reply = post("logout", {"refresh_token": tokens.refresh_token})
    assert reply.status_code == 200
    assert_matches_schema(reply)
    assert reply.json()["data"] == {"message": "Signed out."}
    assert post("refresh", {"refresh_token": newer.refresh_token}).status_code == 401
    bearers = [tokens.access_token, newer.access_token, other.access_token]
    statuses = [
        api().get("/v1/webinar/auth/me", headers={"Authorization": f"Bearer {bearer}"}).status_code
        for bearer in bearers
    ]
    assert statuses == [401, 401, 200]


@pytest.mark.parametrize("token", ["rt_unknown", "nonsense"])
def test_an_unknown_token_is_answered_alike(post, tokens, token):
    reply = post("logout", {"refresh_token": token})
    assert (reply.status_code, reply.json()["data"]) == (200, {"message": "Signed out."})
    assert RefreshToken.objects.filter(revoked_at=None).count() == 1


def test_twice_is_harmless(post, tokens):
    statuses = [post("logout", {"refresh_token": tokens.refresh_token}).status_code for _ in range(2)]
    assert statuses == [200, 200]


def test_the_token_is_required(post, db):
    assert [e["field"] for e in post("logout", {}).json()["errors"]] == ["refresh_token"]


def test_api_keys_cannot_log_out(post, tokens, api_key):
    assert post("logout", {"refresh_token": tokens.refresh_token}, headers={"X-API-Key": api_key[1]}).status_code == 403
