"""The AsyncAPI file and its address."""

import yaml
from jsonschema import Draft202012Validator

from realtime import sockets
from sockets.commands import COMMANDS
from tests.asyncapi import document, faults
from webinar.asyncapi import CLOSE_CODES, MEDIA_TYPE, asyncapi_document


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def found(reference):
    place = document()
    for part in reference.removeprefix("#/").split("/"):
        place = place[part]
    return place


def test_anybody_gets_the_file(client):
    answer = client.get("/v1/webinar/asyncapi")
    assert (answer.status_code, answer["Content-Type"]) == (200, MEDIA_TYPE)
    assert yaml.safe_load(answer.content) == document()


def test_the_text_is_the_same_each_time():
    assert asyncapi_document() == asyncapi_document()


def test_every_reference_leads_somewhere_and_every_schema_is_one():
    named = set(references(document()))
    assert named
    for reference in named:
        assert found(reference)
    for schema in document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_command_is_described_with_what_it_does():
    messages = document()["components"]["messages"]
    for name in ("ping", *COMMANDS):
        assert messages[name]["summary"]
    accepted = {reference["$ref"].rpartition("/")[2] for reference in document()["operations"]["command"]["messages"]}
    assert accepted == {"ping", *COMMANDS}


def test_every_close_code_is_described():
    names = ("NO_TICKET", "HEARTBEAT_MISSED", "TOO_MUCH", "RESTARTING", "REFUSED", "SESSION_OVER")
    assert {getattr(sockets, name) for name in names} == set(CLOSE_CODES)
    assert {code for code, (_meaning, back) in CLOSE_CODES.items() if not back} == {4503, 4510}


def test_volatile_events_have_no_offset_and_durable_ones_must():
    schemas = document()["components"]["schemas"]
    assert "offset" not in schemas["presence.count"]["properties"]
    assert "offset" in schemas["session.live"]["required"]
    event = {"topic": "session:1:lobby", "type": "presence.count", "at": "2026-01-01T00:00:00.000000Z"}
    assert faults("presence.count", {**event, "data": {"viewer_count": 3}}) == []
    assert faults("presence.count", {**event, "data": {"viewer_count": 3}, "offset": 1}) != []
    assert faults("presence.count", {**event, "data": {"viewer_count": 3, "name": "x"}}) != []
