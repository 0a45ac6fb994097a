"""What documents, comments and docstrings refer to exists: files, their sections, and decisions."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from tests.own_files import ROOT, own_texts

DOCUMENTS = {name: text for name, text in own_texts().items() if name.endswith(".md")}
#: Written from the code by `manage.py write_docs`: what they say is found there.
GENERATED = {"docs/openapi.yaml", "docs/asyncapi.yaml"}
TEXTS = {name: text for name, text in own_texts().items() if name not in GENERATED}

LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)|(?:href|src)=\"([^\"]+)\"")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
#: `docs/media.md`, `media.md`, `docs/decisions/`, `docs/openapi.yaml`; not a part of an address or of a pattern.
NAME = re.compile(r"(?<![\w/.*{}$-])((?:[\w.-]+/)*[\w-]+\.md|docs/[\w./-]*\w/?)(?![\w*{\\])")
#: A section: of a document that is named before it, of a standard, or of the very document it stands in.
SECTION = re.compile(r"(?:(?P<word>[\w./-]+)(?P<comma>\)?,?) )?§\s?(?P<number>\d+)")
STANDARD = re.compile(r"\b(?:RFC \d+|ISO/IEC \d+|RTMP \d)")
DECISION = re.compile(r"\b[Dd]ecisions? (\d+)(?: and (\d+))?")


def slug(heading: str) -> str:
    """The anchor that a heading gets where Markdown is shown."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.lower()).strip().replace(" ", "-")


def headings(name: str) -> list[str]:
    return re.findall(r"^#+ (.+)$", CODE.sub("", DOCUMENTS[name]), re.MULTILINE)


def anchors(file: Path) -> set[str]:
    return {slug(heading) for heading in headings(file.resolve().relative_to(ROOT).as_posix())}


def links(name: str) -> Iterator[str]:
    for found in LINK.finditer(CODE.sub("", DOCUMENTS[name])):
        target = found[1] or found[2]
        if not re.match(r"[a-z]+:", target):
            yield target


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_of_a_document_lead_to_files_and_headings_that_exist(name):
    missing = []
    for target in links(name):
        path, _separator, anchor = target.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        if not file.exists() or not (anchor == "" or anchor in anchors(file)):
            missing.append(target)
    assert missing == []


def unknown_names(name: str, text: str) -> list[str]:
    """Documents that ``text``, of the file ``name``, names and that are not there."""
    known = {PurePosixPath(document).name for document in DOCUMENTS}
    return [
        found
        for found in NAME.findall(text)
        if not (ROOT / found).exists()
        and not (ROOT / name).parent.joinpath(found).exists()
        and not ("/" not in found and found in known)
    ]


def test_every_document_that_is_named_exists():
    missing = {name: unknown_names(name, text) for name, text in TEXTS.items()}
    assert {name: names for name, names in missing.items() if names} == {}


def test_every_file_that_a_document_names_exists():
    named = {
        (name, found)
        for name, text in DOCUMENTS.items()
        for found in re.findall(r"`((?:[\w.-]+/)+[\w-]+\.(?:py|js|css|sh|conf|html|json|toml))(?:::\w+)?`", text)
    }
    assert [(name, found) for name, found in sorted(named) if not (ROOT / found).exists()] == []


def unknown_sections(name: str, text: str) -> list[str]:
    """Sections that ``text`` refers to and that no document or standard has."""
    missing = []
    for found in SECTION.finditer(text):
        word, line = found["word"] or "", text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if word.endswith(".md"):
            document = word if word in DOCUMENTS else f"docs/{PurePosixPath(word).name}"
        elif name.endswith(".md") and not STANDARD.search(line) and not word.isupper():
            document = name
        elif STANDARD.search(line + found[0]) or (not word.isupper() and STANDARD.search(text)):
            continue
        else:
            document = ""
        numbers = [heading.partition(".")[0] for heading in headings(document)] if document in DOCUMENTS else []
        if found["number"] not in numbers:
            missing.append(found[0])
    return missing


def test_every_section_that_is_named_exists():
    missing = {name: unknown_sections(name, text) for name, text in TEXTS.items()}
    assert {name: sections for name, sections in missing.items() if sections} == {}


def test_every_decision_that_is_named_exists():
    named = {
        (name, int(number))
        for name, text in TEXTS.items()
        for found in DECISION.findall(text)
        for number in found
        if number
    }
    assert [(name, number) for name, number in sorted(named) if number not in decisions()] == []


def decisions() -> dict[int, str]:
    """Number → file name."""
    return {int(path.name[:4]): path.name for path in (ROOT / "docs" / "decisions").glob("0*.md")}


def test_the_index_of_decisions_has_each_once_and_in_order():
    listed = re.findall(r"^\| (\d+) \| \[.+?\]\((.+?)\) \|", DOCUMENTS["docs/decisions/README.md"], re.MULTILINE)
    assert [(int(number), name) for number, name in listed] == sorted(decisions().items())
    titles = [re.match(r"# (\d+)\. .", DOCUMENTS[f"docs/decisions/{name}"]) for _number, name in listed]
    assert [title and title[1] for title in titles] == [number for number, _name in listed]


def test_the_glossary_has_each_word_once_and_in_order():
    tables = re.findall(r"(?:^\| .+\n)+", DOCUMENTS["docs/glossary.md"].replace("|---|---|\n", ""), re.MULTILINE)
    words = [re.findall(r"^\| ([^|]+?) \|", table, re.MULTILINE)[1:] for table in tables]
    assert words == [sorted(table, key=str.lower) for table in words]
    known = [word for table in words for word in table]
    assert sorted(set(known)) == sorted(known)


# The checks themselves, on what they must find: put together here, so that this file is not one of their finds.
GONE = "nowhere"


@pytest.mark.parametrize("gone", [f"{GONE}.md", f"docs/{GONE}.md", f"docs/{GONE}/", f"tests/{GONE}.md"])
def test_a_name_of_a_missing_document_is_found(gone):
    assert unknown_names("base/errors.py", f"As it stands in {gone}.") == [gone]


@pytest.mark.parametrize("text", ["DESIGN" + " §3", "docs/media.md" + " §99", "API" + " §4", "API contract, " + "§4"])
def test_a_reference_to_a_missing_section_is_found(text):
    assert unknown_sections("base/errors.py", f"# So says ({text}).") != []


@pytest.mark.parametrize("text", ["docs/media.md §1", "RFC 8216 §4.3.1", "ISO/IEC 14496-12, §4.2", "RTMP 1.0, §5.2"])
def test_a_reference_that_holds_is_not(text):
    assert unknown_sections("base/errors.py", f"# So says ({text}).") == []
