"""One message to everyone in a room: this product, stock Channels, and a bare ASGI loop, in the same run.

    .venv/bin/python -m bench.fanout                # 1,000 and 5,000 sockets; a few minutes
    .venv/bin/python -m bench.fanout --sockets 200  # a quick look

Each server is a process of its own on loopback and gets its messages through the same Redis; the sockets live in this
process. The server's CPU time is read from /proc, so that a busy machine changes latencies but not the ratios.
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import redis.asyncio
import uvloop
from channels_redis.pubsub import RedisPubSubChannelLayer

from bench.fanout import stock as channels
from bench.fanout.load import Tally, open_sockets
from bench.process import PATIENCE, ROOT, Server, answers, cpu_seconds, resident_bytes, settled, uvicorn
from tests.ports import free_port

MESSAGE = 250  # bytes of a frame
WARM_UP = 50  # sockets opened and closed before anything is measured

Publish = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the table. Latencies in milliseconds, memory in KiB, connecting in CPU milliseconds."""

    name: str
    sockets: int
    rate: float
    p50: float
    p95: float
    longest: float
    lost: int
    per_cpu_second: float
    memory: float
    connect: float


def stamped(number: int) -> str:
    """A message of MESSAGE bytes that says when it was sent."""
    head = f'{{"n":{number},"t":{time.monotonic_ns()},"text":"'
    return head + "x" * (MESSAGE - len(head) - 2) + '"}'


async def measure(
    name: str,
    server: Server,
    path: str,
    greetings: list[str | None],
    publish: Publish,
    *,
    rate: float,
    messages: int,
    keep_alive: bool = False,
) -> Measured:
    """Connect, publish ``messages`` at ``rate`` a second, wait for the last of them to arrive everywhere.

    ``greetings`` are the first frames of the sockets, WARM_UP more than are measured.
    """
    pid, tally = server.process.pid, Tally()
    await server.answers()
    first = await open_sockets(server.port, path, greetings[:WARM_UP], Tally())
    for client in first:  # one-time work of the first connections is not part of a socket's cost
        client.close()
    await settled(pid)
    greetings = greetings[WARM_UP:]
    memory, cpu = resident_bytes(pid), cpu_seconds(pid)
    clients = await open_sockets(server.port, path, greetings, tally)
    await settled(pid)
    connect = (cpu_seconds(pid) - cpu) / len(clients)
    memory = resident_bytes(pid) - memory
    for number in range(3):  # one-time work of the first message is not part of a message's cost
        await publish(number)
    await _received(clients, 3)
    tally.latencies.clear()
    for client in clients:
        client.received = 0
        if keep_alive:
            client.ask_ping()
    await settled(pid)
    cpu, start = cpu_seconds(pid), time.monotonic()
    for number in range(messages):
        await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
        await publish(number)
    await _received(clients, messages)
    used = cpu_seconds(pid) - cpu
    expected, arrived = len(clients) * messages, len(tally.latencies)
    times = sorted(value / 1e6 for value in tally.latencies) or [float("nan")]
    for client in clients:
        client.close()
    return Measured(
        name=name,
        sockets=len(clients),
        rate=rate,
        p50=statistics.median(times),
        p95=times[int(0.95 * (len(times) - 1))],
        longest=times[-1],
        lost=expected - arrived,
        per_cpu_second=arrived / used if used else float("nan"),
        memory=memory / 1024 / len(clients),
        connect=connect * 1000,
    )


async def _received(clients: list, messages: int) -> None:
    """Wait until every client has ``messages``, or nothing has come for a while."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and any(client.received < messages for client in clients):
        await asyncio.sleep(0.05)


async def product(sockets: int, folder: Path, redis_url: str, rate: float, messages: int) -> Measured:
    """This product: `manage.py serve` with Redis as broker; every socket is a guest in a live session."""
    environment = {
        "PORT": str(free_port()),
        "DATA_DIR": str(folder / "data"),
        "REDIS_URL": redis_url,
        "REALTIME_BROKER": "redis",
        "SOCKET_TICKET_SECONDS": "3600",
        "SOCKETS_PER_ADDRESS": "100000",
        "CONNECTIONS": "100000",
        "WSGI_PER_ADDRESS": "100000",
        "CONNECTIONS_PER_ADDRESS": "100000",
        "LIVEKIT_URL": f"http://127.0.0.1:{free_port()}",
        "LIVEKIT_API_KEY": "bench",
        "LIVEKIT_API_SECRET": "bench" * 8,
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "webinar.settings",
    }
    made = subprocess.run(
        [sys.executable, "-m", "bench.fanout.people", str(sockets + WARM_UP)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    world = json.loads(made.stdout)
    greetings: list[str | None] = [
        json.dumps({"id": 1, "do": "connect", "ticket": ticket}) for ticket in world["tickets"]
    ]
    publisher = subprocess.Popen(
        [sys.executable, "-m", "bench.fanout.publisher", f"session:{world['session']}"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )

    async def publish(number: int) -> None:
        assert publisher.stdin is not None
        assert publisher.stdout is not None
        publisher.stdin.write(b"%d\n" % number)
        publisher.stdin.flush()
        await asyncio.get_running_loop().run_in_executor(None, publisher.stdout.readline)

    server = Server([sys.executable, "manage.py", "serve"], folder, environment)
    try:
        return await measure(
            "this product",
            server,
            "/v1/webinar/socket",
            greetings,
            publish,
            rate=rate,
            messages=messages,
            keep_alive=True,
        )
    finally:
        server.stop()
        publisher.kill()
        publisher.wait()


async def stock(sockets: int, folder: Path, redis_url: str, rate: float, messages: int) -> Measured:
    """Channels' own way: group_send over channels_redis (its faster layer, pub/sub)."""
    layer = RedisPubSubChannelLayer(hosts=[redis_url])

    async def publish(number: int) -> None:
        await channels.publish(layer, stamped(number))

    port = free_port()
    server = Server(
        uvicorn("bench.fanout.stock:application", port), folder, {"PORT": str(port), "REDIS_URL": redis_url}
    )
    try:
        return await measure(
            "stock Channels", server, "/", [None] * (sockets + WARM_UP), publish, rate=rate, messages=messages
        )
    finally:
        server.stop()


async def bare(sockets: int, folder: Path, redis_url: str, rate: float, messages: int) -> Measured:
    """A set of sockets and a loop: the upper bound for this server, without anything that a product needs."""
    client = redis.asyncio.Redis.from_url(redis_url)

    async def publish(number: int) -> None:
        await client.publish("bench", stamped(number))

    port = free_port()
    environment = {"PORT": str(port), "REDIS_URL": redis_url}
    server = Server(uvicorn("bench.fanout.bare:application", port), folder, environment)
    try:
        return await measure(
            "bare ASGI loop", server, "/", [None] * (sockets + WARM_UP), publish, rate=rate, messages=messages
        )
    finally:
        server.stop()
        await client.aclose()


async def run(counts: list[int], seconds: float) -> list[Measured]:
    """Every server at every size, one after the other."""
    rows = []
    for sockets in counts:
        for subject, rate in ((product, 10.0), (stock, 1000.0 / sockets), (bare, 10.0)):
            with tempfile.TemporaryDirectory(prefix="fanout-") as name:
                folder = Path(name)
                port = free_port()
                command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", name]
                store = subprocess.Popen(command, stdout=subprocess.DEVNULL)
                try:
                    await answers(port)
                    url = f"redis://127.0.0.1:{port}/0"
                    messages = max(5, int(rate * seconds))
                    rows.append(await subject(sockets, folder, url, rate, messages))
                    print(_line(rows[-1]), file=sys.stderr, flush=True)
                finally:
                    store.terminate()
                    store.wait()
    return rows


_COLUMNS = (
    "server",
    "sockets",
    "messages/s",
    "p50 ms",
    "p95 ms",
    "max ms",
    "lost",
    "deliveries per CPU-s",
    "KiB a socket",
    "CPU-ms a connect",
)
HEADER = f"| {' | '.join(_COLUMNS)} |\n|---{'|--:' * (len(_COLUMNS) - 1)}|"


def _line(row: Measured) -> str:
    return (
        f"| {row.name} | {row.sockets:,} | {row.rate:g} | {row.p50:.1f} | {row.p95:.1f} | {row.longest:.1f} "
        f"| {row.lost} | {row.per_cpu_second:,.0f} | {row.memory:.1f} | {row.connect:.2f} |"
    )


def table(rows: list[Measured]) -> str:
    """The rows, and their ratios."""
    lines = [HEADER, *map(_line, rows), ""]
    by = {(row.name, row.sockets): row for row in rows}
    for sockets in dict.fromkeys(row.sockets for row in rows):
        ours, theirs, least = (by[name, sockets] for name in ("this product", "stock Channels", "bare ASGI loop"))
        lines.append(
            f"- {sockets:,} sockets: {ours.per_cpu_second / theirs.per_cpu_second:.1f}× stock Channels, "
            f"{ours.per_cpu_second / least.per_cpu_second:.2f}× the bare loop"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, nargs="+", default=[1000, 5000], help="sizes of the room")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long messages are published")
    asked = parser.parse_args()
    if not shutil.which("redis-server"):
        raise SystemExit("redis-server is missing: install it (Debian: apt-get install redis-server).")
    if max(asked.sockets) > 20_000 or asked.seconds > 120:
        raise SystemExit("At most 20,000 sockets and 120 seconds.")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(table(runner.run(run(asked.sockets, asked.seconds))))


if __name__ == "__main__":
    main()
