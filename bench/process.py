"""A server in a process of its own, on a core of its own, and what Linux says that it has used."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 180.0  # seconds for whatever is still under way, on a busy machine too
_UVICORN = ("--ws-per-message-deflate", "false", "--lifespan", "off", "--no-access-log", "--log-level", "warning")
_LOOK = 0.4  # seconds
_STEADY = 5  # looks
_CPU_CLOCK_OF_PROCESS = 2  # Linux: CPUCLOCK_SCHED of another process, whose id is told in the other bits


def cpu_seconds(pid: int) -> float:
    """User and system time that the process has used so far, with all its threads, without its children."""
    return time.clock_gettime((~pid << 3) | _CPU_CLOCK_OF_PROCESS)


def resident_bytes(pid: int) -> int:
    """Memory that the process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(pid)


class Cores:
    """One core for servers and the others for this process, which makes the load; one for both where there is one."""

    def __init__(self) -> None:
        self.all = os.sched_getaffinity(0)
        first, *others = sorted(self.all)
        self.server, self.load = {first}, set(others) or {first}

    @property
    def are_shared(self) -> bool:
        return self.server == self.load

    def take(self) -> None:
        """Keep this process, which makes the load, off the servers' core."""
        os.sched_setaffinity(0, self.load)


class Server:
    """A server process; ``environment``, with its PORT, is added to ours. On ``cores.server`` when cores are given.

    ``root``: the checkout that it runs from.
    """

    def __init__(
        self,
        command: list[str],
        folder: Path,
        environment: dict[str, str],
        *,
        cores: Cores | None = None,
        root: Path = ROOT,
    ) -> None:
        self.port = int(environment["PORT"])
        self.log = folder / f"server-{self.port}.log"
        own = os.sched_getaffinity(0)
        everything = {**os.environ, **environment}
        with self.log.open("ab") as log:
            if cores is not None:
                os.sched_setaffinity(0, cores.server)  # a child begins with its parent's
            try:
                self.process = subprocess.Popen(
                    command,
                    cwd=root,
                    env=everything,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            finally:
                os.sched_setaffinity(0, own)

    @property
    def pid(self) -> int:
        return self.process.pid

    async def answers(self) -> None:
        """Wait until it takes connections."""
        try:
            await answers(self.port)
        except TimeoutError:
            raise SystemExit(f"The server did not start:\n{self.log.read_text()}") from None

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


async def answers(port: int) -> None:
    """Wait until somebody takes connections there. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def settled(pid: int, *, quiet: float = 0.03) -> None:
    """Wait until the server has nothing left to do but what it does all the time.

    That is: it uses less than ``quiet`` seconds of a look's 0.4, or, several looks one after another, no less than
    before.
    """
    least, steady = float("inf"), 0
    while steady < _STEADY:
        before = cpu_seconds(pid)
        await asyncio.sleep(_LOOK)
        used = cpu_seconds(pid) - before
        if used < quiet:
            return
        steady = steady + 1 if used > 0.8 * least else 0
        least = min(least, used)


def uvicorn(application: str, port: int) -> list[str]:
    """The command that serves ``application`` as the product is served: uvloop, httptools, no compression."""
    return [
        *(sys.executable, "-m", "uvicorn", application, "--port", str(port), "--loop", "uvloop"),
        *("--http", "httptools", *_UVICORN),
    ]
