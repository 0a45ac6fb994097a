"""POST /auth/viewer/device-login."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import services
from accounts.models import DeviceToken, User
from tests.openapi import assert_matches_schema


@pytest.fixture
def device(db):
    """(guest, device token)."""
    return services.register_guest(display_name="Grace")


def test_the_same_guest_comes_back_with_a_new_device_token(post, device):
    guest, token = device
    reply = post("viewer/device-login", {"device_token": token})
    assert reply.status_code == 200
    assert_matches_schema(reply)
    assert reply["Cache-Control"] == "no-store"
    data = reply.json()["data"]
    assert data["user"]["id"] == str(guest.id)
    assert data["device_token"] != token
    assert post("viewer/device-login", {"device_token": data["device_token"]}).status_code == 200


def test_the_replaced_token_holds_for_24_hours(post, device):
    _guest, token = device
    with time_machine.travel(timezone.now(), tick=False) as clock:
        newer = post("viewer/device-login", {"device_token": token}).json()["data"]["device_token"]
        clock.shift(timedelta(hours=23, minutes=59))
        assert post("viewer/device-login", {"device_token": token}).status_code == 200
        clock.shift(timedelta(minutes=1))
        assert post("viewer/device-login", {"device_token": token}).json()["code"] == "invalid_token"
        assert post("viewer/device-login", {"device_token": newer}).status_code == 200


def test_it_ends_after_a_year(post, device):
    with time_machine.travel(timezone.now() + timedelta(days=365), tick=False):
        assert post("viewer/device-login", {"device_token": device[1]}).status_code == 401


def test_a_banned_or_closed_account_stays_closed(post, device):
    guest, token = device
    services.set_active(user=guest, is_active=False)
    assert post("viewer/device-login", {"device_token": token}).status_code == 401
    services.set_active(user=guest, is_active=True)
    assert post("viewer/device-login", {"device_token": token}).status_code == 401
    assert DeviceToken.objects.filter(revoked_at=None).count() == 0


@pytest.mark.parametrize("body", [{}, {"device_token": ""}, {"device_token": 3.5}, {"device_token": "x" * 513}])
def test_invalid_bodies_are_a_422(post, db, body):
    reply = post("viewer/device-login", body)
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == ["device_token"]


def test_failures_are_limited_by_address_and_successes_are_not(post, device, api):
    token = device[1]
    assert [post("viewer/device-login", {"device_token": token}).status_code for _ in range(25)] == [200] * 25
    assert [post("viewer/device-login", {"device_token": "dt_x"}).status_code for _ in range(20)] == [401] * 20
    refused = post("viewer/device-login", {"device_token": token})
    assert refused.status_code == 429
    assert_matches_schema(refused)
    body = {"device_token": token}
    elsewhere = api().post("/v1/webinar/auth/viewer/device-login", body, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 200
    assert User.objects.count() == 1


def test_a_refresh_token_is_no_device_token(post, tokens):
    assert post("viewer/device-login", {"device_token": tokens.refresh_token}).status_code == 401
