"""Which test file covers which module: the one that mirrors its path, else the one that docs/tests.md names.

`chat/services/sending.py` is mirrored by `tests/chat/services/test_sending.py`, by `tests/chat/test_services_sending.py` and
by `tests/chat/test_sending.py`.
"""

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

TABLE = "docs/tests.md"
#: Folders at the root that are no part of the product.
_OTHERS = {"tests", "tools", "bench", "docs", "deploy"}
_ROW = re.compile(r"^\| (`[^|]+`) \| (`[^|]+`) \|$", re.MULTILINE)
_NAME = re.compile(r"`([^`]+)`")


def modules(paths: Iterable[str]) -> Iterator[str]:
    """Those of the product among these paths that need a test: what declares nothing but itself needs none."""
    for path in paths:
        folders, name = path.split("/")[:-1], path.rpartition("/")[2]
        is_declaration = name in {"__init__.py", "apps.py"} or "migrations" in folders or "settings" in folders
        if name.endswith(".py") and folders and folders[0] not in _OTHERS and not is_declaration:
            yield path


def mirrors(module: str) -> set[str]:
    """The paths of test files that mirror it."""
    *folders, name = module.removesuffix(".py").split("/")
    found = set()
    for upper in range(1, len(folders) + 1):
        for lower in range(upper, len(folders) + 1):
            found.add("/".join(["tests", *folders[:upper], f"test_{'_'.join([*folders[lower:], name])}.py"]))
    return found


def rows(text: str) -> list[tuple[list[str], list[str]]]:
    """(modules, test files) of each row of the document's tables; a module may be a pattern with ``*``."""
    return [(_NAME.findall(left), _NAME.findall(right)) for left, right in _ROW.findall(text)]


def faults(paths: Iterable[str], text: str) -> Iterator[str]:
    """A sentence for each module that nothing covers, and for each word of the table that is wrong or not needed.

    ``paths`` are all files; ``text`` is the document.
    """
    existing = set(paths)
    unmirrored = {module for module in modules(existing) if not mirrors(module) & existing}
    named: dict[str, str] = {}
    for patterns, tests in rows(text):
        for test in tests:
            if not (test in existing and Path(test).name.startswith("test_")):
                yield f"{TABLE} names {test}, which is no test file."
        for pattern in patterns:
            found = {module for module in unmirrored if fnmatchcase(module, pattern)}
            if not found:
                yield f"{TABLE} has a row for {pattern}, which needs none: nothing is there, or its test file mirrors it."
            for module in sorted(found & named.keys()):
                yield f"{TABLE} has two rows for {module}: {named[module]} and {pattern}."
            named |= dict.fromkeys(found, pattern)
    for module in sorted(unmirrored - named.keys()):
        wanted = "/".join(["tests", *module.split("/")[:-1], f"test_{Path(module).name}"])
        yield f"Nothing covers {module}: write {wanted}, or say in {TABLE} which test file covers it."
