"""What the storms begin and end with, and how they sum up many times."""

import json
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.process import Cores


@contextmanager
def alone(name: str) -> Iterator[tuple[Path, Cores]]:
    """A folder for this storm, and a core that this process leaves to the server."""
    cores = Cores()
    cores.take()
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as folder:
        yield Path(folder), cores


def spread(seconds: list[float]) -> dict[str, float]:
    """``p50``, ``p95`` and ``longest`` of these."""
    ordered = sorted(seconds) or [float("nan")]
    return {
        "p50": statistics.median(ordered),
        "p95": ordered[int(0.95 * (len(ordered) - 1))],
        "longest": ordered[-1],
    }


def tell(found: dict[str, Any], table: Callable[[dict[str, Any]], str], kept: Path | None) -> None:
    """Print what was found, and write the figures to the file ``kept``."""
    print(table(found))
    if kept:
        kept.write_text(json.dumps(found, indent=1))
