"""POST /rooms."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from core.secrets import hash_token
from organizations.models import APIKey, Library, Organization
from rooms.models import Room
from tests.conftest import API, client_for, refused_fields
from tests.openapi import assert_matches_schema


def post(user, body, **headers):
    return client_for(user).post(f"{API}/rooms", body, format="json", **headers)


def test_a_room_needs_only_a_title(host, tenant):
    reply = post(host, {"title": "  Product news  "})
    assert reply.status_code == 201
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert set(data) == {"room"}
    room = data["room"]
    assert (room["title"], room["description"], room["visibility"], room["access"]) == (
        "Product news",
        "",
        "public",
        "open",
    )
    assert (room["host_id"], room["library_id"]) == (str(host.pk), str(tenant.library.pk))
    assert room["analytics"] == {"google_tag_manager": {"container_id": "", "enabled": False}}
    assert room["active_session_id"] is None
    assert (room["created_at"][-1], room["host"]["email"]) == ("Z", host.email)
    assert Room.objects.get(pk=room["id"]).slug.startswith("product-news-")


def test_all_fields_are_kept(host, tenant):
    other = Library.objects.create(organization=tenant.organization, name="Second")
    body = {
        "title": "All",
        "description": "Text",
        "analytics": {"google_tag_manager": {"container_id": "GTM-ABC123", "enabled": True}},
        "access": "open",
        "visibility": "private",
        "library_id": str(other.pk),
    }
    room = post(host, body).json()["data"]["room"]
    assert {name: room[name] for name in body} == body


def test_a_room_is_not_for_registered_people_before_there_is_registration(host, room):
    created = post(host, {"title": "Closed", "access": "registration"})
    changed = client_for(host).patch(f"{API}/rooms/{room.pk}", {"access": "registration"}, format="json")
    for reply in (created, changed):
        (error,) = reply.json()["errors"]
        assert (reply.status_code, error["field"], error["code"]) == (422, "access", "not_available")
        assert "Registration is not available yet" in error["message"]
    with pytest.raises(ValidationError):
        Room(access="registration").clean()


@pytest.mark.parametrize("title", ["abc", "x" * 255, "€uro", "  abc  "])
def test_a_title_within_its_limits(host, title):
    assert post(host, {"title": title}).status_code == 201


@pytest.mark.parametrize("title", ["", "ab", "  ab  ", "x" * 256, None, 7, True, ["abc"], {"a": 1}])
def test_a_title_outside_its_limits(host, title):
    reply = post(host, {"title": title})
    assert (reply.status_code, refused_fields(reply), Room.objects.count()) == (422, ["title"], 1)
    assert_matches_schema(reply)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": "abc", "description": 7}, "description"),
        ({"title": "abc", "description": "x" * 10_001}, "description"),
        ({"title": "abc", "analytics": "GTM"}, "analytics"),
        ({"title": "abc", "analytics": {"google_tag_manager": 1}}, "analytics.google_tag_manager"),
        (
            {"title": "abc", "analytics": {"google_tag_manager": {"container_id": "GTM-abc"}}},
            "analytics.google_tag_manager.container_id",
        ),
        (
            {"title": "abc", "analytics": {"google_tag_manager": {"container_id": "GTM-ABC123\n<script>"}}},
            "analytics.google_tag_manager.container_id",
        ),
        (
            {"title": "abc", "analytics": {"google_tag_manager": {"enabled": "yes"}}},
            "analytics.google_tag_manager.enabled",
        ),
        ({"title": "abc", "visibility": "secret"}, "visibility"),
        ({"title": "abc", "access": 1}, "access"),
        ({"title": "abc", "library_id": "7"}, "library_id"),
    ],
)
def test_what_is_not_valid_is_named(host, body, field):
    reply = post(host, body)
    assert (reply.status_code, set(refused_fields(reply))) == (422, {field})


def test_null_clears_what_is_optional(host):
    assert post(host, {"title": "abc", "description": None, "analytics": None, "library_id": None}).status_code == 201


def test_an_unknown_and_a_foreign_library_get_the_same_answer(host, other_tenant):
    unknown = post(host, {"title": "abc", "library_id": "01890000-0000-7000-8000-000000000000"}).json()
    foreign = post(host, {"title": "abc", "library_id": str(other_tenant.library.pk)}).json()
    assert unknown["errors"] == foreign["errors"]
    assert unknown["errors"][0]["field"] == "library_id"


def test_guests_and_viewers_make_no_rooms(guest, tenant):
    viewer = User.objects.create_user("v@acme.example", username="V", organization=tenant.organization)
    assert [post(user, {"title": "abc"}).status_code for user in (guest, viewer)] == [403, 403]
    assert post(guest, {"title": 7}).status_code == 403


def test_a_host_without_any_organization_is_told(db):
    nobody = User.objects.create_user("n@x.example", username="N", role="host")
    assert refused_fields(post(nobody, {"title": "abc"})) == ["library_id"]
    assert Organization.objects.count() == 0


@pytest.mark.parametrize(("scopes", "status"), [(["rooms"], 201), (["sessions"], 403), ([], 403)])
def test_a_key_makes_rooms_for_the_person_it_acts_as(tenant, scopes, status):
    APIKey.objects.create(
        organization=tenant.organization,
        acts_as=tenant.member,
        name="k",
        prefix="key",
        key_hash=hash_token("wk_secret"),
        scopes=scopes,
    )
    client = client_for()
    client.credentials(HTTP_X_API_KEY="wk_secret")
    reply = client.post(f"{API}/rooms", {"title": "By key"}, format="json")
    assert reply.status_code == status
    assert list(Room.objects.filter(title="By key").values_list("host", flat=True)) == (
        [tenant.member.pk] if status == 201 else []
    )


def test_the_same_request_with_a_key_of_its_own_is_done_once(host):
    replies = [post(host, {"title": "Once"}, HTTP_IDEMPOTENCY_KEY="k1") for _ in range(2)]
    assert [reply.status_code for reply in replies] == [201, 201]
    assert replies[0].json()["data"] == replies[1].json()["data"]
    assert Room.objects.filter(title="Once").count() == 1


def test_without_such_a_key_two_requests_make_two_rooms_at_two_addresses(host):
    slugs = {post(host, {"title": "Twice"}).json()["data"]["room"]["slug"] for _ in range(2)}
    assert len(slugs) == 2
