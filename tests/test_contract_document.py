"""docs/contract.md and the OpenAPI file agree: names, fields and operations that the contract promises are served."""

import re
from pathlib import Path

import pytest

from tests.openapi import API, document

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "contract.md").read_text(encoding="utf-8")


def between(start, end):
    return TEXT[TEXT.index(start) : TEXT.index(end)]


NAMES = re.findall(r"\w+", between("Component names:", "(names D, fields N)").removeprefix("Component names:"))
#: Those of operations that are not served yet.
LATER = {"StudioURLResponse", "ShareURLResponse"}


def test_components_have_their_published_names():
    assert len(NAMES) == 62
    assert set(NAMES) - document()["components"]["schemas"].keys() == LATER


def objects():
    """(name, its fields) of each object of docs/contract.md §2."""
    for name, said in re.findall(r"\*\*(\w+)\*\* (.+?)(?= · \*\*|\n|$)", between("## 2. Objects", "Component names:")):
        plain = re.sub(r"`[^`]*`|\([^)]*\)|:[^,.]*", "", said).partition(". ")[0].removesuffix(".")
        yield name, [field.split()[0] for field in plain.split(",")]


OBJECTS = dict(objects())


@pytest.mark.parametrize("name", OBJECTS)
def test_published_objects_have_their_published_fields_always(name):
    schema = document()["components"]["schemas"][f"{name}Response"]
    assert set(OBJECTS[name]) - set(schema["properties"]) == set()
    assert set(OBJECTS[name]) - set(schema["required"]) == set()


def test_every_object_is_looked_at():
    assert len(OBJECTS) == 14
    assert (OBJECTS["Room"][:3], len(OBJECTS["Preset"]), len(OBJECTS["Session"])) == (["id", "host_id", "host"], 40, 24)


def operations(text):
    found = re.findall(r"`(GET|POST|PATCH|DELETE) (/[^`]+)`", text)
    return {(method.lower(), re.sub(r"\{\w+\}", "{}", path)) for method, path in found}


PROMISED = operations(between("## 3. Operations", "### Not served yet"))
NOT_YET = operations(between("### Not served yet", "## 4. The socket"))
SERVED = {
    (method, re.sub(r"\{\w+\}", "{}", path.removeprefix(API)))
    for path, methods in document()["paths"].items()
    for method in methods
}


def test_what_is_promised_is_served_or_said_to_come_later():
    assert len(PROMISED) == 110  # with ten beyond the 139, without the 39 of libraries
    assert {one for one in PROMISED if one not in NOT_YET | SERVED} == set()


def test_what_is_said_to_come_later_is_not_there_yet():
    assert {one for one in NOT_YET if one in SERVED} == set()
    assert [path for _method, path in SERVED if path.startswith("/libraries")] == []
