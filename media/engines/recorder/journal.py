"""``journal.jsonl``: the contents of the folder, one event in each line; authoritative after a crash."""

import json
import os
from pathlib import Path
from typing import Any

NAME = "journal.jsonl"


class Journal:
    """Append-only lines, each flushed to the system at once, so that a killed process loses none."""

    def __init__(self, folder: Path) -> None:
        """Continue the journal in this folder, or start one. A line that a crash cut off is ended, not continued."""
        path = folder / NAME
        self.began_at = _began_at(path)
        self._file = path.open("ab")
        if self._file.tell() and not _ends_line(path):
            self._write(b"\n")

    def add(self, event: dict[str, Any]) -> None:
        """Append one line. Raises OSError if the disk is full."""
        self._write(json.dumps(event, separators=(",", ":")).encode() + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._file.flush()


def _ends_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _began_at(path: Path) -> float | None:
    """When the capture's first part began (Unix seconds); None without one."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        for line in file:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if event.get("event") == "part":
                return float(event["started_at"]) - float(event["media_start"])
    return None
