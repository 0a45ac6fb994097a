"""Published objects: what they refuse, how they are written, and how OpenAPI and AsyncAPI describe them."""

import json
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, get_args
from uuid import UUID

import pytest
from django.db.models import TextChoices
from drf_spectacular.generators import SchemaGenerator
from pydantic import Field, ValidationError
from rest_framework import serializers

from core.api.fields import Moment as RestMoment
from core.api.schema import OperationSchema
from core.api.views import OperationViewSet
from core.published import Moment, Published, json_schema
from tests.asyncapi import document as asyncapi
from tests.openapi import document as openapi

HOUR = datetime(2026, 5, 4, 9, tzinfo=UTC)


class Kind(StrEnum):
    LONG = "long"
    SHORT = "short"


class Mood(TextChoices):
    GOOD = "good", "Rather good"
    BAD = "bad", "Rather bad"


class Part(Published, name="PartResponse"):
    """A part."""

    id: UUID


class Whole(Published, name="WholeResponse"):
    """Everything there is."""

    id: UUID
    text: str
    words: str | None
    number: int
    share: float | None
    yes: bool
    kind: Kind
    mood: Mood | None = Field(description="Null when nobody asked.")
    at: Moment
    until: Moment | None
    part: Part
    other_part: Part | None = Field(description="Null when there is one.")
    parts: list[Part]
    ids: list[UUID] | None
    counts: dict[str, int]


class PartResponse(serializers.Serializer[Any]):
    """A part."""

    id = serializers.UUIDField()


class WholeResponse(serializers.Serializer[Any]):
    """Everything there is."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    words = serializers.CharField(allow_null=True)
    number = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    yes = serializers.BooleanField()
    kind = serializers.ChoiceField(choices=["long", "short"])
    mood = serializers.ChoiceField(choices=Mood.choices, allow_null=True, help_text="Null when nobody asked.")
    at = RestMoment()
    until = RestMoment(allow_null=True)
    part = PartResponse()
    other_part = PartResponse(allow_null=True, help_text="Null when there is one.")
    parts = PartResponse(many=True)
    ids = serializers.ListField(child=serializers.UUIDField(), allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField())


VALUES = {
    "id": UUID(int=1),
    "text": "Hello",
    "words": None,
    "number": 3,
    "share": 0.5,
    "yes": True,
    "kind": Kind.LONG,
    "mood": Mood.GOOD,
    "at": HOUR,
    "until": HOUR.replace(microsecond=120_000),
    "part": {"id": UUID(int=2)},
    "other_part": None,
    "parts": [{"id": UUID(int=2)}],
    "ids": [UUID(int=3)],
    "counts": {"👏": 2},
}


def components(reply):
    """The components that drf-spectacular makes for ``reply``, as they would be written."""
    generator = SchemaGenerator()
    schema = OperationSchema()
    schema.view, schema.registry, schema.method, schema.path = OperationViewSet(), generator.registry, "GET", "/"
    schema.view.request = None
    schema.resolve_serializer(reply, "response")
    return json.dumps(generator.registry.build({}), indent=1)


def every_model(base=Published):
    for model in base.__subclasses__():
        yield model
        yield from every_model(model)


def test_an_object_is_written_as_a_serializer_writes_it():
    assert list(Whole(**VALUES).as_json().items()) == list(WholeResponse(VALUES).data.items())


def test_openapi_describes_each_kind_of_field_as_it_does_those_of_a_serializer():
    assert components(Whole) == components(WholeResponse)


def test_an_object_refuses_a_field_that_nobody_declared():
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Part(id=UUID(int=1), secret="x")


def test_an_object_refuses_to_miss_a_field_and_to_be_changed():
    with pytest.raises(ValidationError, match="missing"):
        Whole(**{key: value for key, value in VALUES.items() if key != "words"})
    with pytest.raises(ValidationError, match="frozen"):
        Part(id=UUID(int=1)).id = UUID(int=2)


class Time(Published):
    at: Moment


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (HOUR, "2026-05-04T09:00:00.000000Z"),
        (HOUR.replace(microsecond=5), "2026-05-04T09:00:00.000005Z"),
        (HOUR.astimezone(timezone(timedelta(hours=2))), "2026-05-04T09:00:00.000000Z"),
    ],
)
def test_times_are_written_in_utc_with_microseconds(moment, written):
    assert Time(at=moment).as_json() == {"at": written}
    assert RestMoment().to_representation(moment) == written


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValidationError, match="timezone_aware"):
        Time(at=datetime(2026, 5, 4, 9))  # noqa: DTZ001


def test_a_schema_names_the_models_within_and_lists_choices_where_they_are_used():
    schema, models = json_schema(Whole, "#/")
    assert (models, schema["title"]) == ([Part, Part, Part], "WholeResponse")
    assert schema["additionalProperties"] is False
    assert schema["properties"]["part"] == {"$ref": "#/PartResponse"}
    assert schema["properties"]["kind"] == {"enum": ["long", "short"], "type": "string"}
    assert "$defs" not in schema


def published():
    """All published models of the product; importing the documents loads them."""
    assert openapi()["paths"]
    assert asyncapi()["channels"]
    found = dict.fromkeys(every_model())  # each once, also what has several bases
    return [model for model in found if not model.__module__.startswith("tests.")]


def test_no_two_objects_have_the_same_name():
    names = [model.component for model in published()]
    assert [name for name in set(names) if names.count(name) > 1] == []


def test_every_time_that_is_published_is_a_moment():
    def bare(kind):
        return kind is datetime or any(bare(part) for part in get_args(kind) if kind is not Moment)

    found = [
        f"{model.component}.{name}"
        for model in published()
        for name, kind in model.__annotations__.items()
        if bare(kind)
    ]
    assert bare(datetime | None)
    assert found == []


def test_an_object_that_replies_and_events_carry_is_one_model():
    """Told by its fields: no event has a model of its own with those of a reply."""
    fields = {
        name: frozenset(schema.get("properties", ())) for name, schema in openapi()["components"]["schemas"].items()
    }
    twins = {
        name
        for name, schema in asyncapi()["components"]["schemas"].items()
        if name not in fields and len(schema.get("properties", ())) > 1
        if frozenset(schema["properties"]) in fields.values()
    }
    assert twins == set()


@pytest.mark.parametrize(
    "name",
    [
        "ChatMessageResponse",
        "ChatReportResponse",
        "ReactionsResponse",
        "PollResponse",
        "QuestionResponse",
        "CaptionLineResponse",
        "SessionResponse",
        "RoomResponse",
        "PresetResponse",
        "UserResponse",
        "SessionParticipantResponse",
        "ActiveViewerResponse",
    ],
)
def test_openapi_and_asyncapi_describe_the_same_object_under_one_name(name):
    reply, event = (file()["components"]["schemas"][name] for file in (openapi, asyncapi))
    assert list(reply["properties"]) == list(event["properties"])
    assert reply["required"] == sorted(event["required"])
    assert reply["description"] == event["description"]
