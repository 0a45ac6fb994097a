"""Makes the message catalogues of the product without gettext's programs.

``python -m tools.messages [LANGUAGE …]`` (``make messages``) writes what the sources say to ``locale/django.pot``
(modules and templates) and ``locale/djangojs.pot`` (the pages' scripts), brings every language's ``.po`` files (new
ones by their name) up to them, and compiles them to the ``.mo`` files that Django reads. All of them are committed, so
that neither set-up nor tests nor the product make any. How to translate: docs/development.md.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from babel import UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from tools.setup import node

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
SCRIPTS = "static/js"
#: The module that the marks of scripts are defined in.
MARKS_OF_SCRIPTS = f"{SCRIPTS}/shared/gettext.js"
#: What people never read, or is not ours.
LEFT_OUT = {"bench", "clients", "docs", "node_modules", "static", "tests", "tools"}
#: Functions that mark sentences, and the meaning of their first arguments.
ARGUMENTS: dict[str, tuple[str, ...]] = {"_": ("singular",)} | {
    f"{name}{ending}": arguments
    for name, arguments in {
        "gettext": ("singular",),
        "ngettext": ("singular", "plural"),
        "pgettext": ("context", "singular"),
        "npgettext": ("context", "singular", "plural"),
    }.items()
    for ending in ("", "_lazy", "_noop")
}


class Found(NamedTuple):
    """A sentence in a source, as (singular, plural) where it counts something."""

    path: str
    id: str | tuple[str, str]
    context: str | None


class Unreadable(Exception):
    """A sentence that cannot be extracted; the message says where."""


def extract(root: Path = ROOT) -> list[Found]:
    """Every sentence that the Python modules and templates below ``root`` mark. Raises Unreadable."""
    found: list[Found] = []
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if parts[0] in LEFT_OUT or any(part.startswith(".") for part in parts) or not path.is_file():
            continue
        name = "/".join(parts)
        if parts[0] == "templates":
            found += in_template(name, path.read_text(encoding="utf-8"))
        elif path.suffix == ".py":
            found += in_module(name, path.read_text(encoding="utf-8"))
    return found


def extract_scripts(root: Path = ROOT) -> list[Found]:
    """Every sentence that the pages' scripts mark. Raises Unreadable."""
    paths = {path.relative_to(root).as_posix(): path for path in sorted((root / SCRIPTS).rglob("*.js"))}
    return in_scripts({name: path.read_text("utf-8") for name, path in paths.items() if name != MARKS_OF_SCRIPTS})


def in_scripts(sources: dict[str, str]) -> list[Found]:
    """From the syntax trees of ``sources``, by their names, which Node makes. Raises Unreadable."""
    command = [node(), str(ROOT / "tools" / "sentences.mjs")]
    run = subprocess.run(command, input=json.dumps(sources), stdout=subprocess.PIPE, text=True, check=True)
    return [_found(name, line, function, words) for name, line, function, words in json.loads(run.stdout)]


def in_module(name: str, source: str) -> Iterator[Found]:
    """Reads the syntax tree, which includes calls within f-strings in every Python version. Raises Unreadable."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if function not in ARGUMENTS:
            continue
        words = [argument.value if isinstance(argument, ast.Constant) else None for argument in call.args]
        yield _found(name, call.lineno, function, words)


def in_template(name: str, source: str) -> Iterator[Found]:
    """Reads the Python that Django makes of a template for gettext, without its indentation. Raises Unreadable."""
    lines = (line.lstrip() for line in templatize(source).splitlines())
    code = BytesIO("\n".join(lines).encode())
    calls: Iterable[Any] = extract_python(code, dict.fromkeys(ARGUMENTS), [], {"encoding": "utf-8"})
    for line, function, words, _comments in calls:
        yield _found(name, line, function, words if isinstance(words, tuple) else [words])


def _found(name: str, line: int, function: str, words: Sequence[object]) -> Found:
    wanted = ARGUMENTS[function]
    texts = {place: word for place, word in zip(wanted, words, strict=False) if isinstance(word, str) and word}
    if len(texts) < len(wanted):
        raise Unreadable(f"{name}:{line}: {function}() needs its sentence as one literal string.")
    singular, plural = texts["singular"], texts.get("plural")
    return Found(name, (singular, plural) if plural else singular, texts.get("context"))


def make_template(found: list[Found]) -> Catalog:
    """The catalogue of the sentences, each with its source files."""
    catalog = Catalog(project="webinar", charset="utf-8", fuzzy=False)
    for sentence in found:
        catalog.add(sentence.id, locations=[(sentence.path, 0)], context=sentence.context)
    return catalog


def sentences(catalog: Catalog) -> set[tuple[str | None, str | tuple[str, ...]]]:
    """The catalogue's sentences as a set, without order and files."""
    return {(message.context, _id(message)) for message in catalog if message.id}


def _id(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def faults(template: Catalog, locale: Path = LOCALE, domain: str = "django") -> list[str]:
    """What is wrong with the committed catalogues where the sources say ``template``; a sentence each."""
    wrong = []
    pot = locale / f"{domain}.pot"
    missing = sentences(template) ^ sentences(_read(pot))
    wrong += [
        f"{words!r} is only in the sources or only in {pot.name}." for _context, words in sorted(missing, key=str)
    ]
    for path in sorted(locale.glob(f"*/LC_MESSAGES/{domain}.po")):
        name, catalog = path.parent.parent.name, _read(path)
        if sentences(catalog) != sentences(template):
            wrong.append(f"{name} is not as {pot.name}.")
        for message, errors in catalog.check():
            wrong += [f"{name}: {message.id!r}: {error}" for error in errors]
        compiled = path.with_suffix(".mo")
        if not compiled.is_file() or compiled.read_bytes() != compile_catalog(catalog):
            wrong.append(f"{name} is not compiled.")
    return wrong


def compile_catalog(catalog: Catalog) -> bytes:
    compiled = BytesIO()
    write_mo(compiled, catalog)
    return compiled.getvalue()


def write(template: Catalog, languages: list[str], locale: Path = LOCALE, domain: str = "django") -> None:
    """Write ``template``, and bring every language and the new ones in ``languages`` (``pt-br``) up to it.

    Raises UnknownLocaleError.
    """
    locale.mkdir(exist_ok=True)
    _write(locale / f"{domain}.pot", template)
    for name in map(to_locale, languages):
        path = locale / name / "LC_MESSAGES" / f"{domain}.po"
        if not path.exists():
            new = Catalog(locale=name, project=template.project, charset="utf-8", fuzzy=False)
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, new)
    for path in locale.glob(f"*/LC_MESSAGES/{domain}.po"):
        catalog = _read(path)
        catalog.update(template)
        _write(path, catalog)
        path.with_suffix(".mo").write_bytes(compile_catalog(_read(path)))


def _read(path: Path) -> Catalog:
    language = None if path.suffix == ".pot" else path.parent.parent.name
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _write(path: Path, catalog: Catalog) -> None:
    """Write the catalogue; its date changes only if something else does."""
    if path.exists():
        catalog.creation_date = _read(path).creation_date
        if _text(catalog) == path.read_bytes():
            return
    catalog.creation_date = datetime.now(UTC)
    path.write_bytes(_text(catalog))


def _text(catalog: Catalog) -> bytes:
    text = BytesIO()
    write_po(text, catalog, sort_output=True, include_lineno=False, width=0)
    return text.getvalue()


def main() -> None:
    try:
        templates = {"django": make_template(extract()), "djangojs": make_template(extract_scripts())}
        for domain, template in templates.items():
            write(template, sys.argv[1:], domain=domain)
    except (Unreadable, UnknownLocaleError) as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
