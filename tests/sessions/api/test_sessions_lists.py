"""GET /sessions, /sessions/live, /sessions/stats and /rooms/{id}/sessions."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from rooms.models import Preset, Room
from sessions import shapes
from sessions.models import Presence, Session
from sessions.queries import page_of_public_sessions
from tests.conftest import API, as_person, client_for, make_tenant
from tests.openapi import assert_matches_schema


def titles(reply):
    return [session["title"] for session in reply.json()["data"]["sessions"]]


def make(tenant, title, **fields):
    if fields.get("status") in ("live", "ended"):
        fields["started_at"] = timezone.now()
    return Session.objects.create(room=fields.pop("room", tenant.room), preset=tenant.preset, title=title, **fields)


@pytest.fixture
def everything(tenant, other_tenant):
    hidden = Room.objects.create(
        host=tenant.owner, library=tenant.library, slug="hidden", title="Hidden", visibility="unlisted"
    )
    private = Room.objects.create(
        host=tenant.owner, library=tenant.library, slug="private", title="Private", visibility="private"
    )
    make(tenant, "Live", status="live")
    make(tenant, "Ended", status="ended")
    make(tenant, "Deleted", deleted_at=timezone.now())
    make(tenant, "Unlisted", room=hidden, status="live")
    make(tenant, "Private", room=private, status="live")
    make(other_tenant, "Elsewhere", status="live")


def test_the_public_list_has_sessions_of_public_rooms_only(everything, api, host):
    for caller in (None, host):
        assert titles(api(caller).get(f"{API}/sessions")) == ["Elsewhere", "Ended", "Live"]


def test_the_live_list_has_those_on_air(everything, api):
    reply = api().get(f"{API}/sessions/live")
    assert_matches_schema(reply)
    assert titles(reply) == ["Elsewhere", "Live"]


def test_a_deleted_room_takes_its_sessions_along(everything, api, room):
    Room.objects.filter(pk=room.pk).update(deleted_at=timezone.now())
    assert titles(api().get(f"{API}/sessions")) == ["Elsewhere"]


def test_the_host_lists_a_room_of_any_visibility(everything, host):
    private = Room.objects.get(slug="private")
    assert titles(client_for(host).get(f"{API}/rooms/{private.pk}/sessions")) == ["Private"]


def test_stats_count_my_own(everything, tenant, host, stranger, guest):
    make(tenant, "S", status="scheduled")
    make(tenant, "X", status="expired")
    reply = client_for(host).get(f"{API}/sessions/stats")
    assert_matches_schema(reply)
    counted = {"total_sessions": 6, "live_now": 3, "scheduled": 1, "ended": 1}
    recently = {"people_reached_30_days": 0, "seconds_on_air_30_days": 0}
    assert reply.json()["data"] == counted | recently
    stats = client_for(stranger).get(f"{API}/sessions/stats").json()["data"]
    assert stats == {"total_sessions": 1, "live_now": 1, "scheduled": 0, "ended": 0} | recently
    assert set(client_for(guest).get(f"{API}/sessions/stats").json()["data"].values()) == {0}


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("sessions", 7), ("sessions/live", 5), ("rooms/{room}/sessions", 7)])
def test_the_number_of_queries_does_not_grow(tenant, host, guest, path, queries, number, django_assert_num_queries):
    for index in range(number):
        other = tenant if "{room}" in path else make_tenant(f"t{index}")
        row = make(other, f"S{index}", status="ended" if "{room}" in path else "live")
        Presence.objects.create(session=row, user=guest, source="test")
    client = client_for(host)
    with django_assert_num_queries(queries):
        reply = client.get(f"{API}/{path.format(room=tenant.room.pk)}")
    assert len(titles(reply)) == number


def test_viewers_are_people_of_the_audience_who_were_seen_lately(live_session, api, host, guest, member, stranger):
    now = timezone.now()
    speaker = User.objects.create_user(username="Sue", is_guest=True)
    for user, source, role, age in [
        (guest, "a", "audience", 1),
        (guest, "b", "audience", 2),
        (member, "a", "audience", 3),
        (host, "a", "host", 1),
        (speaker, "a", "speaker", 1),
        (stranger, "a", "audience", 3600),
    ]:
        Presence.objects.create(
            session=live_session, user=user, source=source, role=role, seen_at=now - timedelta(seconds=age)
        )
    (found,) = api().get(f"{API}/sessions").json()["data"]["sessions"]
    assert found["viewer_count"] == 2


def test_a_hidden_count_is_for_the_crew(live_session, api, host, guest):
    Preset.objects.update(viewer_count_visible=False)
    Session.objects.update(max_viewers=9)
    seen = []
    for caller in (None, guest, host):
        (found,) = api(caller).get(f"{API}/sessions").json()["data"]["sessions"]
        seen.append((found["viewer_count"], found["max_viewers"]))
    assert seen == [(None, None), (None, None), (0, 9)]


def test_a_room_deleted_while_its_sessions_are_read_is_no_defect(live_session, api):
    """Sessions and their rooms are read one after the other."""

    def delete_before_rooms(execute, sql, params, many, context):
        if sql.startswith("SELECT") and 'FROM "rooms_room"' in sql:
            Room.objects.update(deleted_at=timezone.now())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(delete_before_rooms):
        assert api().get(f"{API}/sessions/live").status_code == 200
    assert Room.objects.get().deleted_at is not None
    assert api().get(f"{API}/sessions/{live_session.pk}").status_code == 404


def test_a_page_written_out_is_the_page_as_values(tenant, host):
    other = make_tenant("other")
    room = other.room
    room.title = "Zwei\u2028Zeilen"
    room.save()
    for owner in (tenant, tenant, other):
        make(owner, 'Ein \u2029 \u00e4 \\ " Titel', status="ended")
    listed, total = page_of_public_sessions(0, 10)
    seen = shapes.all_seen_by(as_person(host), listed)
    page = shapes.Sessions(sessions=seen, total=total, page=1, limit=10)
    written = page.as_bytes()
    assert json.loads(written) == page.as_json()
    assert total == len(page.as_json()["sessions"]) == 3
    assert not {"\u2028", "\u2029"} & set(written.decode())
    empty = shapes.Sessions(sessions=[], total=0, page=9, limit=10)
    assert json.loads(empty.as_bytes()) == empty.as_json()
