"""GET, PATCH and DELETE /rooms/{id}."""

import pytest

from accounts.models import User
from organizations.models import Membership
from realtime.models import OutboxEvent
from rooms.models import Room
from sessions.models import Session
from sessions.services import cancel_sessions_of_room
from tests.conftest import API, client_for
from tests.openapi import assert_matches_schema


def call(method, user, room, body=None):
    return getattr(client_for(user), method)(f"{API}/rooms/{room.pk}", body, format="json")


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_anyone_with_the_id_reads_a_public_or_unlisted_room(api, room, visibility):
    Room.objects.update(visibility=visibility)
    reply = api().get(f"{API}/rooms/{room.pk}")
    assert_matches_schema(reply)
    assert reply.json()["data"]["id"] == str(room.pk)


def test_a_private_room_answers_members_only(api, room, host, member, stranger, guest):
    Room.objects.update(visibility="private")
    callers = (host, member, stranger, guest, None)
    assert [api(user).get(f"{API}/rooms/{room.pk}").status_code for user in callers] == [200, 200, 404, 404, 404]


def test_a_change_touches_only_what_is_sent(host, room):
    Room.objects.update(description="Stays", analytics_container_id="GTM-ABC123", analytics_enabled=True)
    reply = call("patch", host, room, {"title": "New title"})
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert (data["title"], data["description"], data["slug"]) == ("New title", "Stays", room.slug)
    assert data["analytics"]["google_tag_manager"] == {"container_id": "GTM-ABC123", "enabled": True}


def test_null_clears(host, room):
    Room.objects.update(description="Goes", analytics_container_id="GTM-ABC123", analytics_enabled=True)
    data = call("patch", host, room, {"description": None, "analytics": None}).json()["data"]
    assert (data["description"], data["analytics"]) == (
        "",
        {"google_tag_manager": {"container_id": "", "enabled": False}},
    )


@pytest.mark.parametrize("body", [{"title": None}, {"title": "ab"}, {"visibility": None}, {"access": "none"}])
def test_what_is_not_valid_changes_nothing(host, room, body):
    before = Room.objects.values().get()
    assert (call("patch", host, room, body).status_code, Room.objects.values().get()) == (422, before)


def test_host_and_library_are_not_writable(host, member, room, other_tenant):
    call("patch", host, room, {"host_id": str(member.pk), "library_id": str(other_tenant.library.pk), "slug": "x"})
    row = Room.objects.get(pk=room.pk)
    assert (row.host, row.library, row.slug) == (host, room.library, room.slug)


def test_an_admin_of_the_organization_manages_it_and_a_member_does_not(room, tenant, member):
    admin = User.objects.create_user("a@acme.example", username="A", organization=tenant.organization)
    Membership.objects.create(organization=tenant.organization, user=admin, role="admin")
    assert call("patch", admin, room, {"title": "By admin"}).status_code == 200
    assert [call(method, member, room, {}).status_code for method in ("patch", "delete")] == [403, 403]


def test_a_deleted_room_is_gone_with_its_sessions(host, api, room, session, django_capture_on_commit_callbacks):
    reply = call("delete", host, room)
    assert (reply.status_code, call("delete", host, room).status_code) == (200, 404)
    assert_matches_schema(reply)
    assert api().get(f"{API}/sessions/{session.pk}").status_code == 404
    assert (Room.objects.count(), Session.objects.count()) == (1, 1)


def test_sessions_to_come_of_a_deleted_room_are_cancelled_and_told(host, room, session, preset):
    Session.objects.create(
        room=room, preset=preset, title="E", status="ended", started_at=room.created_at, ended_at=room.created_at
    )
    call("delete", host, room)
    assert cancel_sessions_of_room(room.pk) == 1
    assert [(event.type, event.data) for event in OutboxEvent.objects.all()] == [
        ("session.cancelled", {"id": str(session.pk)})
    ]
    assert list(Session.objects.values_list("deleted_at", flat=True)) == [None, None]


def test_a_room_that_was_brought_back_meanwhile_cancels_nothing(host, room, session):
    call("delete", host, room)
    Room.objects.update(deleted_at=None)
    assert cancel_sessions_of_room(room.pk) == 0
    assert not OutboxEvent.objects.exists()


def test_a_room_with_a_live_session_stays(host, room, live_session):
    reply = call("delete", host, room)
    assert (reply.status_code, reply.json()["code"]) == (409, "room_is_live")
    assert Room.objects.get().deleted_at is None


def test_how_replays_are_published_is_set_and_given_back_to_the_server(room, host):
    for sent, published in (("review", "review"), (None, None)):
        reply = call("patch", host, room, {"replay_publishing": sent})
        assert (reply.status_code, reply.json()["data"]["replay_publishing"]) == (200, published)
    assert call("patch", host, room, {"replay_publishing": "never"}).status_code == 422
