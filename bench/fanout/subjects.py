"""The servers that are measured: how each is started, reached, and told to publish."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import redis.asyncio
from channels_redis.pubsub import RedisPubSubChannelLayer

from bench.fanout import stock as channels
from bench.process import ROOT, Cores, Server, uvicorn
from tests.ports import free_port

WARM_UP = 50  # sockets opened and closed before anything is measured

Publish = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Setting:
    """What all servers of a run have in common: ``size`` is that of a frame in bytes."""

    sockets: int
    size: int
    folder: Path
    redis_url: str
    cores: Cores


@dataclass(frozen=True, slots=True)
class Running:
    """A server that takes sockets; ``greetings`` are their first frames, WARM_UP more than are measured.

    ``others``: further processes of it, which take as many each.
    """

    server: Server
    path: str
    greetings: list[str | None]
    publish: Publish
    keep_alive: bool = False
    session: str | None = None
    others: tuple[Server, ...] = ()

    @property
    def servers(self) -> tuple[Server, ...]:
        return (self.server, *self.others)


@dataclass(frozen=True, slots=True)
class Subject:
    """``rate``: messages a second, by the number of sockets."""

    name: str
    rate: Callable[[int], float]
    start: Callable[[Setting], AbstractAsyncContextManager[Running]]


def stamped(number: int, size: int) -> str:
    """A message of ``size`` bytes that says when it was sent."""
    head = f'{{"n":{number},"t":{time.monotonic_ns()},"text":"'
    return head + "x" * (size - len(head) - 2) + '"}'


def product(name: str, root: Path = ROOT, *, processes: int = 1) -> Subject:
    """This product, or another state of it at ``root``: `manage.py serve` with Redis as broker; guests in a session.

    So that one machine can be the whole crowd, what one address may have of connections is not limited. More than one
    of its ``processes`` need the PostgreSQL that DATABASE_URL names.
    """

    @asynccontextmanager
    async def start(setting: Setting) -> AsyncIterator[Running]:
        folder = setting.folder / name.replace(" ", "-")
        folder.mkdir()
        environment = {**os.environ, **_environment(folder, setting.redis_url)}
        command = [sys.executable, "-m", "bench.fanout.people", str(setting.sockets + WARM_UP)]
        made = await asyncio.to_thread(
            subprocess.run, command, cwd=root, env=environment, stdout=subprocess.PIPE, check=True
        )
        world = json.loads(made.stdout)
        command = [sys.executable, "-m", "bench.fanout.publisher", f"session:{world['session']}", str(setting.size)]
        publisher = subprocess.Popen(command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

        async def publish(number: int) -> None:
            assert publisher.stdin is not None
            assert publisher.stdout is not None
            publisher.stdin.write(b"%d\n" % number)
            publisher.stdin.flush()
            await asyncio.get_running_loop().run_in_executor(None, publisher.stdout.readline)

        greetings: list[str | None] = [
            json.dumps({"id": 1, "do": "connect", "ticket": ticket}) for ticket in world["tickets"]
        ]
        serve = [sys.executable, "manage.py", "serve"]
        servers = [Server(serve, folder, environment, cores=setting.cores, root=root)]
        try:
            await servers[0].answers()
            for _ in range(processes - 1):
                own = {**environment, "PORT": str(free_port())}
                servers.append(Server([*serve, "--role", "web"], folder, own, cores=setting.cores, root=root))
            path, others = "/v1/webinar/socket", tuple(servers[1:])
            yield Running(servers[0], path, greetings, publish, True, world["session"], others)
        finally:
            for server in reversed(servers):
                server.stop()
            publisher.kill()
            publisher.wait()

    return Subject(name, lambda sockets: 10.0, start)


def _environment(folder: Path, redis_url: str) -> dict[str, str]:
    return {
        "PORT": str(free_port()),
        "RTMP_PORT": str(free_port()),
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


def _plain(name: str, command: Callable[[int], list[str]], rate: Callable[[int], float]) -> Subject:
    """A server that writes to everybody what Redis publishes."""

    @asynccontextmanager
    async def start(setting: Setting) -> AsyncIterator[Running]:
        client = redis.asyncio.Redis.from_url(setting.redis_url)
        layer = RedisPubSubChannelLayer(hosts=[setting.redis_url])

        async def publish(number: int) -> None:
            text = stamped(number, setting.size)
            if name == STOCK:
                await channels.publish(layer, text)
            else:
                await client.publish("bench", text)

        port = free_port()
        environment = {"PORT": str(port), "REDIS_URL": setting.redis_url}
        server = Server(command(port), setting.folder, environment, cores=setting.cores)
        try:
            yield Running(server, "/", [None] * (setting.sockets + WARM_UP), publish)
        finally:
            server.stop()
            await client.aclose()

    return Subject(name, rate, start)


OURS, STOCK, BARE, WRITER = "this product", "stock Channels", "bare ASGI loop", "uvloop writer"

#: What the product is measured beside.
SUBJECTS = (
    # Channels' own way: group_send over channels_redis (its faster layer, pub/sub), with about what it bears.
    _plain(STOCK, lambda port: uvicorn("bench.fanout.stock:application", port), lambda sockets: 1000.0 / sockets),
    # A set of sockets and a loop: the most that this server can do, without anything that a product needs.
    _plain(BARE, lambda port: uvicorn("bench.fanout.bare:application", port), lambda sockets: 10.0),
    # No server at all.
    _plain(WRITER, lambda port: [sys.executable, "-m", "bench.fanout.writer"], lambda sockets: 10.0),
)
