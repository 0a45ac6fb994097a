"""Pages of the audience and reads that may be kept are compressed; what holds a secret is sent as it is."""

import gzip
import json

import pytest
from django.test import Client

from accounts import credentials
from tests.conftest import API, client_for

pytestmark = pytest.mark.django_db
ASKS = {"HTTP_ACCEPT_ENCODING": "gzip"}


def test_the_audiences_pages_are_compressed(client, room, live_session):
    for path in (f"/w/{room.slug}", f"/w/{room.slug}/{live_session.pk}"):
        plain, packed = client.get(path), client.get(path, **ASKS)
        assert packed["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed["Vary"]
        assert len(packed.content) < len(plain.content) / 2
        assert b"<html" in gzip.decompress(packed.content)


def test_reads_that_may_be_kept_are_compressed_and_known_again(room, host):
    client = Client(HTTP_AUTHORIZATION=f"Bearer {credentials.issue_tokens(host).access_token}")
    reply = client.get(f"{API}/rooms/{room.pk}", **ASKS)
    assert reply["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(reply.content))["data"]["id"] == str(room.pk)
    assert client.get(f"{API}/rooms/{room.pk}", HTTP_IF_NONE_MATCH=reply["ETag"], **ASKS).status_code == 304


def test_what_is_never_kept_is_sent_as_it_is(live_session, host, guest):
    reply = client_for(guest).post(f"{API}/sessions/{live_session.pk}/realtime/ticket", **ASKS)
    assert "no-store" in reply["Cache-Control"]
    assert not reply.has_header("Content-Encoding")


def test_pages_with_keys_and_links_are_sent_as_they_are(live_session, host):
    client = Client()
    client.force_login(host)
    for path in (f"/sessions/{live_session.pk}", f"/sessions/{live_session.pk}/studio", "/account"):
        assert not client.get(path, **ASKS).has_header("Content-Encoding"), path
