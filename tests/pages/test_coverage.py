"""Each operation of the API, and each field that it takes of a host, has its place on a page, or a reason why not."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.pages.coverage import FIELDS, OPERATIONS, SCOPED, WISHES, ApiOnly, Entry, Missing, Page

ROOT = Path(__file__).parents[2]
#: How much is missing at most. It only goes down: who builds a page takes its entry out and lowers this.
MOST_MISSING = 4

SCHEMA: dict[str, Any] = yaml.load((ROOT / "docs/openapi.yaml").read_text(), Loader=yaml.CSafeLoader)


def entries() -> Iterator[tuple[str, Entry]]:
    yield from OPERATIONS.items()
    for name, fields in FIELDS.items():
        yield from ((f"{name}.{field}", _filled(entry, field)) for field, entry in fields.items())
    yield from WISHES.items()


def _filled(entry: Entry, field: str) -> Entry:
    return Page(entry.file, entry.control.replace("{name}", field)) if isinstance(entry, Page) else entry


def operations() -> set[str]:
    """The ids of all operations but those that repeat others below a library."""
    return {
        operation["operationId"]
        for path, methods in SCHEMA["paths"].items()
        if not path.startswith(SCOPED)
        for method, operation in methods.items()
        if method in {"get", "post", "patch", "put", "delete"}
    }


def test_each_operation_has_an_entry_and_each_entry_an_operation():
    assert set(OPERATIONS) == operations()


def test_each_field_that_a_host_may_write_has_an_entry_and_each_entry_a_field():
    schemas = SCHEMA["components"]["schemas"]
    written = {name: set(schemas[name]["properties"]) for name in FIELDS}
    assert {name: set(fields) for name, fields in FIELDS.items()} == written


def test_each_named_control_stands_in_the_named_file():
    lost = []
    for name, entry in entries():
        if isinstance(entry, Page):
            file = ROOT / entry.file
            if not file.is_file():
                lost.append(f"{name}: there is no {entry.file}")
            elif entry.control not in file.read_text():
                lost.append(f"{name}: {entry.file} does not have {entry.control}")
    assert lost == []


def test_what_no_page_has_says_why():
    assert [name for name, entry in entries() if isinstance(entry, ApiOnly | Missing) and len(entry.reason) < 15] == []


def test_less_is_missing_than_before_and_never_more(capsys):
    lost = [f"{name}: {entry.reason}" for name, entry in entries() if isinstance(entry, Missing)]
    with capsys.disabled():
        sys.stdout.write(f"\n{len(lost)} things have no page yet.\n")
    assert len(lost) == MOST_MISSING, "\n".join(lost)
