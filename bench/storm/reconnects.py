"""Everybody comes back within seconds and gets what was said meanwhile; or somebody speaks a lot.

    .venv/bin/python -m bench.with_redis .venv/bin/python -m bench.storm.reconnects            # 5,000 in 10 s
    .venv/bin/python -m bench.with_redis .venv/bin/python -m bench.storm.reconnects --speak    # 50 a second to 2,000

Sockets are opened with tickets and closed; messages are published; then all connect anew with their resume tokens and
positions. With ``--speak`` they stay open, and the API is asked meanwhile. One machine is the whole crowd, so what one
address may have of connections is not limited.
"""

import argparse
import asyncio
import json
import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import uvloop

from bench.fanout.load import Client, Tally, open_sockets, received
from bench.fanout.measure import allow_files
from bench.fanout.subjects import OURS, WARM_UP, Running, Setting, product
from bench.http import Connection, Request
from bench.process import cpu_seconds, settled
from bench.requests.ways import API
from bench.storm.run import alone, spread, tell

_TRIES = 20  # of who is closed before the welcome, and comes again
_ASKED_EVERY = 0.2  # seconds between two requests to the API


async def reconnects(running: Running, seconds: float, messages: int) -> dict[str, Any]:
    """All leave, ``messages`` are published, all come back within ``seconds``."""
    server = running.server
    await server.answers()
    clients = await open_sockets(server.port, running.path, running.greetings[WARM_UP:], Tally())
    await settled(server.pid)
    greetings = [_again(client) for client in clients]
    for client in clients:
        client.close()
    await settled(server.pid)
    for number in range(messages):
        await running.publish(number)
    start, cpu, tally = time.monotonic(), cpu_seconds(server.pid), Tally()
    back: list[Client] = []
    took: list[float] = []
    failures: Counter[str] = Counter()

    async def come(number: int, greeting: str) -> None:
        due = start + number * seconds / len(greetings)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        for _ in range(_TRIES):
            try:
                back.extend(await open_sockets(server.port, running.path, [greeting], tally, at_once=1))
            except (OSError, TimeoutError) as error:
                failures[str(error) or type(error).__name__] += 1
                await asyncio.sleep(random.uniform(0.5, 1.5))
            else:
                took.append(time.monotonic() - due)
                return

    await asyncio.gather(*(come(number, greeting) for number, greeting in enumerate(greetings)))
    await received(back, messages)
    lasted, used = time.monotonic() - start, cpu_seconds(server.pid) - cpu
    for client in back:
        client.close()
    return {
        "sockets": len(greetings),
        "within": seconds,
        "messages": messages,
        "back": len(back),
        "failures": dict(failures.most_common(5)),
        "replayed": sum(client.received == messages for client in back),
        "lasted": lasted,
        **spread(took),
        "cpu": used * 1000 / len(greetings),
    }


def _again(client: Client) -> str:
    """The connect frame by which this client comes back."""
    welcome = json.loads(client.welcome or b"{}")["data"]
    return json.dumps({"id": 1, "do": "connect", "resume": welcome["resume"], "since": welcome["topics"]})


async def speak(running: Running, rate: float, seconds: float) -> dict[str, Any]:
    """Publish ``rate`` messages a second for ``seconds``, and ask the API meanwhile."""
    server, tally = running.server, Tally()
    await server.answers()
    clients = await open_sockets(server.port, running.path, running.greetings[WARM_UP:], tally)
    await settled(server.pid)
    answered: list[float] = []

    async def ask() -> None:
        connection = Connection(server.port)
        while True:
            start = time.monotonic()
            reply = await connection.ask(Request("GET", f"{API}/sessions/{running.session}"))
            if reply.status != 200:
                raise SystemExit(f"{reply.status} {reply.body[:300]!r}")
            answered.append(time.monotonic() - start)
            await asyncio.sleep(_ASKED_EVERY)

    asking = asyncio.create_task(ask())
    messages, start, cpu = int(rate * seconds), time.monotonic(), cpu_seconds(server.pid)
    for number in range(messages):
        await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
        await running.publish(number)
    published = time.monotonic() - start
    await received(clients, messages)
    used, lasted = cpu_seconds(server.pid) - cpu, time.monotonic() - start
    asking.cancel()
    arrived = len(tally.latencies)
    for client in clients:
        client.close()
    return {
        "sockets": len(clients),
        "rate": messages / published,
        "seconds": published,
        "lost": len(clients) * messages - arrived,
        "delivery": spread([value / 1e9 for value in tally.latencies]),
        "api": spread(answered),
        "core": used / lasted,
    }


async def run(asked: argparse.Namespace) -> dict[str, Any]:
    """On a product of its own, with the engines that the environment names."""
    sockets = asked.sockets or (2000 if asked.speak else 5000)
    allow_files(2 * sockets + 1000)
    with alone("reconnects") as (folder, cores):
        setting = Setting(sockets, asked.size, folder, os.environ["REDIS_URL"], cores)
        async with product(OURS).start(setting) as running:
            if asked.speak:
                return await speak(running, asked.rate, asked.seconds)
            return await reconnects(running, asked.seconds, asked.messages)


def table(found: dict[str, Any]) -> str:
    """For people."""
    if "api" in found:
        delivery, api = found["delivery"], found["api"]
        return (
            f"{found['rate']:.0f} messages a second for {found['seconds']:.0f} s to {found['sockets']:,} sockets: lost "
            f"{found['lost']}; from publishing to the socket median {delivery['p50'] * 1000:.0f} ms, 95 % within "
            f"{delivery['p95'] * 1000:.0f} ms, longest {delivery['longest'] * 1000:.0f} ms. A session, asked of the "
            f"API meanwhile: median {api['p50'] * 1000:.0f} ms, 95 % within {api['p95'] * 1000:.0f} ms, longest "
            f"{api['longest'] * 1000:.0f} ms. The server used {found['core']:.0%} of its one core."
        )
    failures = f" Closed before their welcome, and tried again: {found['failures']}." if found["failures"] else ""
    return (
        f"{found['back']:,} of {found['sockets']:,} sockets came back within {found['lasted']:.1f} s (sent within "
        f"{found['within']:g} s), {found['replayed']:,} of them with all {found['messages']} messages that they had "
        f"missed; until the welcome: median {found['p50']:.2f} s, 95 % within {found['p95']:.2f} s, longest "
        f"{found['longest']:.2f} s. Processor time of the server, which has one core: {found['cpu']:.2f} ms each, "
        f"replay included.{failures}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, help="5,000, or 2,000 with --speak")
    parser.add_argument("--seconds", type=float, default=10.0, help="within how long they come back, or one speaks")
    parser.add_argument("--messages", type=int, default=50, help="how many they have missed")
    parser.add_argument("--speak", action="store_true")
    parser.add_argument("--rate", type=float, default=50.0, help="messages a second with --speak")
    parser.add_argument("--size", type=int, default=250, help="bytes of a frame")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    asked = parser.parse_args()
    if (asked.sockets or 0) > 20_000 or asked.seconds > 600 or asked.messages > 500 or asked.rate > 500:
        raise SystemExit("At most 20,000 sockets, 600 seconds, 500 messages, 500 messages a second.")
    if not os.environ.get("REDIS_URL"):
        raise SystemExit("Run it with python -m bench.with_redis, see --help.")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(run(asked))
    tell(found, table, asked.json)


if __name__ == "__main__":
    main()
