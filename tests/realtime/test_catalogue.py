"""The catalogue is closed: no event can carry a field that nobody declared."""

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.asyncapi import document
from webinar.asyncapi import catalogue


def schema_of(event):
    return TypeAdapter(event.model_fields["data"].annotation).json_schema(mode="validation")


def open_parts(schema, path="data"):
    """Paths at which ``schema`` lets anything through."""
    if schema is True or schema == {}:
        return [path]
    if not isinstance(schema, dict):
        return []
    found = []
    if schema.get("type") == "object" and schema.get("additionalProperties", True) is True:
        found.append(path)
    if not schema.keys() & {"type", "$ref", "anyOf", "oneOf", "allOf", "const", "enum"}:
        found.append(path)
    for name, part in schema.get("properties", {}).items():
        found += open_parts(part, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            found += open_parts(schema[key], f"{path}[]")
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for part in schema.get(key, []):
            found += open_parts(part, path)
    return found


each_event = pytest.mark.parametrize("event", catalogue().values(), ids=list(catalogue()))


@each_event
def test_the_data_of_an_event_is_a_closed_model_all_the_way_down(event):
    schema = schema_of(event)
    assert open_parts(schema) == []
    for name, model in schema.get("$defs", {}).items():
        assert open_parts(model, name) == []


@each_event
def test_an_event_refuses_a_field_that_nobody_declared(event):
    with pytest.raises(ValidationError, match="extra_forbidden"):
        event.model_validate({"session_id": "0" * 32, "data": {}, "surprise": 1})


@each_event
def test_an_event_says_what_happened(event):
    assert event.__doc__
    assert event.type.split(".")[0].isidentifier()


def test_an_open_part_would_be_found():
    open_model = {"type": "object", "properties": {"x": {"type": "object"}}, "additionalProperties": False}
    assert open_parts(open_model) == ["data.x"]
    assert open_parts({"type": "object", "additionalProperties": {"type": "integer"}}) == []
    assert open_parts({"title": "X"}) == ["data"]


def test_the_file_has_every_event_and_no_internal_one():
    schemas = document()["components"]["schemas"]
    assert catalogue().keys() <= schemas.keys()
    assert "rights.changed" not in schemas
