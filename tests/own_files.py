"""The project's own text: what people write, without what is installed, locked or made by programs."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Folders that setup, tests and linters make. Hidden ones are left out but for those named.
MADE = {"node_modules", "__pycache__", "test-results", "build", "dist"}
SHOWN = {".ci", ".github"}
TEXT = {
    ".py", ".md", ".js", ".mjs", ".css", ".html", ".txt", ".xml", ".svg", ".sh", ".toml", ".ini", ".in", ".cfg", ".conf",
    ".json", ".yaml", ".yml", ".po", ".mod",
}  # fmt: skip
NAMED = {"Makefile", "Dockerfile", ".editorconfig", ".gitignore", "run"}
LOCKED = {"package-lock.json", "requirements.txt", "requirements-dev.txt"}


@cache
def own_texts() -> dict[str, str]:
    """Path from the project's root → text, of every file that people write."""
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sorted(_files())}


def _files() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in MADE and (not name.startswith(".") or name in SHOWN)]
        for name in names:
            path = Path(folder) / name
            if (path.suffix in TEXT or name in NAMED) and name not in LOCKED:
                yield path
