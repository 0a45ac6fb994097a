"""docs/performance.md says what the benches printed: its generated blocks are brought up to bench/results.

    .venv/bin/python -m bench.report            # write them
    .venv/bin/python -m bench.report --check    # exit with 1 when one is out of date

A block begins with ``<!-- bench: NAME -->`` and ends with ``<!-- end of bench -->``; all else is written by hand.
"""

import json
import re
import sys
from typing import Any

from bench.process import ROOT

DOCUMENT = ROOT / "docs" / "performance.md"
RESULTS = ROOT / "bench" / "results"
_BLOCK = re.compile(r"<!-- bench: ([a-z0-9-]+) -->\n.*?<!-- end of bench -->", re.DOTALL)


def rendered(text: str) -> str:
    """``text`` with its blocks as they should be; a part that was never kept says so."""
    return _BLOCK.sub(lambda found: _block(found[1]), text)


def _block(name: str) -> str:
    kept = RESULTS / f"{name}.json"
    inner = _told(json.loads(kept.read_text())) if kept.exists() else "Not measured yet."
    return f"<!-- bench: {name} -->\n{inner}\n<!-- end of bench -->"


def _told(result: dict[str, Any]) -> str:
    return (
        f"`{result['command']}`, {result['date']}, commit {result['commit']}, {result['machine']} (load before it: "
        f"{result['load']}), {result['versions']}. As printed:\n\n{result['output'].strip()}"
    )


def write() -> None:
    """Bring the document up to the results."""
    DOCUMENT.write_text(rendered(DOCUMENT.read_text()))


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        text = DOCUMENT.read_text()
        sys.exit(
            0 if rendered(text) == text else "docs/performance.md is out of date: .venv/bin/python -m bench.report"
        )
    write()
