"""A crowd that comes at once, as its pages do: everybody registers, takes a ticket, opens a socket and then joins.

A page asks for the ticket before it knows whether the session is live, and joins once it is; the ticket in join's
reply is for other clients.

Everybody has connections of their own, and an address of which a trusted proxy tells. Who is answered 503 comes again
after the time that the answer names, a little later or sooner than others, as the pages do; anything else than success
is a refusal.
"""

import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.fanout.load import Client, Tally, open_sockets
from bench.http import Connection, Reply, Request
from bench.requests.ways import API

SOCKET = f"{API}/socket"
STEPS = ("register", "ticket", "connect", "join")
_AT_ONCE = 100  # connections that are begun at once: the system's queue of new ones is finite


@dataclass(slots=True)
class Outcome:
    """What became of them. ``took``: seconds of each step, waiting included; ``seconds``: until the last was in."""

    people: int
    seconds: float = 0.0
    refused: Counter[str] = field(default_factory=Counter)
    waited: int = 0  # answers 503 that were followed
    took: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    sockets: list[Client] = field(default_factory=list)
    inside: int = 0  # people who opened a socket and joined

    def close(self) -> None:
        for client in self.sockets:
            client.close()


class Refused(Exception):
    """Somebody did not come in."""


class Crowd:
    """``people`` who come to ``session`` from ``addresses`` addresses; ``patience``: seconds for each of them."""

    def __init__(self, port: int, session: str, people: int, *, addresses: int = 200, patience: float = 300.0) -> None:
        self._port, self._session, self._addresses, self._patience = port, session, addresses, patience
        self._opening = asyncio.Semaphore(_AT_ONCE)
        self.outcome = Outcome(people)

    async def come(self) -> Outcome:
        """Returns when everybody is in, or was refused."""
        start = time.monotonic()
        await asyncio.gather(*(self._one(number) for number in range(self.outcome.people)))
        self.outcome.seconds = time.monotonic() - start
        return self.outcome

    async def _one(self, number: int) -> None:
        address = f"198.51.100.{number % self._addresses + 1}"
        connection = Connection(self._port)
        step = STEPS[0]
        try:
            async with asyncio.timeout(self._patience):
                name = {"display_name": f"Guest {number}"}
                registered = await self._ask(
                    step, connection, Request("POST", f"{API}/auth/viewer/register", name, address=address)
                )
                token = registered.json()["data"]["access_token"]
                cookie = registered.headers.get("set-cookie", "").partition(";")[0] or None
                base = f"{API}/sessions/{self._session}"
                step = "ticket"
                told = await self._ask(
                    step, connection, Request("POST", f"{base}/realtime/ticket", {}, token, address, cookie=cookie)
                )
                step = "connect"
                await self._connect(told.json()["data"]["ticket"], address)
                step = "join"
                await self._ask(step, connection, Request("POST", f"{base}/join", {}, token, address, cookie=cookie))
                self.outcome.inside += 1
        except Refused as refusal:
            self.outcome.refused[str(refusal)] += 1
        except (ConnectionError, TimeoutError) as error:
            self.outcome.refused[f"{step}: {error or type(error).__name__}"[:120]] += 1
        finally:
            connection.close()

    async def _ask(self, step: str, connection: Connection, request: Request) -> Reply:
        start = time.monotonic()
        while True:
            if not connection.is_open:
                async with self._opening:
                    await connection.open()
            reply = await connection.ask(request)
            if reply.status == 503 and "retry-after" in reply.headers:
                self.outcome.waited += 1
                await asyncio.sleep(int(reply.headers["retry-after"]) * random.uniform(0.5, 1.5))
                continue
            if not 200 <= reply.status < 300:
                raise Refused(f"{step}: {reply.status} {_code(reply)}")
            self.outcome.took[step].append(time.monotonic() - start)
            return reply

    async def _connect(self, ticket: str, address: str) -> None:
        start = time.monotonic()
        greeting = json.dumps({"id": 1, "do": "connect", "ticket": ticket})
        async with self._opening:
            self.outcome.sockets += await open_sockets(
                self._port, SOCKET, [greeting], Tally(), at_once=1, addresses=[address]
            )
        self.outcome.took["connect"].append(time.monotonic() - start)


def _code(reply: Reply) -> Any:
    try:
        return reply.json().get("code")
    except ValueError:
        return ""
