"""Finds every regular expression of the product, and makes inputs that would cost one more than linear time."""

import ast
import importlib
import re
import re._constants as codes
import re._parser as parser
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
#: Which argument holds the flags, counted with the expression as the first.
FLAGS = {
    "compile": 1,
    "match": 2,
    "fullmatch": 2,
    "search": 2,
    "findall": 2,
    "finditer": 2,
    "split": 3,
    "sub": 4,
    "subn": 4,
}
MAKERS = {"RegexValidator", "RegexField", "re_path"}
#: Programs for operators and developers, and migrations, read nothing from outside.
NOT_SERVED = ("tests/", "tools/", "bench/", "manage.py")
ORDINARY = "a0A \n\t.-_/:;,<>{}()[]\"'\\&#=%@+*!?|~^$é"
LONG = 10  # repeats beyond this count as unbounded


def sources() -> list[Path]:
    """Every Python file that is part of the running product."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = [name for name in listed.stdout.split() if not name.startswith(NOT_SERVED) and "/migrations/" not in name]
    return [ROOT / name for name in names if (ROOT / name).exists()]


def module_of(path: Path) -> Any:
    """The imported module of a source file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))


def written(path: Path) -> Iterator[tuple[str, re.Pattern | None, str]]:
    """Where an expression stands in this file, the expression, and how it is written; None: it is made at run time."""
    tree = ast.parse(path.read_text())
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "re"
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called, is_re = node.func, False
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "re":
            name, is_re = called.attr, called.attr in FLAGS
        else:
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            is_re = name in names and name in FLAGS
        if not (is_re or name in MAKERS):
            continue
        keywords = {word.arg: word.value for word in node.keywords}
        first = node.args[0] if node.args else keywords.get("pattern", keywords.get("regex"))
        if first is None:
            continue
        told = node.args[FLAGS[name]] if is_re and len(node.args) > FLAGS[name] else keywords.get("flags")
        yield f"{path.relative_to(ROOT)}:{node.lineno}", _made(path, first, told), ast.unparse(first)


def _made(path: Path, first: ast.expr, told: ast.expr | None) -> re.Pattern | None:
    try:
        # Our own source, within its own module.
        values = [
            eval(compile(ast.Expression(each), str(path), "eval"), vars(module_of(path)))
            for each in (first, told)
            if each
        ]
    except NameError:
        return None
    flags = values[1] if len(values) > 1 else 0
    return values[0] if isinstance(values[0], re.Pattern) else re.compile(values[0], flags)


def held(module: Any) -> Iterator[tuple[str, re.Pattern]]:
    """The compiled expressions that this module's names, and its classes' attributes and validators, hold."""
    for name, value in vars(module).items():
        where = f"{module.__name__}.{name}"
        yield from _inside(where, value)
        if isinstance(value, type) and value.__module__ == module.__name__:
            for own, attribute in vars(value).items():
                yield from _inside(f"{where}.{own}", attribute)
            fields = [*getattr(value, "base_fields", {}).items(), *getattr(value, "_declared_fields", {}).items()]
            declared = getattr(getattr(value, "_meta", None), "fields", None) or ()
            fields += [(each.name, each) for each in declared if hasattr(each, "validators")]
            for own, field in fields:
                for validator in getattr(field, "validators", ()):
                    yield from _inside(f"{where}.{own}", validator)


def _inside(where: str, value: Any) -> Iterator[tuple[str, re.Pattern]]:
    if isinstance(value, re.Pattern):
        yield where, value
    elif isinstance(getattr(value, "regex", None), re.Pattern):
        yield where, value.regex
    elif isinstance(value, dict):
        for item in value.values():
            yield from _inside(where, item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _inside(where, item)


def addresses(resolver: Any) -> Iterator[tuple[str, re.Pattern]]:
    """The expressions that a request's path is matched against."""
    for each in resolver.url_patterns:
        pattern = each.pattern
        found = pattern.regex
        yield f"address {pattern}", found if isinstance(found, re.Pattern) else re.compile(str(found))
        if hasattr(each, "url_patterns"):
            yield from addresses(each)


def hostile(expression: re.Pattern) -> list[tuple[str, str, str]]:
    """Beginnings, pumps and ends of inputs: ``beginning + pump * n + end`` is what may cost too much.

    For each repeat in the expression: what brings a matcher there, what it repeats, and something that it cannot end with.
    """
    text = expression.pattern if isinstance(expression.pattern, str) else expression.pattern.decode("latin-1")
    tree = parser.parse(text, expression.flags)
    literals = "".join(dict.fromkeys(_literals(tree)))
    letters = "".join(dict.fromkeys(literals + ORDINARY))
    found = dict.fromkeys(_pumps(tree, "", letters))
    made: dict[tuple[str, str, str], None] = {}
    for beginning, pump in found:
        for one in (
            (beginning, pump, ""),
            (beginning, pump, "\0"),
            ("", beginning + pump, ""),
            ("", beginning + pump, "\0"),
        ):
            made[one] = None
    if found:  # without a long repeat there is nothing to pump
        for letter in letters[:40]:
            made[("", letter, "\0")] = None
    return list(made)


def _literals(tree: Any) -> Iterator[str]:
    for op, value in tree:
        if op in (codes.LITERAL, codes.NOT_LITERAL):
            yield chr(value)
        elif op is codes.IN:
            yield from (chr(each) for kind, each in value if kind is codes.LITERAL)
        for part in _parts(op, value):
            yield from _literals(part)


def _parts(op: Any, value: Any) -> list[Any]:
    if op is codes.BRANCH:
        return list(value[1])
    if op is codes.SUBPATTERN:
        return [value[3]]
    if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return [value[2]]
    if op is codes.ATOMIC_GROUP:
        return [value]
    return [value[1]] if op in (codes.ASSERT, codes.ASSERT_NOT) else []


def _pumps(tree: Any, beginning: str, letters: str) -> Iterator[tuple[str, str]]:
    for op, value in tree:
        for part in _parts(op, value):
            if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT) and value[1] > LONG:
                for number in range(12):
                    pump = _sample(part, letters, number)
                    if pump:
                        yield beginning, pump
            yield from _pumps(part, beginning, letters)
        if op not in (codes.ASSERT, codes.ASSERT_NOT):
            beginning += _sample([(op, value)], letters, 0)


def _sample(tree: Any, letters: str, number: int) -> str:
    """Something that ``tree`` matches; ``number`` chooses among the letters that a class allows."""
    text = ""
    for op, value in tree:
        if op is codes.LITERAL:
            text += chr(value)
        elif op in (codes.IN, codes.NOT_LITERAL, codes.ANY):
            allowed = [letter for letter in letters if _allows(op, value, letter)] or ["a"]
            text += allowed[number % len(allowed)]
        elif op is codes.BRANCH:
            text += _sample(value[1][number % len(value[1])], letters, number)
        elif op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            text += _sample(value[2], letters, number) * min(max(value[0], 1), 64)
        elif op not in (codes.ASSERT, codes.ASSERT_NOT):
            text += "".join(_sample(part, letters, number) for part in _parts(op, value))
    return text


_CATEGORIES = {
    codes.CATEGORY_DIGIT: str.isdigit,
    codes.CATEGORY_SPACE: str.isspace,
    codes.CATEGORY_WORD: lambda letter: letter.isalnum() or letter == "_",
}
_OTHERS = {
    codes.CATEGORY_NOT_DIGIT: codes.CATEGORY_DIGIT,
    codes.CATEGORY_NOT_SPACE: codes.CATEGORY_SPACE,
    codes.CATEGORY_NOT_WORD: codes.CATEGORY_WORD,
}


def _allows(op: Any, value: Any, letter: str) -> bool:
    if op is codes.ANY:
        return letter != "\n"
    if op is codes.NOT_LITERAL:
        return ord(letter) != value
    negated, found = False, False
    for kind, each in value:
        if kind is codes.NEGATE:
            negated = True
        elif kind is codes.LITERAL:
            found |= ord(letter) == each
        elif kind is codes.RANGE:
            found |= each[0] <= ord(letter) <= each[1]
        elif each in _CATEGORIES:
            found |= _CATEGORIES[each](letter)
        elif each in _OTHERS:
            found |= not _CATEGORIES[_OTHERS[each]](letter)
    return found != negated
