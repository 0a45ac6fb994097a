"""The OpenAPI file and its page."""

import gzip

import pytest
from django.utils.functional import lazy
from django.utils.translation import get_language, override
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from core.api import documents
from core.api.schema import finish_schema, operations
from tests.openapi import document, resolved
from webinar.management.commands.write_docs import openapi_document

OPERATIONS = list(operations(document()))
each_operation = pytest.mark.parametrize(
    ("path", "method", "operation"), OPERATIONS, ids=[f"{method} {path}" for path, method, _o in OPERATIONS]
)


def accepts(schema, value):
    components = {"components": document()["components"]}
    return [fault.message for fault in Draft202012Validator({**schema, **components}).iter_errors(value)]


def test_the_file_is_valid_openapi():
    validate(document())
    assert document()["openapi"] == "3.1.1"


def test_the_methods_of_an_address_stand_in_one_order_however_they_were_found():
    methods = {method: {"security": [{}], "responses": {}} for method in ("patch", "delete", "post", "get")}
    found = {"paths": {"/b": methods, "/a": dict(methods)}, "components": {"schemas": {}}}
    paths = finish_schema(found, None, None, True)["paths"]
    assert [(path, list(methods)) for path, methods in paths.items()] == [
        ("/b", ["get", "post", "patch", "delete"]),
        ("/a", ["get", "post", "patch", "delete"]),
    ]


def test_no_two_operations_share_a_name():
    names = [operation["operationId"] for _path, _method, operation in OPERATIONS]
    assert sorted(set(names)) == sorted(names)


@each_operation
def test_an_operation_has_a_group_a_summary_and_ways_to_sign_in(path, method, operation):
    groups = {tag["name"] for tag in document()["tags"]}
    assert len(operation["tags"]) == 1
    assert set(operation["tags"]) <= groups
    assert len(operation["summary"]) > 5
    assert operation["security"] in ([{}], [{"bearer": []}, {"apiKey": []}, {"pageSession": []}])


@each_operation
def test_an_operation_describes_success_and_every_usual_refusal(path, method, operation):
    if operation["tags"] == ["Centrifugo"]:  # every answer is a 200 in Centrifugo's own form
        assert set(operation["responses"]) == {"200"}
        return
    expected = set()
    if operation["security"] != [{}]:
        expected |= {"401", "403"}
    if "{" in path:
        expected |= {"404"}
    if method != "get":
        expected |= {"400", "413", "415"}
    if "requestBody" in operation or any(parameter["in"] == "query" for parameter in operation.get("parameters", ())):
        expected |= {"422"}
    assert expected - operation["responses"].keys() == set()
    assert any(status.startswith("2") for status in operation["responses"])


def test_lists_say_which_pages_there_can_be():
    parameters = document()["paths"]["/v1/webinar/rooms"]["get"]["parameters"]
    keys = ("minimum", "maximum", "default")
    bounds = {parameter["name"]: tuple(parameter["schema"][key] for key in keys) for parameter in parameters}
    assert bounds == {"page": (1, 1_000_000, 1), "limit": (1, 100, 10)}


@each_operation
def test_every_body_has_an_example_that_its_schema_accepts(path, method, operation):
    bodies = list(operation.get("requestBody", {}).get("content", {}).values())
    for response in operation["responses"].values():
        bodies += resolved(response).get("content", {}).values()
    assert bodies != []
    for body in bodies:
        values = [resolved(example)["value"] for example in body.get("examples", {}).values()] or [body["example"]]
        for value in values:
            assert accepts(body["schema"], value) == []


@each_operation
def test_a_refusal_is_a_component_with_an_example_for_each_of_its_codes(path, method, operation):
    for status, response in operation["responses"].items():
        if "ErrorResponse" in str(resolved(response)):
            (media,) = resolved(response)["content"].values()
            codes = list(media["examples"])
            names = [example["$ref"].rpartition("/")[2] for example in media["examples"].values()]
            assert response == {"$ref": f"#/components/responses/{'.'.join((status, *names))}"}
            assert [resolved(example)["value"]["code"] for example in media["examples"].values()] == codes
            assert resolved(response)["description"] == f"Refused: {', '.join(f'`{code}`' for code in codes)}."


@each_operation
def test_what_writes_says_that_it_may_be_busy_and_reading_need_not(path, method, operation):
    refused = resolved(operation["responses"].get("503", {})).get("content", {}).get("application/json", {})
    codes = [resolved(example)["value"]["code"] for example in refused.get("examples", {}).values()]
    if operation["tags"] != ["Centrifugo"]:
        assert ("busy" in codes) == (method != "get")


def test_every_component_is_used():
    text = openapi_document()
    components = [
        (kind, name) for kind in ("schemas", "responses", "examples") for name in document()["components"][kind]
    ]
    assert [f"{kind}/{name}" for kind, name in components if f"#/components/{kind}/{name}'" not in text] == []


def test_sentences_are_english_whoever_asks_first():
    value = {"code": "busy", "error": lazy(get_language, str)()}
    media = {"schema": {"$ref": "#/components/schemas/ErrorResponse"}, "examples": {"Busy": {"value": value}}}
    responses = {"409": {"content": {"application/json": media}}}
    found = {"paths": {"/a": {"get": {"security": [{}], "responses": responses}}}, "components": {"schemas": {}}}
    with override("de"):
        components = finish_schema(found, None, None, True)["components"]
    assert components["examples"] == {"busy": {"value": {"code": "busy", "error": "en"}}}


def component(name):
    return document()["components"]["schemas"][name]


def test_a_success_without_an_object_is_the_published_envelope():
    assert sorted(component("SuccessResponse")["properties"]) == ["data", "success", "timestamp"]
    reply = document()["paths"]["/v1/webinar/rooms/{room_id}"]["delete"]["responses"]["200"]
    assert reply["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/SuccessResponse"}


def test_fields_have_the_published_bounds_and_types():
    message = component("CreateChatMessageRequest")["properties"]["message"]
    assert message == {"type": "string", "minLength": 1, "maxLength": 500}
    for name in ("PresetResponse", "CreatePresetRequest", "UpdatePresetRequest"):
        field = component(name)["properties"]["logo_destination_url"]
        assert {**field, "maxLength": 2048} == {"type": ["string", "null"], "maxLength": 2048}
    bounds = [component(f"{verb}PresetRequest")["properties"]["max_join_limit"] for verb in ("Create", "Update")]
    assert [(bound["minimum"], bound["maximum"]) for bound in bounds] == [(1, 100), (1, 5)]


def test_a_role_beyond_the_contract_is_marked_as_an_addition():
    role = component("SessionParticipantResponse")["properties"]["role"]
    assert (role["enum"], "`speaker` is an addition" in role["description"]) == (
        ["co_host", "moderator", "speaker"],
        True,
    )


def test_the_auth_operations_are_the_published_ones():
    found = [
        (method, path.removeprefix("/v1/webinar/auth/")) for path, method, o in OPERATIONS if o["tags"] == ["Auth"]
    ]
    assert sorted(found) == [
        ("get", "me"),
        ("post", "code/exchange"),
        ("post", "code/generate"),
        ("post", "login"),
        ("post", "logout"),
        ("post", "refresh"),
        ("post", "viewer/device-login"),
        ("post", "viewer/register"),
    ]


def test_the_file_is_served_to_everyone(client, db):
    reply = client.get("/v1/webinar/schema", headers={"Accept": "application/json"})
    assert reply.status_code == 200
    assert reply.json()["paths"].keys() == document()["paths"].keys()


def test_the_page_has_no_inline_script_or_style_and_loads_only_from_us(client, db):
    reply = client.get("/v1/webinar/docs")
    page = reply.content.decode()
    assert reply.status_code == 200
    assert "unsafe" not in reply["Content-Security-Policy"]
    assert page.count("<script") == page.count("<script src=")
    assert ("<style" in page, "style=" in page, "http" in page.replace("https://www.w3.org", "")) == (False,) * 3


def test_descriptions_are_made_once_and_sent_packed_and_only_when_they_changed(client, monkeypatch):
    documents._document.cache_clear()
    made = []
    schema = SchemaGenerator.get_schema
    monkeypatch.setattr(
        SchemaGenerator, "get_schema", lambda self, *args, **kw: made.append(1) or schema(self, *args, **kw)
    )
    for path in ("/v1/webinar/schema", "/v1/webinar/asyncapi"):
        first = client.get(path, headers={"Accept-Encoding": "identity"})
        packed = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(packed.content) == first.content
        assert len(packed.content) < len(first.content) / 5
        assert packed["ETag"] != first["ETag"]
        known = client.get(path, headers={"Accept-Encoding": "identity", "If-None-Match": first["ETag"]})
        assert (known.status_code, known.content) == (304, b"")
    as_json = client.get("/v1/webinar/schema", headers={"Accept": "application/json"})
    assert as_json.json()["openapi"].startswith("3.")
    client.get("/v1/webinar/schema", headers={"Accept": "application/json", "Accept-Language": "de"})
    assert len(made) == 2  # YAML and JSON
