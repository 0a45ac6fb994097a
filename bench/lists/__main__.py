"""Lists over very many rows in PostgreSQL: how long a page takes, what an export holds, and how they are planned.

    .venv/bin/python tools/postgres.py .venv/bin/python -m bench.lists     # a million rows; some minutes

A page of a session with a million people and messages is asked for beside that of one with a thousand, in turn. An
export is read as it comes; the memory of the server's process is looked at all the while.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop

from bench.http import Connection, Request
from bench.process import ROOT, Cores, Server, cpu_seconds, resident_bytes, settled
from bench.requests.measure import engines, product_environment
from bench.requests.ways import API

MOST = 2_000_000
_PEOPLE = 100  # a page of them


def pages(world: dict[str, Any], people: int, sessions: int) -> dict[str, tuple[str, str | None]]:
    """name → (path over many rows, the same over few)."""
    large, small = (f"{API}/sessions/{world[name]}" for name in ("large", "small"))
    last, last_few = max(1, people // _PEOPLE), max(1, min(people, 1000) // _PEOPLE)
    return {
        "attendance, first page": (f"{large}/attendance?limit={_PEOPLE}", f"{small}/attendance?limit={_PEOPLE}"),
        "attendance, last page": (
            f"{large}/attendance?limit={_PEOPLE}&page={last}",
            f"{small}/attendance?limit={_PEOPLE}&page={last_few}",
        ),
        "chat, newest page": (f"{large}/chat?limit=50", f"{small}/chat?limit=50"),
        "chat, before an old message": (f"{large}/chat?limit=50&before={world['old']}", None),
        "sessions, first page": (f"{API}/sessions?limit=20", None),
        "sessions, last page": (f"{API}/sessions?limit=20&page={max(1, sessions // 20)}", None),
    }


async def measure(server: Server, world: dict[str, Any], asked: argparse.Namespace) -> dict[str, Any]:
    """Times of pages, then exports."""
    await server.answers()
    await settled(server.pid, quiet=0.06)
    connection, found = Connection(server.port), {}
    for name, (many, few) in pages(world, asked.people, asked.sessions).items():
        times: dict[str, list[float]] = {many: [], **({few: []} if few else {})}
        for _ in range(asked.number + 1):
            for path, taken in times.items():
                start = time.monotonic()
                reply = await connection.ask(Request("GET", path, token=world["host"]))
                if reply.status != 200:
                    raise SystemExit(f"{path}: {reply.status} {reply.body[:300]!r}")
                taken.append(time.monotonic() - start)
        found[name] = {"many": _spread(times[many][1:]), "few": _spread(times[few][1:]) if few else None}
    exports = {
        name: await _export(server, f"{API}/sessions/{world['large']}/{name}/export", world["host"], asked.patience)
        for name in ("attendance", "chat")
    }
    return {"people": asked.people, "messages": asked.messages, "sessions": asked.sessions, "pages": found} | {
        "exports": exports
    }


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {"p50": statistics.median(ordered), "p95": ordered[int(0.95 * (len(ordered) - 1))], "longest": ordered[-1]}


async def _export(server: Server, path: str, token: str, patience: float) -> dict[str, Any]:
    """Read it as it comes, for ``patience`` seconds at most.

    Rows, bytes, seconds until the first and the last, and how much memory it took (MiB).
    """
    before, most = resident_bytes(server.pid), 0
    start, cpu = time.monotonic(), cpu_seconds(server.pid)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=2**20)
    writer.write(Request("GET", path, token=token).encoded().replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
    size = rows = 0
    first = None
    while (piece := await reader.read(2**18)) and time.monotonic() - start < patience:
        if first is None:
            first = time.monotonic() - start
            if not piece.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"{path}: {piece[:300]!r}")
        size, rows = size + len(piece), rows + piece.count(b"\n")
        most = max(most, resident_bytes(server.pid))
    writer.close()
    return {
        "rows": rows,
        "is_whole": not piece,
        "bytes": size,
        "first": first or 0.0,
        "seconds": time.monotonic() - start,
        "cpu": cpu_seconds(server.pid) - cpu,
        "memory": (most - before) / 1024 / 1024,
    }


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """On a product of its own, with the PostgreSQL that the environment names."""
    cores = Cores()
    cores.take()
    wanted = {"people": asked.people, "messages": asked.messages, "sessions": asked.sessions}
    with tempfile.TemporaryDirectory(prefix="lists-") as name:
        folder = Path(name)
        environment = product_environment(folder) | engines()
        world = json.loads(_run(environment | {"ACCESS_TOKEN_MINUTES": "240"}, "bench.lists.rows", json.dumps(wanted)))
        server = Server([sys.executable, "manage.py", "serve"], folder, environment, cores=cores)
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                found = runner.run(measure(server, world, asked))
        finally:
            server.stop()
        paths = {name: many for name, (many, _few) in pages(world, asked.people, asked.sessions).items()}
        told = {"token": world["host"], "paths": paths}
        plans = _run(environment | {"LOG_LEVEL": "WARNING"}, "bench.lists.plans", told=json.dumps(told))
        return {**found, "plans": json.loads(plans)}


def _run(environment: dict[str, str], module: str, *arguments: str, told: str = "") -> str:
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    made = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        input=told,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return made.stdout


def table(found: dict[str, Any]) -> str:
    """For people."""
    lines = [
        f"{found['people']:,} people and {found['messages']:,} messages in one session, 1,000 in another; "
        f"{found['sessions']:,} sessions.",
        "",
        "| milliseconds | p50 | p95 | longest | p95 among 1,000 |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, row in found["pages"].items():
        many, few = row["many"], row["few"]
        figures = [many["p50"], many["p95"], many["longest"], *([few["p95"]] if few else [])]
        lines.append(f"| {name} | {' | '.join(f'{value * 1000:.0f}' for value in figures)} |{'' if few else ' |'}")
    lines += [
        "",
        "| export | lines | MB | first byte | all | rows a second | memory more |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, row in found["exports"].items():
        lines.append(
            f"| {name} | {row['rows']:,} | {row['bytes'] / 1e6:.1f} | {row['first']:.2f} s | {row['seconds']:.1f} s"
            f"{'' if row['is_whole'] else ', not whole'} "
            f"| {row['rows'] / row['seconds']:,.0f} | {row['memory']:.0f} MiB |"
        )
    for name, plan in found["plans"].items():
        lines += ["", f"The slowest statement of “{name}”:", "```", plan, "```"]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--number", type=int, default=40, help="how often each page is asked for")
    parser.add_argument("--patience", type=float, default=120.0, help="seconds that an export is read for")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    asked = parser.parse_args()
    if max(asked.people, asked.messages, asked.sessions) > MOST or not 1 <= asked.number <= 500:
        raise SystemExit(f"At most {MOST:,} rows, and 500 times.")
    if "postgres" not in os.environ.get("DATABASE_URL", ""):
        raise SystemExit("Run it with tools/postgres.py, see --help.")
    found = run(asked)
    print(table(found))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
