"""Compares real replies with the OpenAPI file that the product publishes."""

import copy
import re
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

API = "/v1/webinar"


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, as served at /v1/webinar/schema."""
    return SchemaGenerator().get_schema(request=None, public=True)


@cache
def _strict_components() -> dict[str, Any]:
    """The components, where an object may have only the fields that are described."""
    components = copy.deepcopy(document()["components"])
    for schema in components["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return components


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """``part`` of the document, or the component to which it refers."""
    while "$ref" in part:
        found = document()
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


@cache
def _addresses() -> list[tuple[re.Pattern[str], str]]:
    """Patterns for real addresses, those without placeholders first."""
    paths = sorted(document()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(path))), path) for path in paths]


def described_path(path: str) -> str:
    """The address as the document writes it: ``/v1/webinar/rooms/0189…`` → ``/v1/webinar/rooms/{room_id}``."""
    path = path.partition("?")[0]
    path = path if path.startswith(API) else f"{API}/{path.lstrip('/')}"
    for pattern, template in _addresses():
        if path == template or pattern.fullmatch(path):
            return template
    raise AssertionError(f"{path} is not in the OpenAPI file")


def is_described(method: str, path: str) -> bool:
    """Whether this is an operation of the API that the document lists."""
    try:
        return method.lower() in document()["paths"][described_path(path)]
    except AssertionError:
        return False


def assert_matches_schema(response: Any, method: str | None = None, path: str | None = None) -> None:
    """Fail unless the reply is described: its status, and every field of its body with its type.

    ``method`` and ``path`` (with or without /v1/webinar) are those of the request by default.
    """
    method = (method or response.request["REQUEST_METHOD"]).lower()
    template = described_path(path or response.request["PATH_INFO"])
    operation = document()["paths"][template].get(method)
    assert operation is not None, f"{method.upper()} {template} is not in the OpenAPI file"
    described = operation["responses"].get(str(response.status_code))
    assert described is not None, f"{method.upper()} {template}: status {response.status_code} is not described"
    described = resolved(described)
    if "content" not in described:  # an answer without a body, or that leads elsewhere
        return
    media_type = response["Content-Type"].partition(";")[0]
    assert media_type in described["content"], f"{method.upper()} {template}: {media_type} is not described"
    if response.streaming:  # a file; the test reads it
        return
    schema = described["content"]["application/json"]["schema"]
    validator = Draft202012Validator(
        {**schema, "components": _strict_components()}, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    faults = [
        f"{'.'.join(map(str, fault.absolute_path))}: {fault.message}"
        for fault in validator.iter_errors(response.json())
    ]
    assert faults == [], f"{method.upper()} {template} {response.status_code}"
