"""The conventions of docs/contract.md §1 that hold for every operation."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts import credentials
from accounts.models import User
from core.api.schema import operations
from rooms.models import Room
from tests.openapi import assert_matches_schema, document

pytestmark = pytest.mark.any_database

API = "/v1/webinar"
JSON = "application/json"
UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"


def real(path):
    """A described address with an id that nothing has."""
    return re.sub(r"\{[^}]+\}", UNKNOWN, path)


def every(*methods, where=lambda operation: True):
    """pytest parameters: (method, path) of every described operation."""
    found = [
        (method, path)
        for path, method, operation in operations(document())
        if (not methods or method in methods) and where(operation)
    ]
    return pytest.mark.parametrize(("method", "path"), found)


def needs_sign_in(operation):
    return operation["security"] != [{}]


def takes_json(operation):
    return JSON in operation.get("requestBody", {}).get("content", {})


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/nowhere", "/rooms/", f"/rooms/{UNKNOWN}/nothing", "/auth", "/auth/login/"])
def test_an_unknown_address_is_a_404_in_the_envelope_for_everyone(db, method, path):
    reply = getattr(Client(enforce_csrf_checks=True), method)(API + path)
    assert reply.status_code == 404
    body = reply.json()
    assert (body["success"], body["code"], body["message"]) == (False, "not_found", None)


@every(where=needs_sign_in)
def test_anonymous_callers_get_a_401_with_a_challenge(api, db, method, path):
    reply = getattr(api(), method)(real(path))
    assert reply.status_code == 401
    assert reply["WWW-Authenticate"] == "Bearer"
    assert_matches_schema(reply)


@every("post", "patch", "delete", where=lambda operation: needs_sign_in(operation) and takes_json(operation))
def test_a_body_that_is_no_json_is_a_400_before_the_object_is_looked_up(api, host, method, path):
    reply = getattr(api(host), method)(real(path), "{", content_type=JSON)
    assert reply.status_code == 400
    assert_matches_schema(reply)


@pytest.mark.parametrize(
    "raw",
    [
        "{",
        "[]",
        '"text"',
        "7",
        "null",
        '{"display_name": NaN}',
        "[" * 5000,
        b"\xff\xfe",
        '{"a": "\\u0000"}',
        '{"a": "\\ud800"}',
    ],
    ids=["cut off", "list", "string", "number", "null", "NaN", "deep", "not UTF-8", "null character", "half a pair"],
)
def test_unreadable_bodies_are_a_400(api, db, raw):
    reply = api().post(f"{API}/auth/viewer/register", raw, content_type=JSON)
    assert reply.status_code == 400
    assert reply.json()["code"] == "unreadable"
    assert_matches_schema(reply)


def test_a_written_backslash_is_no_null_character(api, db):
    reply = api().post(f"{API}/auth/viewer/register", {"display_name": "a\\u0000 ?"})
    assert reply.json()["data"]["user"]["username"] == "a\\u0000 ?"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"]
)
def test_other_types_than_json_are_a_415(api, db, kind):
    reply = api().post(f"{API}/auth/viewer/register", '{"display_name": "Ann"}', content_type=kind)
    assert reply.status_code == 415
    assert_matches_schema(reply)
    assert User.objects.count() == 0


def test_json_over_64_kib_is_a_413(api, db):
    def post(size):
        body = json.dumps({"display_name": "Ann", "x": ""})
        return api().post(
            f"{API}/auth/viewer/register", body.replace('""', f'"{"x" * (size - len(body))}"'), content_type=JSON
        )

    assert post(64 * 1024).status_code == 201
    reply = post(64 * 1024 + 1)
    assert reply.status_code == 413
    assert_matches_schema(reply)


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_method_that_an_address_does_not_take_is_a_405(api, host, signed_in):
    reply = api(host if signed_in else None).put(f"{API}/auth/me", {})
    assert reply.status_code == 405
    assert reply["Allow"] == "GET, HEAD"
    assert reply.json()["code"] == "method_not_allowed"


def test_a_success_carries_data_and_the_time(api, host):
    body = api(host).get(f"{API}/auth/me").json()
    assert sorted(body) == ["data", "success", "timestamp"]
    assert (body["success"], type(body["timestamp"])) == (True, int)


def test_an_error_tells_technical_detail_only_with_debug(api, db, settings):
    assert api().get(f"{API}/auth/me").json()["message"] is None
    settings.DEBUG = True
    assert "NotAuthenticated" in api().get(f"{API}/auth/me").json()["message"]


def test_a_defect_is_a_500_in_the_envelope_that_leaks_nothing(host, monkeypatch):
    def broken(*_args, **_options):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("accounts.shapes.User.of", broken)
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {credentials.issue_tokens(host).access_token}")
    reply = client.get(f"{API}/auth/me")
    assert reply.status_code == 500
    assert reply.json() == {
        "success": False,
        "error": "Something went wrong on the server. Try again.",
        "code": "server_error",
        "message": None,
        "timestamp": reply.json()["timestamp"],
    }


def test_every_reply_names_its_request(api, host):
    ids = [api(host).get(f"{API}{path}")["X-Request-ID"] for path in ("/auth/me", "/nowhere")]
    assert len(set(ids)) == 2
    assert all(len(name) == 36 for name in ids)


def test_the_page_cookie_needs_the_csrf_token_on_unsafe_methods(host):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(host)
    assert client.get(f"{API}/auth/me").status_code == 200
    reply = client.post(f"{API}/rooms", {"title": "A room"})
    assert (reply.status_code, reply.json()["code"]) == (403, "csrf")
    assert_matches_schema(reply)
    assert Room.objects.filter(title="A room").count() == 0
    client.cookies["csrftoken"] = "a" * 32
    accepted = client.post(f"{API}/rooms", {"title": "A room"}, headers={"X-CSRFToken": "a" * 32})
    assert accepted.status_code == 201


ORIGIN = "https://app.example"


def test_no_other_origin_is_admitted_by_default(api, db):
    reply = api().get(f"{API}/rooms", headers={"Origin": ORIGIN})
    assert [name for name in reply.headers if name.startswith("Access-Control")] == []


def test_an_allowed_origin_may_call_without_credentials(api, db, settings):
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    reply = api().get(f"{API}/rooms", headers={"Origin": ORIGIN})
    assert reply["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Credentials" not in reply
    assert "Origin" in reply["Vary"]


def test_a_preflight_names_what_may_be_sent(api, db, settings):
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    reply = api().options(f"{API}/rooms", headers=headers)
    assert reply.status_code == 204
    assert reply["Access-Control-Allow-Headers"] == "Authorization, Content-Type, Idempotency-Key, X-API-Key"
    assert reply["Access-Control-Allow-Methods"] == "GET, POST, PATCH, DELETE, OPTIONS"


@pytest.mark.parametrize("origin", ["https://evil.example", "https://app.example.evil", "null", "http://app.example"])
def test_other_origins_and_pages_stay_closed(api, db, settings, origin):
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert "Access-Control-Allow-Origin" not in api().options(f"{API}/rooms", headers=headers)
    assert "Access-Control-Allow-Origin" not in api().get(reverse("account_login"), headers={"Origin": ORIGIN})
