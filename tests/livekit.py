"""The real LiveKit server, on free ports, for tests that mark themselves with the fixture ``livekit``."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from media.livekit.server import LiveKitServer, Ports, find_binary
from tests.ports import free_port

SECRET = "a-secret-that-only-tests-know-and-nobody-else"
#: Seconds: how long a condition may take to come true. A minute is much on any machine, and some are a quarter as fast.
PATIENCE = 240.0


@dataclass(frozen=True)
class RunningLiveKit:
    """``url`` is http://…, for the API; ``socket_url`` ws://…, for clients."""

    url: str
    socket_url: str
    server: LiveKitServer


@contextmanager
def running_livekit(webhook_url: str | None = None) -> Iterator[RunningLiveKit]:
    """A server of its own, and settings that point to it."""
    binary = find_binary()
    assert binary is not None, "LiveKit is missing: run `make setup`, which builds it once."
    ports = Ports(free_port(), free_port(), free_port())
    url = f"http://127.0.0.1:{ports.signalling}"
    with (
        tempfile.TemporaryDirectory(prefix="livekit-") as folder,
        override_settings(LIVEKIT_URL=url, LIVEKIT_API_KEY="tests", LIVEKIT_API_SECRET=SECRET, PUBLIC_URL=""),
    ):
        server = LiveKitServer(binary, folder=Path(folder), webhook_url=webhook_url, ports=ports)
        server.start()
        try:
            assert server.wait_ready(PATIENCE), "LiveKit did not answer."
            yield RunningLiveKit(url, url.replace("http", "ws", 1), server)
        finally:
            server.stop()


@pytest.fixture(scope="session")
def livekit_process() -> Iterator[RunningLiveKit]:
    """One server for the whole run."""
    with running_livekit() as running:
        yield running


@pytest.fixture
def livekit(livekit_process: RunningLiveKit) -> Iterator[RunningLiveKit]:
    """The running server, which the settings point to during the test; it starts without rooms."""
    from media.livekit import client as port

    with override_settings(LIVEKIT_URL=livekit_process.url, LIVEKIT_API_KEY="tests", LIVEKIT_API_SECRET=SECRET):
        yield livekit_process
        for room in port.list_rooms():
            port.delete_room(room.name)


def until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait until ``condition()`` is true and return what it gave; fail naming ``what``."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, f"Waited in vain: {what}"
        time.sleep(0.05)
    return result


async def async_until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """The same on an event loop; ``condition`` may be a coroutine function."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if isinstance(result, Awaitable):
            result = await result
        if result:
            return result
        assert time.monotonic() < deadline, f"Waited in vain: {what}"
        await asyncio.sleep(0.05)
