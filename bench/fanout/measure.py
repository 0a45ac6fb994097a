"""All servers at one size of the room: sockets are opened at each, then they are published to in turn, in rounds."""

import asyncio
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.fanout.load import Client, Tally, open_sockets, received
from bench.fanout.subjects import WARM_UP, Running, Setting, Subject
from bench.process import Cores, answers, cpu_seconds, resident_bytes, settled
from tests.ports import free_port

_OTHER_FILES = 500
_PING_EVERY = 20.0  # seconds; sockets without a sign of life are closed after some more


@dataclass(slots=True)
class Measured:
    """One server at one size. Latencies in milliseconds, memory in KiB a socket, connecting in CPU milliseconds.

    ``per_cpu_second``: deliveries, a figure each round.
    """

    name: str
    sockets: int
    size: int
    rate: float
    memory: float
    connect: float
    per_cpu_second: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    lost: int = 0

    def as_row(self) -> dict[str, Any]:
        """For tables and documents."""
        times = sorted(self.times) or [float("nan")]
        return {
            "server": self.name,
            "sockets": self.sockets,
            "size": self.size,
            "rate": self.rate,
            "p50": statistics.median(times),
            "p95": times[int(0.95 * (len(times) - 1))],
            "longest": times[-1],
            "lost": self.lost,
            "least": min(self.per_cpu_second),
            "median": statistics.median(self.per_cpu_second),
            "most": max(self.per_cpu_second),
            "memory": self.memory,
            "connect": self.connect,
        }


class Room:
    """The sockets at one server."""

    def __init__(self, subject: Subject, running: Running, setting: Setting) -> None:
        self.subject, self.running, self.setting = subject, running, setting
        self.tally = Tally()
        self.clients: list[Client] = []
        self.measured = Measured(subject.name, setting.sockets, setting.size, subject.rate(setting.sockets), 0.0, 0.0)
        self._pinging: asyncio.Task[None] | None = None
        self._in_round = False

    async def open(self) -> None:
        """Open all sockets, and note what that took."""
        running = self.running
        for server in running.servers:
            await server.answers()
        for client in await self._open(running.greetings[:WARM_UP], Tally()):
            client.close()  # what is done once at the first connections belongs to no socket
        await self._settled()
        memory, cpu = self._memory(), self._cpu()
        self.clients = await self._open(running.greetings[WARM_UP:], self.tally)
        await self._settled()
        self.measured.connect = (self._cpu() - cpu) / len(self.clients) * 1000
        self.measured.memory = (self._memory() - memory) / 1024 / len(self.clients)
        if running.keep_alive:
            self._pinging = asyncio.create_task(self._ping())
        for number in range(2):  # what is done once at the first message belongs to no message
            await running.publish(number)
        await self._received(2)

    async def _ping(self) -> None:
        """Give signs of life while the other servers open their sockets and have their rounds."""
        while True:
            await asyncio.sleep(_PING_EVERY)
            if not self._in_round:
                for client in self.clients:
                    client.ask_ping()

    async def _open(self, greetings: list[str | None], tally: Tally) -> list[Client]:
        """The sockets are shared out among the processes."""
        servers, path = self.running.servers, self.running.path
        shares = [greetings[place :: len(servers)] for place in range(len(servers))]
        opened = await asyncio.gather(
            *(open_sockets(server.port, path, share, tally) for server, share in zip(servers, shares, strict=True))
        )
        return [client for share in opened for client in share]

    def _cpu(self) -> float:
        return sum(cpu_seconds(server.pid) for server in self.running.servers)

    def _memory(self) -> int:
        return sum(resident_bytes(server.pid) for server in self.running.servers)

    async def _settled(self) -> None:
        for server in self.running.servers:
            await settled(server.pid)

    async def round(self, seconds: float) -> None:
        """Publish for about ``seconds``, and wait for the last message to arrive everywhere."""
        running, rate = self.running, self.measured.rate
        self._in_round = True
        self.tally.latencies.clear()
        for client in self.clients:
            client.received = 0
            if running.keep_alive:
                client.ask_ping()
        await self._settled()
        messages = max(2, int(rate * seconds))
        cpu, start = self._cpu(), time.monotonic()
        for number in range(messages):
            await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
            await running.publish(number)
        await self._received(messages)
        used = self._cpu() - cpu
        arrived = len(self.tally.latencies)
        self.measured.lost += len(self.clients) * messages - arrived
        self.measured.per_cpu_second.append(arrived / used if used else float("nan"))
        self.measured.times += [value / 1e6 for value in self.tally.latencies]
        self._in_round = False

    async def _received(self, messages: int) -> None:
        await received(self.clients, messages)

    def close(self) -> None:
        if self._pinging is not None:
            self._pinging.cancel()
        for client in self.clients:
            client.close()


async def measure(
    subjects: list[Subject],
    sockets: int,
    *,
    size: int,
    rounds: int,
    seconds: float,
    cores: Cores,
    tell: Callable[[str], None],
) -> list[Measured]:
    """Each of ``subjects`` with as many ``sockets``, taking turns.

    Where the system allows too few open files for the sockets of all, some take turns, then the others.
    """
    at_once = _fitting(sockets, len(subjects))
    if at_once < len(subjects):
        tell(f"this system's open files are enough for {at_once} servers at once")
    found: list[Measured] = []
    for start in range(0, len(subjects), at_once):
        with tempfile.TemporaryDirectory(prefix="fanout-") as name:
            async with AsyncExitStack() as open_for_now:
                port = free_port()
                command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", name]
                store = subprocess.Popen(command, stdout=subprocess.DEVNULL)
                open_for_now.callback(_end, store)
                await answers(port)
                setting = Setting(sockets, size, Path(name), f"redis://127.0.0.1:{port}/0", cores)
                rooms = []
                for subject in subjects[start : start + at_once]:
                    tell(f"{subject.name}: {sockets:,} sockets")
                    running = await open_for_now.enter_async_context(subject.start(setting))
                    rooms.append(Room(subject, running, setting))
                    open_for_now.callback(rooms[-1].close)
                    await rooms[-1].open()
                for number in range(1, rounds + 1):
                    tell(f"round {number} of {rounds}")
                    for room in rooms:
                        await room.round(seconds)
                found += [room.measured for room in rooms]
    return found


def _fitting(sockets: int, servers: int) -> int:
    """At how many of ``servers`` this process can have so many sockets open. Raises SystemExit when at none."""
    try:
        allow_files(servers * (sockets + WARM_UP) + _OTHER_FILES)
    except SystemExit:
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        fitting = (hard - _OTHER_FILES) // (sockets + WARM_UP)
        if fitting < 1:
            raise
        allow_files(fitting * (sockets + WARM_UP) + _OTHER_FILES)
        return fitting
    return servers


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()


def allow_files(wanted: int) -> None:
    """Let this process, and the servers that it starts, have so many descriptors. Raises SystemExit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
    except (ValueError, OSError):
        raise SystemExit(f"{wanted:,} files must be allowed: ulimit -n {wanted}.") from None
