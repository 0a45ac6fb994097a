"""CPU time of requests: batches of ours and of the plain project's in turn, on one core, several rounds in one run."""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.fanout.load import Tally, open_sockets
from bench.http import Connections, Request
from bench.process import ROOT, Cores, Server, cpu_seconds, settled, uvicorn
from bench.requests.rows import Rows
from bench.requests.ways import CONNECT, REFERENCES, TICKET, Asker, Way, plain
from tests.ports import free_port

SOCKET = "/v1/webinar/socket"
AFTERWARDS = 0.15  # seconds until what a reply leaves to be done (the outbox) is done
PRESENCE_WRITTEN = 1.3  # seconds: the same where presence is written, once a second
KEPT = "kept"  # the plain project whose threads keep their connections to the database

#: (way or reference, crowd or 0) → CPU milliseconds of one, a round each.
Samples = dict[tuple[str, int], list[float]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: ``number`` requests in each of ``rounds`` batches, ``at_once`` connections.

    Sockets and heartbeats come in larger batches: what is done once a second for all who came belongs to a crowd, not
    to a few.
    """

    ways: list[Way]
    rounds: int = 5
    number: int = 20
    crowds: tuple[int, ...] = (20, 2000)
    at_once: int = 4
    idle_seconds: float = 10.0

    @property
    def gathered(self) -> int:
        return 5 * self.number

    @property
    def askers(self) -> int:
        return max(map(self.many, self.ways)) * (self.rounds + 1)

    def many(self, way: Way) -> int:
        """How many ask in one batch of ``way``."""
        return self.gathered if way.is_gathered or way is TICKET else self.number


@dataclass(slots=True)
class Measured:
    """``multiples``: what a way costs against the plain batch beside it, by (way, crowd, which plain project)."""

    samples: Samples = field(default_factory=lambda: defaultdict(list))
    multiples: dict[tuple[str, int, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    idle: float = 0.0  # CPU seconds a second
    has_livekit: bool = False
    engines: tuple[str, ...] = ()


@dataclass(slots=True)
class Stage:
    """The servers, and what is in the product's database."""

    product: Server
    plains: dict[str, Server]
    world: dict[str, Any]
    token: str
    rows: Rows
    engines: dict[str, str]


def median(values: list[float]) -> float:
    return statistics.median(values) if values else float("nan")


@contextmanager
def staged(plan: Plan, folder: Path, cores: Cores) -> Iterator[Stage]:
    """Make both databases and start the servers; they end with the context."""
    environment = product_environment(folder) | engines()
    world = make_world(environment, list(plan.crowds), plan.askers)
    plain_environment = {"PLAIN_DATABASE": str(folder / "plain.sqlite3")}
    token = _run("-m", "bench.plain.server", environment=plain_environment).strip()
    servers: list[Server] = []

    def start(command: list[str], more: dict[str, str]) -> Server:
        servers.append(Server(command, folder, more, cores=cores))
        return servers[-1]

    try:
        product = start([sys.executable, "manage.py", "serve"], environment)
        plains = {}
        for name, keeps in (("plain", ""), (KEPT, "1")):
            port = free_port()
            more = {**plain_environment, "PORT": str(port), "PLAIN_KEEPS_CONNECTIONS": keeps}
            plains[name] = start(uvicorn("bench.plain.server:application", port), more)
        rows = Rows(folder / "data" / "webinar.sqlite3", environment["DATABASE_URL"] or None)
        yield Stage(product, plains, world, token, rows, engines())
    finally:
        for server in servers:
            server.stop()


def product_environment(folder: Path) -> dict[str, str]:
    """The embedded product as it is by default, on ports and in a folder of its own, behind a trusted proxy.

    Nothing of its limits is changed. Recorders and the gateway, which are processes of their own, are left out.
    """
    names = ("PORT", "LIVEKIT_PORT", "LIVEKIT_TCP_PORT", "LIVEKIT_UDP_PORT", "RTMP_PORT")
    return {
        **{name: str(free_port()) for name in names},
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "PUBLIC_URL": "",
        "TRUSTED_PROXIES": "127.0.0.1",
        "MEDIA_SUPERVISOR": "false",
        "DJANGO_SETTINGS_MODULE": "webinar.settings",
    }


def engines() -> dict[str, str]:
    """The database and Redis that this process was given."""
    return {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}


def make_world(
    environment: dict[str, str], crowds: list[int], askers: int, *, newcomers: int | None = None
) -> dict[str, Any]:
    """See ``bench.requests.world``. Tokens hold as long as the run may take."""
    wanted = json.dumps({"crowds": crowds, "askers": askers, "newcomers": newcomers})
    more = {**environment, "ACCESS_TOKEN_MINUTES": "240"}
    return json.loads(_run("-m", "bench.requests.world", wanted, environment=more))


def _run(*arguments: str, environment: dict[str, str]) -> str:
    command = [sys.executable, *arguments]
    made = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=True
    )
    return made.stdout


class Bench:
    """One run of ``plan`` on ``stage``."""

    def __init__(self, plan: Plan, stage: Stage, tell: Callable[[str], None]) -> None:
        self.plan, self.stage, self.tell = plan, stage, tell
        self.measured = Measured(engines=tuple(stage.engines))

    async def run(self) -> Measured:
        """Warm up, find out what idling costs, then measure the rounds."""
        stage = self.stage
        for server in (stage.product, *stage.plains.values()):
            await server.answers()
        self.tell("the servers answer")
        await settled(stage.product.pid, quiet=0.06)
        self.measured.has_livekit = "LiveKit is missing" not in stage.product.log.read_text()
        self.tell("warming up")
        await self._round(0)  # compiles, fills pools, opens connections
        self.measured.samples.clear()
        self.measured.multiples.clear()
        await settled(stage.product.pid, quiet=0.06)
        self.tell("idling")
        before = cpu_seconds(stage.product.pid)
        await asyncio.sleep(self.plan.idle_seconds)
        self.measured.idle = (cpu_seconds(stage.product.pid) - before) / self.plan.idle_seconds
        for number in range(1, self.plan.rounds + 1):
            self.tell(f"round {number} of {self.plan.rounds}")
            await self._round(number)
        return self.measured

    async def _round(self, number: int) -> None:
        """Every way for each crowd, between batches of what it is held against: A B A B."""
        beside = {way.reference for way in self.plan.ways}
        for name in REFERENCES:
            if name not in beside:
                await self._references(name)
        for way in self.plan.ways:
            for session in self.stage.world["sessions"] if way.crowds else self.stage.world["sessions"][:1]:
                against = await self._references(way.reference)
                if way is TICKET:
                    cost = await self._ticket_and_connect(session, number)
                else:
                    cost = await self._way(way, session, number)
                for name, reference in against.items():
                    key = way.name if way is not TICKET else f"{TICKET.name} and {CONNECT}"
                    self.measured.multiples[key, session["crowd"], name].append(cost / reference)

    async def _references(self, name: str) -> dict[str, float]:
        """A batch of the plain project in each of its kinds."""
        found = {}
        for kind, server in self.stage.plains.items():
            label = name if kind != KEPT else f"{name} {KEPT}"
            requests = [plain(name, self.stage.token)] * self.plan.number
            cost = await self._batch(server, requests, 201 if name == "DC" else 200, 0.0)
            self.measured.samples[label, 0].append(cost)
            found[kind] = cost
        return found

    async def _way(self, way: Way, session: dict[str, Any], number: int) -> float:
        many = self.plan.many(way)
        known = session["asker_ids"][number * many : (number + 1) * many] if way.is_known else ()
        self.stage.rows.as_before(session["id"], known)
        requests = [way.make(session, asker) for asker in self._people(way, session, number)]
        afterwards = PRESENCE_WRITTEN if way.is_gathered else AFTERWARDS
        cost = await self._batch(self.stage.product, requests, way.status, self.measured.idle, afterwards=afterwards)
        self.measured.samples[way.name, session["crowd"] if way.crowds else 0].append(cost)
        return cost

    async def _ticket_and_connect(self, session: dict[str, Any], number: int) -> float:
        """Tickets, then as many sockets; beside them sockets of a bare loop. The sockets are closed afterwards."""
        product, samples, crowd = self.stage.product, self.measured.samples, session["crowd"]
        self.stage.rows.as_before(session["id"])
        people = self._people(TICKET, session, number)
        replies: list[Any] = []
        requests = [TICKET.make(session, asker) for asker in people]
        ticket = await self._batch(product, requests, 200, self.measured.idle, replies)
        tickets = [reply.json()["data"]["ticket"] for reply in replies]
        greetings: list[str | None] = [json.dumps({"id": 1, "do": "connect", "ticket": each}) for each in tickets]
        addresses = [asker.address for asker in people]
        connect = await self._sockets(product, SOCKET, greetings, addresses, self.measured.idle, PRESENCE_WRITTEN)
        bare = await self._sockets(self.stage.plains["plain"], "/", [None] * len(people), None, 0.0, AFTERWARDS)
        samples[TICKET.name, crowd].append(ticket)
        samples[CONNECT, crowd].append(connect)
        samples["bare connect", 0].append(bare)
        samples[f"{TICKET.name} and {CONNECT}", crowd].append(ticket + connect)
        return ticket + connect

    async def _batch(
        self,
        server: Server,
        requests: list[Request],
        status: int,
        idle: float,
        replies: list[Any] | None = None,
        *,
        afterwards: float = AFTERWARDS,
    ) -> float:
        """CPU milliseconds of one of ``requests``, without what the process uses by itself meanwhile."""

        async def ask() -> None:
            with Connections(server.port, self.plan.at_once) as connections:
                for request, reply in zip(requests, await connections.ask_all(requests), strict=True):
                    if reply.status != status:
                        raise SystemExit(f"{request.method} {request.path}: {reply.status} {reply.body[:500]!r}")
                    if replies is not None:
                        replies.append(reply)

        return await _cost(server, ask, len(requests), idle, afterwards)

    async def _sockets(
        self,
        server: Server,
        path: str,
        greetings: list[str | None],
        addresses: list[str] | None,
        idle: float,
        afterwards: float,
    ) -> float:
        clients: list[Any] = []

        async def connect() -> None:
            clients.extend(
                await open_sockets(
                    server.port, path, greetings, Tally(), at_once=self.plan.at_once, addresses=addresses
                )
            )

        try:
            return await _cost(server, connect, len(greetings), idle, afterwards)
        finally:
            for client in clients:
                client.close()
            await settled(server.pid, quiet=0.06)

    def _people(self, way: Way, session: dict[str, Any], number: int) -> list[Asker]:
        """As many people as a batch of ``way`` has, whom no other round asks."""
        many = self.plan.many(way)
        first = number * many
        tokens = session[way.people][first : first + many]
        return [Asker(first + place, token) for place, token in enumerate(tokens)]


async def _cost(
    server: Server, work: Callable[[], Awaitable[None]], number: int, idle: float, afterwards: float
) -> float:
    """CPU milliseconds of ``server`` for one of ``number``; ``idle``: seconds a second that it uses by itself."""
    cpu, start = cpu_seconds(server.pid), time.monotonic()
    await work()
    await asyncio.sleep(afterwards)
    used = cpu_seconds(server.pid) - cpu - idle * (time.monotonic() - start)
    return used * 1000 / number
