"""What pages load is bundled: a few files in place of a hundred small modules and thirty style sheets.

`collectstatic` bundles what it has collected (webinar/staticfiles.py). While developing (DEBUG), and in tests without
hashed names, there are no bundles: pages load modules and sheets as they stand. Why: docs/decisions/0017-bundles.md.
"""

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage

FOLDER = "bundles"  # below the folder of collected files, like all names here
_RECORD = f"{FOLDER}/bundles.json"
_MODULE = re.compile(r"{% module ['\"]([^'\"]+)['\"] %}")
_STYLES = re.compile(r"{% styles ['\"]([^'\"]+)['\"] %}")
_LONGEST = 60  # seconds; it takes well under one


class CannotBundle(Exception):
    """The message says what to do."""


class Module(NamedTuple):
    """A page's script: its file, and the files that it imports, which a browser would learn of only from reading it."""

    file: str
    imports: list[str]


def module_of(name: str) -> Module:
    """What a page loads for the module ``name`` of static/js. Raises KeyError where collected files do not have it."""
    record = _record()
    if record is None:
        return Module(f"js/{name}", [])
    return Module(**record["modules"][name])


def styles_of(names: str) -> list[str]:
    """What a page loads for these sheets of static/css, whose names stand between blanks. Raises KeyError likewise."""
    record = _record()
    if record is None:
        return [f"css/{name}.css" for name in names.split()]
    return [record["styles"][" ".join(names.split())]]


def bundle(root: Path) -> list[str]:
    """Bundle what the templates load from the collected files in ``root``; the names of the bundles.

    Raises CannotBundle.
    """
    modules, styles = named_in_templates()
    sheets = {f"css/{_sheet(names)}.css": names for names in styles}
    for sheet, names in sheets.items():
        lines = (f'@import "./{name}.css";\n' for name in names.split())
        (root / sheet).write_text("".join(lines), encoding="utf-8")
    try:
        outputs = _esbuild(root, [*(f"js/{name}" for name in modules), *sheets])
    finally:
        for sheet in sheets:
            (root / sheet).unlink()
    record = {
        "modules": {name: _module(f"{FOLDER}/js/{name}", outputs) for name in modules},
        "styles": {names: f"{FOLDER}/{sheet}" for sheet, names in sheets.items()},
    }
    (root / _RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
    return sorted(outputs)


def named_in_templates() -> tuple[list[str], list[str]]:
    """The modules, and the lists of sheets, that templates load."""
    modules, styles = set[str](), set[str]()
    for text in _templates():
        modules.update(_MODULE.findall(text))
        styles.update(" ".join(names.split()) for names in _STYLES.findall(text))
    return sorted(modules), sorted(styles)


def _templates() -> Iterator[str]:
    folders: Any = settings.TEMPLATES[0]["DIRS"]
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.html")):
            yield path.read_text(encoding="utf-8")


def _sheet(names: str) -> str:
    """A name for several sheets as one."""
    return f"sheets-{hashlib.sha256(names.encode()).hexdigest()[:12]}"


def _esbuild(root: Path, entries: list[str]) -> dict[str, Any]:
    """Run it; what it wrote, by name, as its metafile tells."""
    found = sorted(settings.ESBUILD.glob("*/bin/esbuild"))
    if not found:
        raise CannotBundle("esbuild is missing from node_modules: run make setup.")
    metafile = root / FOLDER / "meta.json"
    options = [
        "--bundle",
        "--splitting",
        "--minify",
        "--format=esm",
        "--target=esnext",  # the sources are written for the browsers as they are
        "--charset=utf8",
        "--outbase=.",
        f"--outdir={FOLDER}",
        "--chunk-names=js/[name]-[hash]",
        f"--metafile={metafile}",
        "--log-level=warning",
    ]
    command = [str(found[0]), *entries, *options]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=_LONGEST, check=False)
    if done.returncode or done.stderr:
        raise CannotBundle(f"esbuild could not bundle the pages' scripts and style sheets:\n{done.stderr.strip()}")
    outputs: dict[str, Any] = json.loads(metafile.read_text(encoding="utf-8"))["outputs"]
    metafile.unlink()
    return outputs


def _module(file: str, outputs: dict[str, Any]) -> dict[str, Any]:
    """A Module as it is recorded."""
    found: dict[str, None] = {}  # in order
    waiting = [file]
    while waiting:
        for imported in outputs[waiting.pop(0)]["imports"]:
            if imported["kind"] == "import-statement" and imported["path"] not in found:
                found[imported["path"]] = None
                waiting.append(imported["path"])
    return {"file": file, "imports": list(found)}


def _record() -> dict[str, Any] | None:
    """What was bundled; None where pages load everything as it stands."""
    storage: object = staticfiles_storage
    if settings.DEBUG or not isinstance(storage, ManifestFilesMixin):
        return None
    return _read(str(settings.STATIC_ROOT))


@cache
def _read(root: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((Path(root) / _RECORD).read_text(encoding="utf-8"))
    return record
