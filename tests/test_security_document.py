"""docs/security.md names code and tests that exist, and has a row for each kind of attack and each item of OWASP's list."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/.-]+\.(?:py|conf)(?:::\w+)?)`", TEXT)))


@pytest.mark.parametrize("named", NAMED)
def test_what_the_document_names_exists(named):
    path, _separator, test = named.partition("::")
    assert (ROOT / path).is_file()
    if test:
        functions = ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        assert test in {node.name for node in functions if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("item", [f"K{n}" for n in range(1, 10)] + [f"API{n}" for n in range(1, 11)])
def test_each_kind_has_a_row_that_names_tests(item):
    (row,) = re.findall(rf"^\| \*\*{item}\*\* .*$", TEXT, re.MULTILINE)
    assert "`tests/" in row
