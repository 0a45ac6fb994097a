"""The pool's line: whoever was found to be crew before goes ahead of who waits."""

import asyncio
import threading

import httpx
import pytest

from core.precedence import go_ahead
from tests.livekit import async_until
from webinar.serve import turns as module
from webinar.serve.pool import PooledWSGI


@pytest.fixture
def served(monkeypatch):
    """A pool of one thread, whose answers are noted in ``order``; it stands still between ``stop()`` and ``go()``."""
    module._known.clear()

    class Served:
        def __init__(self):
            self.order, self.gate = [], threading.Event()
            self.gate.set()
            self.pool = PooledWSGI(self.app, threads=1, queue=100)

        def app(self, environ, start_response):
            self.gate.wait(60)
            self.order.append(environ["PATH_INFO"])
            if "crew" in environ.get("HTTP_AUTHORIZATION", "") + environ.get("HTTP_COOKIE", ""):
                go_ahead()
            start_response("200 OK", [])
            return [b"done"]

        async def ask(self, path, headers):
            transport = httpx.ASGITransport(self.pool)
            async with httpx.AsyncClient(transport=transport, base_url="http://product", timeout=60) as client:
                return await client.get(path, headers=headers)

    made = Served()
    yield made
    made.gate.set()
    made.pool.close()


@pytest.mark.parametrize(
    "crew",
    [{"Authorization": "Bearer crew"}, {"Cookie": "x=1; sessionid=crew; y=2"}, {"X-API-Key": "k", "Cookie": "crew"}],
)
async def test_who_was_crew_before_need_not_wait_behind_the_crowd(served, crew):
    await served.ask("/known", crew)
    served.gate.clear()
    asked = []
    for number, (path, headers) in enumerate(
        [("/first", {}), ("/ann", {"Authorization": "Bearer ann"}), ("/bob", {}), ("/go-live", crew), ("/mute", crew)]
    ):
        asked.append(asyncio.create_task(served.ask(path, headers)))
        await async_until(lambda number=number: served.pool.taken == number + 1, path)
    served.gate.set()
    assert {(await each).status_code for each in asked} == {200}
    assert served.order == ["/known", "/first", "/go-live", "/mute", "/ann", "/bob"]
    assert served.pool.taken == 0


async def test_who_was_never_found_to_be_crew_waits_in_turn_whatever_they_say(served):
    served.gate.clear()
    asked = []
    for number, path in enumerate(["/first", "/ann", "/new"]):
        asked.append(asyncio.create_task(served.ask(path, {"Authorization": f"Bearer crew{path}"})))
        await async_until(lambda number=number: served.pool.taken == number + 1, path)
    served.gate.set()
    await asyncio.gather(*asked)
    assert served.order == ["/first", "/ann", "/new"]
