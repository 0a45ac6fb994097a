"""One message to everyone in a room: this product, stock Channels, a bare ASGI loop, a uvloop writer, in the same run.

    .venv/bin/python -m bench.fanout                # 1,000 and 5,000 sockets; a few minutes
    .venv/bin/python -m bench.fanout --sockets 200  # a quick look
    .venv/bin/python -m bench.fanout --beside ../before  # another state of the product too, at that folder

Each server is a process of its own on loopback, all on one core, and gets its messages through the same Redis; the
sockets live in this process, on another core. All have their sockets open and are published to in turn. The server's
CPU time is that of its process, so that a busy machine changes latencies but not the ratios.
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import uvloop

from bench.fanout.measure import measure
from bench.fanout.subjects import BARE, OURS, STOCK, SUBJECTS, WRITER, product
from bench.process import Cores

_COLUMNS = (
    *("server", "sockets", "bytes", "messages/s", "p50 ms", "p95 ms", "max ms", "lost"),
    *("deliveries per CPU-s: least", "median", "most", "KiB a socket", "CPU-ms a connect"),
)
_began = time.monotonic()


async def run(
    counts: list[int],
    *,
    size: int = 250,
    rounds: int = 3,
    seconds: float = 5.0,
    processes: int = 1,
    beside: Path | None = None,
) -> list[dict[str, Any]]:
    """A row for every server at every size of the room."""
    cores = Cores()
    cores.take()
    subjects = [product(OURS, processes=processes), *SUBJECTS]
    if beside is not None:
        subjects.insert(1, product("before", beside))
    rows: list[dict[str, Any]] = []
    for sockets in counts:
        found = await measure(subjects, sockets, size=size, rounds=rounds, seconds=seconds, cores=cores, tell=_tell)
        rows += [each.as_row() for each in found]
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """The rows, and what they say of each other."""
    lines = [f"| {' | '.join(_COLUMNS)} |", f"|---{'|--:' * (len(_COLUMNS) - 1)}|", *map(_line, rows), ""]
    by = {(row["server"], row["sockets"]): row["median"] for row in rows}
    for sockets in dict.fromkeys(row["sockets"] for row in rows):
        ours = by[OURS, sockets]
        others = [
            f"{ours / by[name, sockets]:.2f}× {name}"
            for name in (STOCK, BARE, WRITER, "before")
            if (name, sockets) in by
        ]
        lines.append(f"- {sockets:,} sockets: {', '.join(others)}")
    return "\n".join(lines)


def _line(row: dict[str, Any]) -> str:
    return (
        f"| {row['server']} | {row['sockets']:,} | {row['size']:,} | {row['rate']:g} | {row['p50']:.1f} "
        f"| {row['p95']:.1f} | {row['longest']:.1f} | {row['lost']} | {row['least']:,.0f} | {row['median']:,.0f} "
        f"| {row['most']:,.0f} | {row['memory']:.1f} | {row['connect']:.2f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, nargs="+", default=[1000, 5000], help="sizes of the room")
    parser.add_argument("--size", type=int, default=250, help="bytes of a frame")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is published to")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long messages are published in a round")
    parser.add_argument("--processes", type=int, default=1, help="of the product, on the PostgreSQL of DATABASE_URL")
    parser.add_argument("--beside", type=Path, help="folder of another state of the product, to measure too")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    asked = parser.parse_args()
    check_redis()
    if asked.processes > 1 and "postgres" not in os.environ.get("DATABASE_URL", ""):
        raise SystemExit("Several processes need PostgreSQL: run it with tools/postgres.py.")
    if max(asked.sockets) > 20_000 or asked.seconds * asked.rounds > 300 or not 250 <= asked.size <= 16_000:
        raise SystemExit("At most 20,000 sockets, 300 seconds, and 250 to 16,000 bytes.")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rows = runner.run(
            run(
                asked.sockets,
                size=asked.size,
                rounds=asked.rounds,
                seconds=asked.seconds,
                processes=asked.processes,
                beside=asked.beside and asked.beside.resolve(),
            )
        )
    print(table(rows))
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1))


def check_redis() -> None:
    """Raises SystemExit without a Redis to start."""
    if not shutil.which("redis-server"):
        raise SystemExit("redis-server is missing: install it (Debian: apt-get install redis-server).")


def _tell(sentence: str) -> None:
    print(f"{time.monotonic() - _began:5.1f} s  {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
