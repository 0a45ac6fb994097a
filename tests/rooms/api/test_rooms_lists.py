"""GET /rooms and /rooms/my."""

import pytest

from core.secrets import hash_token
from organizations import keys
from organizations.models import APIKey
from rooms.models import Room
from sessions.models import Session
from tests.conftest import API, client_for
from tests.openapi import assert_matches_schema


def make(tenant, title, **fields):
    return Room.objects.create(host=tenant.owner, library=tenant.library, slug=title.lower(), title=title, **fields)


def titles(reply):
    return [room["title"] for room in reply.json()["data"]["rooms"]]


def test_the_public_list_has_public_rooms_of_all_organizations_newest_first(api, tenant, other_tenant):
    make(tenant, "Unlisted", visibility="unlisted")
    make(tenant, "Private", visibility="private")
    make(tenant, "Deleted", deleted_at=tenant.room.created_at)
    for caller in (None, tenant.owner):
        assert titles(api(caller).get(f"{API}/rooms")) == ["globex room", "acme room"]


def test_pages_follow_each_other_without_gaps(api, tenant):
    for number in range(4):
        make(tenant, f"R{number}")
    pages = [api().get(f"{API}/rooms?page={page}&limit=2") for page in (1, 2, 3)]
    assert [titles(page) for page in pages] == [["R3", "R2"], ["R1", "R0"], ["acme room"]]
    assert {page.json()["data"]["total"] for page in pages} == {5}


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(api, tenant, preset, number, django_assert_num_queries):
    for index in range(1, number):
        make(tenant, f"R{index}")
    client = api()
    with django_assert_num_queries(1):  # the page is not full and says the total
        reply = client.get(f"{API}/rooms")
    assert len(titles(reply)) == number


def test_private_fields_of_the_host_are_withheld_from_others(api, tenant, host, stranger, guest):
    for caller in (None, stranger, guest):
        listed = api(caller).get(f"{API}/rooms").json()["data"]["rooms"]
        (found,) = [room["host"] for room in listed if room["host_id"] == str(host.pk)]
        private = (found["email"], found["organization_id"], found["external_user_id"])
        assert (found["username"], private) == (host.username, (None, None, None))
    (mine,) = api(host).get(f"{API}/rooms/my").json()["data"]["rooms"]
    assert mine["host"]["email"] == host.email


def test_the_live_session_is_named(api, live_session, room, preset):
    Session.objects.create(room=room, preset=preset, title="Later")
    (found,) = api().get(f"{API}/rooms").json()["data"]["rooms"]
    assert found["active_session_id"] == str(live_session.pk)


def test_mine_are_those_i_host_of_every_visibility(api, tenant, other_tenant, member):
    make(tenant, "Private", visibility="private")
    Room.objects.create(host=member, library=tenant.library, slug="m", title="Member's")
    reply = api(tenant.owner).get(f"{API}/rooms/my")
    assert_matches_schema(reply)
    assert titles(reply) == ["Private", "acme room"]
    assert titles(api(member).get(f"{API}/rooms/my")) == ["Member's"]


@pytest.mark.parametrize(("scopes", "expected"), [(["rooms"], ["acme room"]), (["sessions"], []), (["codes"], [])])
def test_a_key_reads_its_persons_rooms_with_its_scope(api, tenant, scopes, expected):
    APIKey.objects.create(
        organization=tenant.organization,
        acts_as=tenant.owner,
        name="k",
        prefix="key",
        key_hash=hash_token("wk_secret"),
        scopes=scopes,
    )
    client = client_for()
    client.credentials(HTTP_X_API_KEY="wk_secret")
    assert keys.person_of_key("wk_secret") is not None
    assert titles(client.get(f"{API}/rooms/my")) == expected
