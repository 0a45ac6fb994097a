"""POST /auth/viewer/register."""

import pytest

from accounts.models import DeviceToken, User
from tests.openapi import assert_matches_schema


def test_a_name_makes_a_guest_with_tokens_and_a_device_token(post, db, api):
    reply = post("viewer/register", {"display_name": "  Grace Hopper "})
    assert reply.status_code == 201
    assert_matches_schema(reply)
    assert reply["Cache-Control"] == "no-store"
    data = reply.json()["data"]
    guest = User.objects.get()
    assert data["user"] == {
        "id": str(guest.id),
        "external_user_id": None,
        "organization_id": None,
        "email": None,
        "username": "Grace Hopper",
        "role": "viewer",
        "is_active": True,
        "created_at": data["user"]["created_at"],
    }
    assert sorted(data) == ["access_token", "device_token", "refresh_token", "user"]
    assert (guest.is_guest, guest.has_usable_password(), guest.organization) == (True, False, None)
    me = api().get("/v1/webinar/auth/me", headers={"Authorization": f"Bearer {data['access_token']}"})
    assert me.json()["data"]["id"] == str(guest.id)


@pytest.mark.parametrize("name", ["A", "x" * 50, "Ægir", "張偉", "O’Brien-Smith, Dr.", "🙂"])
def test_names_of_all_kinds_are_kept(post, db, name):
    assert post("viewer/register", {"display_name": name}).json()["data"]["user"]["username"] == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "x" * 51,
        "\u200f",
        "\u200b",
        None,
        7.5,
        [],
        {"a": 1},
        True,
    ],
)
def test_other_names_are_refused_and_leave_no_account(post, db, name):
    reply = post("viewer/register", {"display_name": name})
    assert reply.status_code == 422
    assert_matches_schema(reply)
    assert [error["field"] for error in reply.json()["errors"]] == ["display_name"]
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "extra", [{"role": "host"}, {"organization_id": "01890a5d-ac96-774b-bcce-b302099a8057"}, {"is_staff": True}]
)
def test_role_organization_and_rights_are_not_writable(post, db, extra):
    assert post("viewer/register", {"display_name": "Eve", **extra}).status_code == 201
    eve = User.objects.get()
    assert (eve.role, eve.organization, eve.is_staff, eve.is_superuser) == ("viewer", None, False, False)


def test_an_address_may_register_as_often_as_the_limit_says(post, db, settings, api):
    settings.REGISTER_LIMIT = 3
    statuses = [post("viewer/register", {"display_name": "Ann"}).status_code for _ in range(4)]
    assert statuses == [201, 201, 201, 429]
    assert User.objects.count() == 3
    elsewhere = api().post("/v1/webinar/auth/viewer/register", {"display_name": "Ann"}, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 201


def test_a_body_that_is_no_json_is_a_400(post, db):
    reply = post("viewer/register", "{", content_type="application/json")
    assert reply.status_code == 400
    assert_matches_schema(reply)
    assert User.objects.count() == 0


def test_the_device_token_is_stored_only_as_a_hash(post, db):
    token = post("viewer/register", {"display_name": "Ann"}).json()["data"]["device_token"]
    assert token not in str(vars(DeviceToken.objects.get()))
