"""The OpenAPI file: drf-spectacular, with this contract's authentication schemes, error responses and examples.

What many operations share is defined once: each set of error responses and each example is a component that operations
refer to.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import override
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import list_hash
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema
from rest_framework import serializers

from core.api.examples import SAMPLES, example_of
from core.api.parsers import BodyTooLarge, UnsupportedType
from core.errors import Busy, Invalid, NotAllowed, NotFound, Problem, Unreadable
from core.published import json_schema

_METHODS = ("get", "post", "put", "patch", "delete")
_ERROR = {"$ref": "#/components/schemas/ErrorResponse"}
#: Alternative ways for a person to authenticate.
_SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"apiKey": []}, {"pageSession": []}]
_FAULT = {"field": "title", "code": "min_length", "message": "Ensure this field has at least 3 characters."}


class OperationSchema(AutoSchema):
    """Names operations by group and action, for readable names in generated clients."""

    def get_operation_id(self) -> str:
        action = getattr(self.view, "action", None) or self.method.lower()
        return f"{self.get_tags()[0].lower().replace(' ', '_')}_{action}"


class BearerScheme(OpenApiAuthenticationExtension):
    """Access tokens of people."""

    target_class = "accounts.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class KeyScheme(OpenApiAuthenticationExtension):
    """API keys of other systems."""

    target_class = "organizations.authentication.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "header", "name": "X-API-Key"}


class PageSessionScheme(OpenApiAuthenticationExtension):
    """The session cookie of our own pages."""

    target_class = "accounts.authentication.PageSessionAuthentication"
    name = "pageSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "Only from our own pages; unsafe methods also need the X-CSRFToken header.",
        }


class PublishedComponent(OpenApiSerializerExtension):
    """Published models as components, in the style of serializers' components."""

    target_class = "core.published.Published"
    match_subclasses = True
    priority = 1  # takes precedence over the extension for all pydantic models

    def get_name(self, auto_schema: Any, direction: Any) -> str:
        return str(self.target.component)

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        schema, models = json_schema(self.target, "#/components/schemas/", _MarkedChoices)
        for model in models:
            auto_schema.resolve_serializer(model, direction)
        # Open, so that fields can be added later: only our own tests treat components as closed.
        properties = {name: _as_in_serializers(field) for name, field in schema["properties"].items()}
        described: dict[str, Any] = {key: schema[key] for key in ("type", "description") if key in schema}
        return {**described, "properties": properties, "required": sorted(schema.get("required", ()))}


class _MarkedChoices(GenerateJsonSchema):
    """Enums with the marker that drf-spectacular adds to those of serializers."""

    def enum_schema(self, schema: core_schema.EnumSchema) -> dict[str, Any]:
        labels = getattr(schema["cls"], "choices", [(member.value, member.value) for member in schema["members"]])
        return super().enum_schema(schema) | {"x-spec-enum-id": list_hash(labels)}

    def literal_schema(self, schema: core_schema.LiteralSchema) -> dict[str, Any]:
        return super().literal_schema(schema) | {
            "x-spec-enum-id": list_hash([(word, word) for word in schema["expected"]])
        }


def _as_in_serializers(field: dict[str, Any]) -> dict[str, Any]:
    """pydantic's JSON schema of a field in drf-spectacular's style: no titles, null as one of the types."""
    field = {key: value for key, value in field.items() if key != "title"}
    if field.get("type") == "number":
        field["format"] = "double"
    for key in ("items", "additionalProperties"):
        if isinstance(field.get(key), dict):
            field[key] = _as_in_serializers(field[key])
    match field.pop("anyOf", None):
        case [value, {"type": "null"}] if "$ref" in value:
            field["oneOf"] = [value, {"type": "null"}]
        case [value, {"type": "null"}]:
            value = _as_in_serializers(value)
            field = {**value, "type": [value["type"], "null"], **field}
            if "enum" in value:
                field["enum"] = [*value["enum"], None]
        case list(alternatives):
            field["oneOf"] = [_as_in_serializers(alternative) for alternative in alternatives]
    return dict(sorted(field.items(), key=lambda item: _KEYS.index(item[0]) if item[0] in _KEYS else len(_KEYS)))


#: The order in which drf-spectacular writes the keys of a field; other keys follow.
_KEYS = ["$ref", "oneOf", "enum", "type", "items", "additionalProperties", "format", "x-spec-enum-id"]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of every operation of an OpenAPI document."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in _METHODS:
                yield path, method, operation


def refusal(body: type[serializers.BaseSerializer[Any]], problems: Sequence[type[Problem]]) -> OpenApiResponse:
    """The response for ``problems`` of one status, with an example for each of their codes."""
    examples = {problem.code: OpenApiExample(problem.code, _refusal_example(problem)) for problem in problems}
    return OpenApiResponse(body, description=_described(examples), examples=list(examples.values()))


def finish_schema(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook of drf-spectacular: authentication alternatives, common error responses, components.

    Any operation may be answered ``busy``; those say so that write, where it matters that nothing was done.
    """
    components = result["components"]
    # DRF returns the methods of an address as a set; sorting keeps the written file stable.
    result["paths"] = {
        path: {method: methods[method] for method in _METHODS if method in methods}
        for path, methods in result["paths"].items()
    }
    for path, method, operation in operations(result):
        responses = operation["responses"]
        if operation.get("security") != [{}]:
            operation["security"] = _SECURITY
            _add_refusal(responses, NotAllowed)
        if "{" in path:
            _add_refusal(responses, NotFound)
        # Bodies are always parsed, even where none is needed; Centrifugo always gets 200 in its own format.
        if method != "get" and operation.get("tags") != ["Centrifugo"]:
            for problem in (Unreadable, BodyTooLarge, UnsupportedType):
                _add_refusal(responses, problem)
            _add_beside_others(responses, Busy)
            # It has the plain name, whoever else words the same code differently.
            _share_refusal_example(_in_english(_refusal_example(Busy)), components.setdefault("examples", {}))
        for body in (operation.get("requestBody", {}), *responses.values()):
            for media in body.get("content", {}).values():
                _share_examples(media, components)
        operation["responses"] = {
            status: _share_refusal(status, response, components) for status, response in sorted(responses.items())
        }
    result["components"] = {kind: dict(sorted(known.items())) for kind, known in sorted(components.items())}
    _drop_marks(result)
    return result


def _described(codes: Iterable[str]) -> str:
    return f"Refused: {', '.join(f'`{code}`' for code in codes)}."


def _refusal_example(problem: type[Problem]) -> dict[str, Any]:
    body = {
        "success": False,
        "error": problem.sentence,
        "code": problem.code,
        "message": None,
        "timestamp": SAMPLES["timestamp"],
    }
    if issubclass(problem, Invalid):
        body["errors"] = [_FAULT] if problem is Invalid else []
    return body


def _add_refusal(responses: dict[str, Any], problem: type[Problem]) -> None:
    media = {"schema": dict(_ERROR), "examples": {problem.code: {"value": _refusal_example(problem)}}}
    response = {"content": {"application/json": media}, "description": _described([problem.code])}
    responses.setdefault(str(problem.status), response)


def _add_beside_others(responses: dict[str, Any], problem: type[Problem]) -> None:
    """As :func:`_add_refusal`, also where the operation refuses something else with this status."""
    _add_refusal(responses, problem)
    response = responses[str(problem.status)]
    if "content" not in response:  # it refers to one already
        return
    examples = response["content"]["application/json"]["examples"]
    codes = [example["value"]["code"] for example in examples.values()]
    if problem.code not in codes:
        examples[problem.code] = {"value": _refusal_example(problem)}
        response["description"] = _described([*codes, problem.code])


def _share_examples(media: dict[str, Any], components: dict[str, Any]) -> None:
    """Move examples of ``media`` to components: of an error named by its code, of a success by its schema."""
    shared = components.setdefault("examples", {})
    schema = media["schema"]
    if schema == _ERROR:
        values = [_in_english(example["value"]) for example in media["examples"].values()]
        media["examples"] = {value["code"]: _share_refusal_example(value, shared) for value in values}
    elif "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        shared.setdefault(name, {"value": example_of(schema, components["schemas"])})
        media["examples"] = {"example": _reference("examples", name)}
    else:
        media.setdefault("example", example_of(schema, components["schemas"]))


def _share_refusal_example(value: dict[str, Any], shared: dict[str, Any]) -> dict[str, str]:
    """A reference to the component named by its code; numbered where two apps word one code differently."""
    names = (value["code"], *(f"{value['code']}_{number}" for number in range(2, 10)))
    name = next(name for name in names if shared.get(name, {"value": value}) == {"value": value})
    shared[name] = {"value": value}
    return _reference("examples", name)


def _in_english(value: dict[str, Any]) -> dict[str, Any]:
    """Render in English whoever asks: the file is made once for everybody."""
    with override("en"):
        return {**value, "error": str(value["error"])}


def _share_refusal(status: str, response: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """A reference to the component with these examples, if ``response`` is an error."""
    media = response.get("content", {}).get("application/json", {})
    if media.get("schema") != _ERROR:
        return response
    name = ".".join((status, *(example["$ref"].rpartition("/")[2] for example in media["examples"].values())))
    components.setdefault("responses", {})[name] = response
    return _reference("responses", name)


def _reference(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _drop_marks(part: Any) -> None:
    """Remove drf-spectacular's markers for its enum hook, which is not used here."""
    if isinstance(part, dict):
        part.pop("x-spec-enum-id", None)
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _drop_marks(inner)
