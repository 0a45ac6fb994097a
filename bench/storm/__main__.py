"""A thousand people come at once, and the studio acts meanwhile: how long it takes, and whether anybody is refused.

    .venv/bin/python -m bench.storm                 # 1,000 people as 200 addresses, on SQLite
    .venv/bin/python -m bench.storm --people 100

The product is a new installation with its embedded defaults behind a trusted proxy; no limit is raised. Everybody
registers, takes a ticket, opens a socket and joins. Meanwhile the host switches the microphone of the stage off and on,
and at the end ends the session.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop

from bench.http import Connection, Reply, Request
from bench.process import cpu_seconds, resident_bytes
from bench.requests.measure import engines
from bench.requests.ways import API
from bench.storm.crowd import STEPS, Crowd
from bench.storm.run import tell
from tests.product import Product

MOST_PEOPLE = 5_000
_EVERY = 0.25  # seconds between two actions of the host


class Host:
    """Calls the API as the product's first account; ``acted`` are seconds of each answer."""

    def __init__(self, product: Product) -> None:
        self._product, self._connection = product, Connection(product.port)
        self._token: str | None = None
        self.acted: list[float] = []
        self.refused = 0

    async def sign_in(self) -> None:
        body = {"email": self._product.host_email, "password": self._product.host_password}
        self._token = (await self.call("/auth/login", body))["access_token"]

    async def call(self, path: str, body: Any = None, *, method: str = "POST") -> Any:
        """The data of a successful answer. Raises SystemExit."""
        reply = await self._ask(method, path, body)
        if not 200 <= reply.status < 300:
            raise SystemExit(f"{method} {path}: {reply.status} {reply.body[:500]!r}\n{self._product.log[-3000:]}")
        return reply.json()["data"]

    async def _ask(self, method: str, path: str, body: Any) -> Reply:
        body = body if method == "GET" else body or {}
        return await self._connection.ask(Request(method, API + path, body, self._token, "203.0.113.1"))

    async def go_live(self) -> str:
        """A new session that is on air; its id."""
        room = (await self.call("/rooms", {"title": "Storm"}))["room"]["id"]
        preset = await self.call("/presets", {"name": "Storm", "type": "whip", "primary_color": "#1d4ed8"})
        wanted = {"title": "Storm", "preset_id": preset["id"]}
        session = (await self.call(f"/rooms/{room}/sessions", wanted))["session"]["id"]
        await self.call(f"/sessions/{session}/go_live")
        return session

    async def act(self, session: str) -> None:
        """Switch the microphone, again and again, until cancelled."""
        enabled = False
        while True:
            start = time.monotonic()
            reply = await self._ask("POST", f"/sessions/{session}/host_audio_state", {"enabled": enabled})
            if reply.status == 200:
                self.acted.append(time.monotonic() - start)
                enabled = not enabled
            else:
                self.refused += 1
            await asyncio.sleep(_EVERY)


async def storm(product: Product, people: int) -> dict[str, Any]:
    """What became of them; see :func:`table`. ``attended`` is what the host's list says afterwards."""
    host = Host(product)
    await host.sign_in()
    session = await host.go_live()
    before = cpu_seconds(product.pid)
    acting = asyncio.create_task(host.act(session))
    crowd = Crowd(product.port, session, people)
    outcome = await crowd.come()
    used = cpu_seconds(product.pid) - before
    acting.cancel()
    await asyncio.gather(acting, return_exceptions=True)
    memory = resident_bytes(product.pid)
    seen = await host.call(f"/sessions/{session}/attendance?limit=1", method="GET")
    start = time.monotonic()
    await host.call(f"/sessions/{session}/end")
    ended = time.monotonic() - start
    outcome.close()
    return {
        "people": people,
        "inside": outcome.inside,
        "seconds": outcome.seconds,
        "refused": dict(outcome.refused),
        "waited": outcome.waited,
        "attended": seen["total"],
        "cpu": used * 1000 / people,
        "memory": memory / 1024 / 1024,
        "steps": {step: _spread(outcome.took[step]) for step in STEPS},
        "host": _spread(host.acted),
        "host_refused": host.refused,
        "end": _spread([ended]),
    }


def _spread(values: list[float]) -> dict[str, float] | None:
    """Seconds: least, median, most."""
    if not values:
        return None
    return {"number": len(values), "least": min(values), "median": statistics.median(values), "most": max(values)}


def table(found: dict[str, Any]) -> str:
    """For people."""
    lines = [
        f"{found['inside']:,} of {found['people']:,} people were in after {found['seconds']:.1f} s; refused: "
        f"{sum(found['refused'].values())}; asked to come again (503): {found['waited']:,}; "
        f"attendance afterwards: {found['attended']:,}.",
        f"Processor time of the server: {found['cpu']:.1f} ms a person, memory {found['memory']:.0f} MiB. "
        f"Of what the host did meanwhile, refused: {found['host_refused']}.",
        *(f"Refused {number:,}×: {why}" for why, number in found["refused"].items()),
        "",
        "| seconds until answered | number | least | median | most |",
        "|---|--:|--:|--:|--:|",
    ]
    rows = {**found["steps"], "the host's microphone meanwhile": found["host"], "the host ends it": found["end"]}
    return "\n".join([*lines, *(_line(name, spread) for name, spread in rows.items() if spread)])


def _line(name: str, spread: dict[str, float]) -> str:
    least, median, most = spread["least"], spread["median"], spread["most"]
    return f"| {name} | {spread['number']:,} | {least:.2f} | {median:.2f} | {most:.2f} |"


def run(people: int, **settings: str) -> dict[str, Any]:
    """Start a product of its own, and let them come."""
    with tempfile.TemporaryDirectory(prefix="storm-") as name:
        product = Product(Path(name), TRUSTED_PROXIES="127.0.0.1", **settings)
        product.start()
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(storm(product, people))
        finally:
            product.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    asked = parser.parse_args()
    if not 1 <= asked.people <= MOST_PEOPLE:
        raise SystemExit(f"At most {MOST_PEOPLE:,} people.")
    tell(run(asked.people, **engines()), table, asked.json)


if __name__ == "__main__":
    main()
