"""What caches may keep: nothing of what is secret or about people, and personal reads only to ask again."""

import pytest

from sessions.models import Ban
from tests.conftest import API, client_for

NO_STORE = (
    "sessions/{session}/participants",
    "sessions/{session}/bans",
    "sessions/{session}/viewers",
    "sessions/{session}/attendance",
    "sessions/{session}/invitations",
    "sessions/{session}/attendance/export?format=csv",
    "sessions/{session}/polls/export?rows=votes&format=json",
)
PERSONAL = ("auth/me", "rooms/my", "rooms", "rooms/{room}", "sessions/stats", "presets", "sessions/{session}/chat")


@pytest.fixture
def get(live_session, host, guest):
    Ban.objects.create(session=live_session, user=guest, banned_by=host)
    client = client_for(host)
    return lambda path, **headers: client.get(
        f"{API}/{path.format(session=live_session.pk, room=live_session.room_id)}", headers=headers
    )


@pytest.mark.parametrize("path", NO_STORE)
def test_lists_of_people_are_not_stored(get, path):
    reply = get(path)
    assert (reply.status_code, reply["Cache-Control"], reply.has_header("ETag")) == (200, "no-store", False)


@pytest.mark.parametrize("path", PERSONAL)
def test_a_personal_read_is_asked_again_and_costs_nothing_while_it_is_the_same(get, path, live_session):
    first, second = get(path), get(path)
    assert first["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "X-API-Key", "Cookie"} <= {name.strip() for name in first["Vary"].split(",")}
    assert first["ETag"] == second["ETag"]  # although the time in the envelope may be another
    same = get(path, if_none_match=first["ETag"])
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert get(path, if_none_match='"another"').status_code == 200


def test_a_change_has_another_tag(get, live_session):
    before = get("rooms/{room}")
    type(live_session.room).objects.update(title="Another")
    after = get("rooms/{room}", if_none_match=before["ETag"])
    assert (after.status_code, after.json()["data"]["title"]) == (200, "Another")


def test_a_public_read_is_for_everybody_and_asked_again(live_session):
    reply = client_for().get(f"{API}/rooms/{live_session.room_id}")
    assert (reply["Cache-Control"], reply.has_header("ETag")) == ("no-cache", True)


def test_writes_and_refusals_are_not_stored(live_session, host):
    client = client_for(host)
    room = client.post(f"{API}/rooms", {"title": "New room"}, format="json")
    refused = client.get(f"{API}/sessions/01890000-0000-7000-8000-000000000000")
    assert [(reply.status_code, reply["Cache-Control"]) for reply in (room, refused)] == [
        (201, "no-store"),
        (404, "no-store"),
    ]


@pytest.mark.parametrize("path", ["/account", "/dashboard", "/rooms", "/", "/nowhere"])
def test_pages_are_for_the_person_who_asked(client, host, path):
    client.force_login(host)
    reply = client.get(path)
    kept = {part.strip() for part in reply["Cache-Control"].split(",")}
    assert "no-store" in kept or {"private", "no-cache"} <= kept
