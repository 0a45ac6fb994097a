"""What a request costs: CPU milliseconds of the server's process, beside a plain DRF project's, in the same run.

    .venv/bin/python -m bench.requests                      # every way; some minutes
    .venv/bin/python -m bench.requests --only chat,vote     # less than a minute
    .venv/bin/python -m bench.requests --profile vote       # where its time goes, and its SQL

The product runs as `manage.py serve` with its embedded defaults, on a core of its own with the plain project; the load
comes from another core. Batches of both take turns, so that what else the machine does meets both. CPU time is that of
the server's process alone, without its children and without what it uses idling. People are many, so that nobody
meets a limit: none is changed. Goals are multiples of what the plain project needs in the batch just before. The
product's database and Redis are those of DATABASE_URL and REDIS_URL, where these are set.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import uvloop

from bench.process import ROOT, Cores
from bench.requests.measure import Bench, Measured, Plan, make_world, product_environment, staged
from bench.requests.table import rows, table
from bench.requests.ways import chosen

MOST_ROUNDS, MOST_REQUESTS = 50, 200
_LEAST_SHARE = 0.02
_began = time.monotonic()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help="names of ways or parts of them, with commas: chat,vote,connect")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured")
    parser.add_argument("--number", type=int, default=20, help="requests in a batch")
    parser.add_argument("--crowds", type=int, nargs="+", default=[20, 2000], help="people present")
    parser.add_argument("--quick", action="store_true", help="a look: three rounds of ten, the larger crowd alone")
    parser.add_argument("--profile", metavar="WAY", help="profile this way within a process, and print its SQL")
    parser.add_argument("--shares", metavar="WAYS", help="which packages the time of these goes to")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    asked = parser.parse_args()
    if not 1 <= asked.rounds <= MOST_ROUNDS or not 1 <= asked.number <= MOST_REQUESTS or max(asked.crowds) > 20_000:
        raise SystemExit(f"At most {MOST_ROUNDS} rounds, {MOST_REQUESTS} requests, 20,000 people.")
    if asked.profile:
        print(profile(asked.profile, max(asked.crowds), times=20 * asked.number))
        return
    if asked.shares:
        print(shares(asked.shares.split(","), max(asked.crowds), times=5 * asked.number))
        return
    names = asked.only.split(",") if asked.only else None
    plan = Plan(
        ways=chosen(names),
        rounds=3 if asked.quick else asked.rounds,
        number=10 if asked.quick else asked.number,
        crowds=tuple(asked.crowds[-1:] if asked.quick else asked.crowds),
        idle_seconds=5.0 if asked.quick or names else 10.0,
    )
    measured, statements, cores = run(plan)
    print(table(plan, measured, statements, cores))
    if asked.json:
        asked.json.write_text(json.dumps(rows(plan, measured, statements), indent=1))


def run(plan: Plan) -> tuple[Measured, dict[str, dict[str, int]], Cores]:
    """Measure ``plan``, then count statements."""
    cores = Cores()
    cores.take()
    with (
        tempfile.TemporaryDirectory(prefix="requests-") as name,
        staged(plan, Path(name), cores) as stage,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        measured = runner.run(Bench(plan, stage, _tell).run())
    _tell("statements")
    statements = json.loads(_inside({"statements": [way.name for way in plan.ways]}, list(plan.crowds), askers=60))
    return measured, statements, cores


def profile(name: str, crowd: int, times: int) -> str:
    """The statements of a way and the functions that take longest."""
    return _inside({"profile": chosen([name])[0].name, "times": times}, [crowd], askers=2 * times + 20)


def shares(names: list[str], crowd: int, times: int) -> str:
    """A table of the packages that have at least a fiftieth of the time."""
    ways = [way.name for way in chosen(names)]
    found = json.loads(_inside({"shares": ways, "times": times}, [crowd], askers=times * len(ways) + 20))
    total: Counter[str] = Counter()
    for each in found.values():
        total.update(each)
    lines = [f"| share of the time | {' | '.join(ways)} |", f"|---|{'--:|' * len(ways)}"]
    for name, _sum in total.most_common():
        if max(found[way].get(name, 0) for way in ways) >= _LEAST_SHARE:
            lines.append(f"| {name} | {' | '.join(f'{found[way].get(name, 0):.0%}' for way in ways)} |")
    return "\n".join(lines)


def _inside(wanted: dict[str, Any], crowds: list[int], askers: int) -> str:
    with tempfile.TemporaryDirectory(prefix="requests-") as name:
        environment = product_environment(Path(name)) | {"LOG_LEVEL": "WARNING"}
        wanted["world"] = make_world(environment, crowds, askers)
        made = subprocess.run(
            [sys.executable, "-m", "bench.requests.inside"],
            cwd=ROOT,
            env={**os.environ, **environment},
            input=json.dumps(wanted),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return made.stdout


def _tell(sentence: str) -> None:
    print(f"{time.monotonic() - _began:5.1f} s  {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
