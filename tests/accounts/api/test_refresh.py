"""POST /auth/refresh: rotation, siblings for parallel tabs, and what re-use does (docs/contract.md §1, lifetimes)."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts import credentials
from accounts.models import RefreshToken, User
from core.secrets import hash_token
from tests.openapi import assert_matches_schema


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def refresh(post):
    def send(token):
        reply = post("refresh", {"refresh_token": token})
        assert_matches_schema(reply)
        return reply.json()["data"]["refresh_token"] if reply.status_code == 200 else reply.json()["code"]

    return send


def test_a_refresh_token_is_spent_for_new_tokens(post, tokens, host, api):
    reply = post("refresh", {"refresh_token": tokens.refresh_token})
    assert reply.status_code == 200
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert data["user"]["email"] == host.email
    assert data["refresh_token"] != tokens.refresh_token
    assert reply["Cache-Control"] == "no-store"
    me = api().get("/v1/webinar/auth/me", headers={"Authorization": f"Bearer {data['access_token']}"})
    assert me.status_code == 200


def test_within_ten_seconds_parallel_tabs_get_siblings(clock, tokens, refresh):
    siblings = {refresh(tokens.refresh_token)}
    clock.shift(5)
    siblings |= {refresh(tokens.refresh_token), refresh(tokens.refresh_token)}
    assert len(siblings) == 3
    assert all(refresh(sibling).startswith("rt_") for sibling in siblings)


def test_after_ten_seconds_reuse_revokes_the_family(clock, tokens, refresh, api):
    successor = refresh(tokens.refresh_token)
    clock.shift(11)
    assert refresh(tokens.refresh_token) == "invalid_token"
    assert refresh(successor) == "invalid_token"
    assert RefreshToken.objects.filter(revoked_at=None).count() == 0
    me = api().get("/v1/webinar/auth/me", headers={"Authorization": f"Bearer {tokens.access_token}"})
    assert me.status_code == 401


def test_reuse_within_ten_seconds_revokes_the_family_once_the_successor_was_used(clock, tokens, refresh):
    second = refresh(tokens.refresh_token)
    third = refresh(second)
    clock.shift(1)
    assert refresh(tokens.refresh_token) == "invalid_token"
    assert refresh(third) == "invalid_token"


def test_another_sign_in_of_the_same_person_survives_a_revoked_family(clock, host, tokens, refresh):
    other = credentials.issue_tokens(host)
    refresh(tokens.refresh_token)
    clock.shift(11)
    assert refresh(tokens.refresh_token) == "invalid_token"
    assert refresh(other.refresh_token).startswith("rt_")


def test_thirty_unused_days_end_a_token_without_revoking_anything(clock, tokens, refresh):
    clock.shift(timedelta(days=30))
    assert refresh(tokens.refresh_token) == "invalid_token"


def test_use_slides_thirty_days_but_never_past_ninety(clock, tokens, refresh):
    token = tokens.refresh_token
    for _ in range(3):
        clock.shift(timedelta(days=29))
        token = refresh(token)
    clock.shift(timedelta(days=2, hours=23))
    token = refresh(token)
    clock.shift(timedelta(hours=1))
    assert refresh(token) == "invalid_token"


def test_an_inactive_person_cannot_refresh(tokens, refresh, host):
    User.objects.filter(pk=host.pk).update(is_active=False)
    assert refresh(tokens.refresh_token) == "invalid_token"


@pytest.mark.parametrize("token", ["rt_unknown", "x", "rt_" + "é" * 40])
def test_unknown_tokens_are_a_401(db, refresh, token):
    assert refresh(token) == "invalid_token"


@pytest.mark.parametrize("body", [{}, {"refresh_token": ""}, {"refresh_token": None}, {"refresh_token": {}}])
def test_a_missing_token_is_a_422(db, post, body):
    reply = post("refresh", body)
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == ["refresh_token"]


def test_an_access_token_is_no_refresh_token(tokens, refresh):
    assert refresh(tokens.access_token) == "invalid_token"


def test_a_stale_bearer_token_sent_along_does_no_harm(post, tokens):
    reply = post("refresh", {"refresh_token": tokens.refresh_token}, headers={"Authorization": "Bearer stale"})
    assert reply.status_code == 200


def test_api_keys_cannot_refresh(post, tokens, api_key):
    reply = post("refresh", {"refresh_token": tokens.refresh_token}, headers={"X-API-Key": api_key[1]})
    assert reply.status_code == 403
    assert RefreshToken.objects.filter(spent_at__isnull=False).count() == 0


def in_parallel(count, act):
    """What ``act`` returned in each of ``count`` threads that began together."""
    results, start = [], threading.Barrier(count)

    def run():
        try:
            start.wait()
            results.append(act())
        except credentials.InvalidToken:
            results.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_refreshes_at_once_all_get_siblings_and_spend_the_token_once(host):
    token = credentials.issue_tokens(host).refresh_token
    results = in_parallel(4, lambda: credentials.rotate(token)[1].refresh_token)
    assert len(set(results)) == 4
    assert None not in results
    rows = RefreshToken.objects.filter(user=host)
    assert rows.filter(spent_at__isnull=False).count() == 1
    assert rows.filter(spent_at=None, parent__token_hash=hash_token(token)).count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_late_reuse_beside_a_good_refresh_leaves_nothing_usable(host, settings):
    old = credentials.issue_tokens(host).refresh_token
    new = credentials.rotate(old)[1].refresh_token
    RefreshToken.objects.filter(token_hash=hash_token(old)).update(spent_at=timezone.now() - timedelta(seconds=11))
    turns = iter([old, new])
    in_parallel(2, lambda: credentials.rotate(next(turns)))
    assert RefreshToken.objects.filter(revoked_at=None).count() == 0
