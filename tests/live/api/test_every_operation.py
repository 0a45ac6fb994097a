"""What holds for each operation on rooms, presets and sessions: who is refused how, and in which order."""

from dataclasses import dataclass

import pytest

from rooms.models import Room
from tests.conftest import API
from tests.openapi import assert_matches_schema


@dataclass(frozen=True)
class Operation:
    """An operation; ``owner_only``: others of the same visibility get 403, or 404 for presets."""

    method: str
    path: str
    public: bool = False
    owner_only: bool = True
    takes_body: bool = False

    def __str__(self):
        return f"{self.method} {self.path}"


OPERATIONS = [
    Operation("get", "rooms", public=True, owner_only=False),
    Operation("post", "rooms", owner_only=False, takes_body=True),
    Operation("get", "rooms/my", owner_only=False),
    Operation("get", "rooms/{room}", public=True, owner_only=False),
    Operation("patch", "rooms/{room}", takes_body=True),
    Operation("delete", "rooms/{room}"),
    Operation("get", "rooms/{room}/sessions"),
    Operation("post", "rooms/{room}/sessions", takes_body=True),
    Operation("get", "sessions", public=True, owner_only=False),
    Operation("get", "sessions/live", public=True, owner_only=False),
    Operation("get", "sessions/stats", owner_only=False),
    Operation("get", "sessions/{session}", public=True, owner_only=False),
    Operation("delete", "sessions/{session}"),
    Operation("post", "sessions/{session}/join", owner_only=False, takes_body=True),
    Operation("post", "sessions/{session}/start"),
    Operation("post", "sessions/{session}/go_live"),
    Operation("post", "sessions/{session}/end"),
    Operation("patch", "sessions/{session}/reschedule", takes_body=True),
    Operation("patch", "sessions/{session}/settings", takes_body=True),
    Operation("post", "sessions/{session}/host_video_state", takes_body=True),
    Operation("post", "sessions/{session}/host_audio_state", takes_body=True),
    Operation("get", "sessions/{session}/monitor"),
    Operation("get", "sessions/{session}/stream_health"),
    Operation("get", "sessions/{session}/stream_key"),
    Operation("post", "sessions/{session}/stream_key/rotate"),
    Operation("get", "presets", owner_only=False),
    Operation("post", "presets", owner_only=False, takes_body=True),
    Operation("get", "presets/{preset}"),
    Operation("patch", "presets/{preset}", takes_body=True),
    Operation("delete", "presets/{preset}"),
    Operation("post", "presets/{preset}/default"),
]
WITH_ID = [operation for operation in OPERATIONS if "{" in operation.path]


@pytest.fixture
def address(room, session, preset):
    def fill(operation, **others):
        ids = {"room": room.pk, "session": session.pk, "preset": preset.pk} | others
        return f"{API}/{operation.path.format(**ids)}"

    return fill


def call(client, operation, path, body=None):
    return getattr(client, operation.method)(path, body if operation.method != "get" else None, format="json")


@pytest.mark.any_database
@pytest.mark.parametrize("operation", [o for o in OPERATIONS if not o.public], ids=str)
def test_without_credentials_it_answers_401(operation, address, api):
    reply = call(api(), operation, address(operation))
    assert (reply.status_code, reply.json()["code"]) == (401, "not_authenticated")
    assert reply["WWW-Authenticate"] == "Bearer"


@pytest.mark.any_database
@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_a_bad_token_is_401_even_where_none_is_needed(operation, address, api):
    client = api()
    client.credentials(HTTP_AUTHORIZATION="Bearer nonsense")
    assert call(client, operation, address(operation)).status_code == 401


@pytest.mark.parametrize("operation", WITH_ID, ids=str)
@pytest.mark.parametrize(
    "wrong", ["01920000-0000-7000-8000-000000000000", "7", "not-an-id", "00000000-0000-0000-0000-00000000000g"]
)
def test_an_unknown_or_malformed_id_is_404(operation, wrong, address, api, host):
    reply = call(api(host), operation, address(operation, room=wrong, session=wrong, preset=wrong))
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("operation", [o for o in WITH_ID if o.owner_only], ids=str)
@pytest.mark.parametrize("body", [{}, {"title": 7, "enabled": "?", "preset_id": 1}])
def test_somebody_elses_visible_object_is_403_before_the_body_is_judged(operation, body, address, api, stranger):
    reply = call(api(stranger), operation, address(operation), body)
    expected = 404 if operation.path.startswith("presets") else 403
    assert reply.status_code == expected


@pytest.mark.parametrize("operation", WITH_ID, ids=str)
def test_a_private_rooms_things_do_not_exist_for_others(operation, address, api, stranger, room):
    Room.objects.filter(pk=room.pk).update(visibility="private")
    reply = call(api(stranger), operation, address(operation))
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


@pytest.mark.any_database
@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.takes_body], ids=str)
@pytest.mark.parametrize("body", ["{", "[]", '"text"', "NaN", '{"title": NaN}', "\x80"])
def test_a_body_that_is_no_json_object_is_400(operation, body, address, api, host):
    method = getattr(api(host), operation.method)
    reply = method(address(operation), body.encode("latin-1"), content_type="application/json")
    assert (reply.status_code, reply.json()["code"]) == (400, "unreadable")


@pytest.mark.any_database
@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.takes_body], ids=str)
def test_a_body_of_another_type_is_415(operation, address, api, host):
    reply = getattr(api(host), operation.method)(address(operation), "title=x", content_type="text/plain")
    assert reply.status_code == 415


@pytest.mark.any_database
@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.takes_body], ids=str)
def test_a_body_beyond_the_limit_is_413(operation, address, api, host):
    body = '{"title": "' + "x" * 1_600_000 + '"}'
    reply = getattr(api(host), operation.method)(address(operation), body, content_type="application/json")
    assert reply.status_code == 413


@pytest.mark.parametrize(
    "operation",
    [o for o in OPERATIONS if o.method == "get" and not o.path.endswith(("monitor", "stream_key"))],
    ids=str,
)
def test_its_reply_is_as_described(operation, address, api, host):
    reply = call(api(host), operation, address(operation))
    assert reply.status_code == 200
    assert_matches_schema(reply)


@pytest.mark.parametrize("path", ["rooms", "rooms/my", "sessions", "sessions/live", "rooms/{room}/sessions", "presets"])
@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=1.5", "page=", "limit=0", "limit=101", "limit=x", "limit=٣"]
)
def test_a_page_outside_its_bounds_is_422(path, query, address, api, host):
    reply = api(host).get(f"{API}/{path.format(room=address(OPERATIONS[3]).rpartition('/')[2])}?{query}")
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, query.partition("=")[0])


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("rooms", "rooms"),
        ("rooms/my", "rooms"),
        ("sessions", "sessions"),
        ("rooms/{room}/sessions", "sessions"),
        ("presets", "presets"),
    ],
)
def test_a_page_past_the_end_is_empty_and_still_counts(path, key, room, session, api, host):
    data = api(host).get(f"{API}/{path.format(room=room.pk)}?page=9&limit=100").json()["data"]
    assert data == {key: [], "total": 1, "page": 9, "limit": 100}
