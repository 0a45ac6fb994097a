"""Published objects leave as the JSON that pydantic writes, in the envelope, and unchanged ones cost a 304."""

import json

import pytest

from rooms.models import Room
from tests.conftest import API, client_for

pytestmark = pytest.mark.django_db


def test_the_body_is_the_envelope_around_the_object(session, host):
    reply = client_for(host).get(f"{API}/rooms/{session.room_id}")
    body = json.loads(reply.content)
    assert list(body) == ["success", "data", "timestamp"]
    assert body["data"] == reply.data
    assert reply["Content-Type"] == "application/json"


def test_ends_of_lines_of_javascript_are_escaped_and_other_signs_are_not(room, host):
    Room.objects.update(title="a\u2028b\u2029c ä 名")
    reply = client_for(host).get(f"{API}/rooms/{room.pk}")
    assert "\\u2028b\\u2029c ä 名".encode() in reply.content
    assert reply.json()["data"]["title"] == "a\u2028b\u2029c ä 名"


def test_what_has_not_changed_is_not_sent_again(room, host):
    client = client_for(host)
    etag = client.get(f"{API}/rooms/{room.pk}")["ETag"]
    assert client.get(f"{API}/rooms/{room.pk}", HTTP_IF_NONE_MATCH=etag).status_code == 304
    Room.objects.update(title="Another")
    assert client.get(f"{API}/rooms/{room.pk}", HTTP_IF_NONE_MATCH=etag).status_code == 200
