"""Everybody votes within seconds: how long the answers take, and whether the counts are exact.

    .venv/bin/python -m bench.storm.votes                          # 5,000 votes in 10 s, on SQLite
    .venv/bin/python tools/postgres.py .venv/bin/python -m bench.with_redis .venv/bin/python -m bench.storm.votes

Voters come from 200 addresses behind a trusted proxy, one vote each; who is answered 503 comes again. No limit is
raised.
"""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import uvloop

from bench.http import Connection, Request
from bench.process import Server, cpu_seconds, settled
from bench.requests.measure import engines, make_world, product_environment
from bench.requests.ways import API, Asker
from bench.storm.run import alone, spread, tell

_CONNECTIONS = 200  # of the proxy


async def votes(server: Server, session: dict[str, Any], voters: int, seconds: float) -> dict[str, Any]:
    """Vote, ``voters`` of them in ``seconds``, then count."""
    await server.answers()
    await settled(server.pid, quiet=0.06)
    waiting: asyncio.Queue[int] = asyncio.Queue()
    took: list[float] = []
    answers: Counter[str] = Counter()
    expected = {option: session["counts"].get(option, 0) for option in session["options"]}
    start, cpu = time.monotonic(), cpu_seconds(server.pid)

    async def send() -> None:
        for number in range(voters):
            await asyncio.sleep(max(0.0, start + number * seconds / voters - time.monotonic()))
            waiting.put_nowait(number)
        for _ in range(_CONNECTIONS):
            waiting.put_nowait(-1)

    async def work(connection: Connection) -> None:
        while (number := await waiting.get()) >= 0:
            due = start + number * seconds / voters
            option = session["options"][number % len(session["options"])]
            asker = Asker(number, session["askers"][number])
            request = Request(
                "POST", f"{API}/polls/{session['poll']}/vote", {"option_id": option}, asker.token, asker.address
            )
            reply = await connection.ask(request)
            while reply.status == 503 and "retry-after" in reply.headers:
                answers["503, come again"] += 1
                await asyncio.sleep(int(reply.headers["retry-after"]) * random.uniform(0.5, 1.5))
                reply = await connection.ask(request)
            answers[str(reply.status)] += 1
            if reply.status == 200:
                expected[option] += 1
                took.append(time.monotonic() - due)
        connection.close()

    await asyncio.gather(send(), *(work(Connection(server.port)) for _ in range(_CONNECTIONS)))
    lasted, used = time.monotonic() - start, cpu_seconds(server.pid) - cpu
    told = await Connection(server.port).ask(
        Request("GET", f"{API}/polls/{session['poll']}/results", token=session["askers"][0], address="198.51.100.1")
    )
    found = {option["id"]: option["vote_count"] for option in told.json()["data"]["options"]}
    return {
        "voters": voters,
        "within": seconds,
        "lasted": lasted,
        "answers": dict(answers),
        **spread(took),
        "is_exact": found == expected,
        "counted": sum(found.values()) - sum(session["counts"].values()),
        "cpu": used * 1000 / voters,
    }


def run(voters: int, seconds: float) -> dict[str, Any]:
    """On a product of its own, with the engines that the environment names."""
    with alone("votes") as (folder, cores):
        environment = product_environment(folder) | engines()
        world = make_world(environment, [20], voters, newcomers=0)
        server = Server([sys.executable, "manage.py", "serve"], folder, environment, cores=cores)
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(votes(server, world["sessions"][0], voters, seconds))
        finally:
            server.stop()


def table(found: dict[str, Any]) -> str:
    """For people."""
    exact = "exactly" if found["is_exact"] else "NOT exactly"
    return (
        f"{found['voters']:,} votes sent within {found['within']:g} s were all answered after {found['lasted']:.1f} s; "
        f"answers: {found['answers']}. From the moment that a vote is sent: median {found['p50']:.2f} s, 95 % within "
        f"{found['p95']:.2f} s, longest {found['longest']:.2f} s. The poll counts {found['counted']:,} of them, "
        f"{exact} as they were given. Processor time of the server, which has one core: {found['cpu']:.1f} ms a vote."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--voters", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    asked = parser.parse_args()
    if not 1 <= asked.voters <= 20_000 or not 0 <= asked.seconds <= 600:
        raise SystemExit("At most 20,000 voters and 600 seconds.")
    tell(run(asked.voters, asked.seconds), table, asked.json)


if __name__ == "__main__":
    main()
