"""The bin of sessions, rooms and presets: GET …/bin, POST …/{id}/restore, POST …/{id}/delete_for_good."""

import pytest
from django.utils import timezone

from organizations.services import create_api_key
from rooms.models import Preset, Room
from sessions.models import Session
from tests.conftest import API, client_for
from tests.live.filled import age_in_bin, ended, fill

pytestmark = pytest.mark.django_db

KINDS = ("sessions", "rooms", "presets")


@pytest.fixture
def thing(request, session, room, preset):
    """``(kind, row)`` of what the test is about, in the bin."""
    kind = request.param
    if kind == "presets":
        Session.objects.all().delete()
    row = {"sessions": session, "rooms": room, "presets": preset}[kind]
    assert client_for(row.user if kind == "presets" else room.host).delete(f"{API}/{kind}/{row.pk}").status_code == 200
    return kind, row


each_kind = pytest.mark.parametrize("thing", KINDS, indirect=True)


def post(user, thing, what):
    kind, row = thing
    return client_for(user).post(f"{API}/{kind}/{row.pk}/{what}", {}, format="json")


def listed(user, kind):
    return client_for(user).get(f"{API}/{kind}/bin").json()["data"]


@each_kind
def test_it_is_listed_with_its_times_and_comes_back(thing, host, settings):
    kind, row = thing
    found = listed(host, kind)
    assert (found["total"], [each["id"] for each in found[kind]]) == (1, [str(row.pk)])
    row.refresh_from_db()
    until = (row.deleted_at + settings.BIN_FOR).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert found[kind][0]["restorable_until"] == until
    assert client_for(host).get(f"{API}/{kind}/{row.pk}").status_code == 404
    reply = post(host, thing, "restore")
    assert (reply.status_code, reply.json()["data"]["id"]) == (200, str(row.pk))
    assert client_for(host).get(f"{API}/{kind}/{row.pk}").status_code == 200
    assert listed(host, kind)["total"] == 0
    assert post(host, thing, "restore").status_code == 404


@each_kind
@pytest.mark.parametrize("what", ["restore", "delete_for_good"])
def test_to_anybody_else_it_is_not_there(thing, what, member, stranger, guest):
    kind, row = thing
    for user in (member, stranger, guest):
        assert post(user, thing, what).status_code == 404
        assert listed(user, kind)["total"] == 0
    assert post(None, thing, what).status_code == 401
    assert client_for().get(f"{API}/{kind}/bin").status_code == 401
    row.refresh_from_db()
    assert row.deleted_at is not None


@each_kind
def test_deleted_for_good_it_cannot_come_back(thing, host):
    reply = post(host, thing, "delete_for_good")
    assert reply.status_code == 200
    assert [post(host, thing, what).status_code for what in ("restore", "delete_for_good")] == [404, 404]
    assert listed(host, thing[0])["total"] == 0


@each_kind
@pytest.mark.parametrize("what", ["restore", "delete_for_good"])
def test_after_its_time_it_is_gone(thing, what, host):
    age_in_bin(thing[1])
    assert listed(host, thing[0])["total"] == 0
    assert post(host, thing, what).status_code == 404


@pytest.mark.parametrize("what", ["restore", "delete_for_good"])
def test_what_is_in_no_bin_is_404(session, room, preset, host, what):
    rows = {"sessions": session, "rooms": room, "presets": preset}
    assert {kind: post(host, (kind, row), what).status_code for kind, row in rows.items()} == dict.fromkeys(rows, 404)
    assert [Session.objects.count(), Room.objects.count(), Preset.objects.count()] == [1, 1, 1]


def test_the_list_says_what_belongs_to_each_with_the_same_queries(
    session, preset, room, host, guest, django_assert_num_queries
):
    fill(ended(session), host, guest)
    counts = []
    for number in (1, 3):
        while Session.objects.filter(deleted_at__isnull=False).count() < number:
            alive = Session.objects.filter(deleted_at=None).first()
            alive = alive or Session.objects.create(room=room, preset=preset, title="More")
            Session.objects.filter(pk=alive.pk).update(deleted_at=timezone.now())
        client = client_for(host)
        with django_assert_num_queries(3):
            found = client.get(f"{API}/sessions/bin").json()["data"]
        counts.append(found["total"])
    assert counts == [1, 3]
    assert found["sessions"][-1]["contents"] == {
        "recordings": 1,
        "bytes": 1000,
        "people": 1,
        "messages": 2,
        "polls": 1,
        "questions": 1,
        "captions": 1,
    }


def test_a_session_of_a_room_in_the_bin_waits_for_its_room(session, room, host):
    client_for(host).delete(f"{API}/sessions/{session.pk}")
    client_for(host).delete(f"{API}/rooms/{room.pk}")
    reply = post(host, ("sessions", session), "restore")
    assert (reply.status_code, reply.json()["code"]) == (409, "room_in_bin")
    assert post(host, ("rooms", room), "restore").status_code == 200
    assert post(host, ("sessions", session), "restore").status_code == 200


def test_a_key_reaches_the_bin_of_its_scope_and_organization_alone(tenant, other_tenant, session, host, api):
    client_for(host).delete(f"{API}/sessions/{session.pk}")
    replies = []
    for organization, scopes in (
        (other_tenant.organization, ["sessions"]),
        (tenant.organization, ["codes"]),
        (tenant.organization, ["sessions"]),
    ):
        acts_as = host if organization == tenant.organization else other_tenant.owner
        _key, secret = create_api_key(organization=organization, acts_as=acts_as, name="CRM", scopes=scopes)
        client = api()
        client.credentials(HTTP_X_API_KEY=secret)
        listed = client.get(f"{API}/sessions/bin").json()["data"]["total"]
        replies.append((listed, client.post(f"{API}/sessions/{session.pk}/restore", {}, format="json").status_code))
    assert replies == [(0, 404), (0, 404), (1, 200)]


def test_a_co_host_neither_sees_nor_restores(session, host, guest):
    session.roles.create(user=guest, role="co_host", assigned_by=host)
    client_for(host).delete(f"{API}/sessions/{session.pk}")
    assert post(guest, ("sessions", session), "restore").status_code == 404
    assert listed(guest, "sessions")["total"] == 0
