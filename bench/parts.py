"""What `make bench` and `make bench-full` run: each part is a command that prints tables, within a time."""

import sys
from dataclasses import dataclass

PYTHON = sys.executable
_ENGINES = (PYTHON, "tools/postgres.py", PYTHON, "-m", "bench.with_redis", PYTHON)


@dataclass(frozen=True, slots=True)
class Part:
    """``minutes``: how long it may take; ``is_full``: only in bench-full."""

    name: str
    command: tuple[str, ...]
    minutes: float
    is_full: bool = False


PARTS = (
    Part("requests", (PYTHON, "-m", "bench.requests"), 6),
    Part("fanout", (PYTHON, "-m", "bench.fanout"), 6),
    Part("storm", (PYTHON, "-m", "bench.storm"), 3),
    Part(
        "fanout-two",
        (PYTHON, "tools/postgres.py", PYTHON, "-m", "bench.fanout", "--sockets", "2000", "--processes", "2"),
        6,
        is_full=True,
    ),
    Part("shares", (PYTHON, "-m", "bench.requests", "--shares", "session,chat,vote,join"), 3, is_full=True),
    Part("requests-postgresql", (*_ENGINES, "-m", "bench.requests", "--rounds", "3"), 8, is_full=True),
    Part("storm-postgresql", (*_ENGINES, "-m", "bench.storm"), 5, is_full=True),
    Part("fanout-10000", (PYTHON, "-m", "bench.fanout", "--sockets", "10000"), 12, is_full=True),
    Part("fanout-2kb", (PYTHON, "-m", "bench.fanout", "--sockets", "5000", "--size", "2048"), 8, is_full=True),
    Part("votes", (*_ENGINES, "-m", "bench.storm.votes"), 6, is_full=True),
    Part("reconnects", (PYTHON, "-m", "bench.with_redis", PYTHON, "-m", "bench.storm.reconnects"), 6, is_full=True),
    Part(
        "speaking",
        (PYTHON, "-m", "bench.with_redis", PYTHON, "-m", "bench.storm.reconnects", "--speak", "--seconds", "20"),
        4,
        is_full=True,
    ),
    Part("pages", (PYTHON, "-m", "bench.pages"), 8, is_full=True),
    Part("idle", (PYTHON, "-m", "bench.idle"), 8, is_full=True),
    Part("lists", (PYTHON, "tools/postgres.py", PYTHON, "-m", "bench.lists"), 12, is_full=True),
    Part("processing", (PYTHON, "-m", "bench.media.processing"), 8, is_full=True),
    Part("media", (PYTHON, "-m", "bench.media"), 15, is_full=True),
    Part("av-sync", (PYTHON, "-m", "bench.media.av_sync"), 10, is_full=True),
)


def chosen(names: list[str], *, full: bool) -> list[Part]:
    """The parts of these names; without names those of bench, or all of bench-full. Raises SystemExit."""
    if not names:
        return [part for part in PARTS if full or not part.is_full]
    by_name = {part.name: part for part in PARTS}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise SystemExit(f"No part is called {', '.join(unknown)}. There are: {', '.join(by_name)}.")
    return [by_name[name] for name in names]
