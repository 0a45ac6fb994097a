"""A way within this process: how many statements it takes, or where its time goes.

Run as a process of its own with the product's environment, on a database that ``bench.requests.world`` has filled:
``python -m bench.requests.inside`` reads ``{"world": …, "statements": ["chat", …]}`` and prints JSON; with
``{"world": …, "profile": "chat", "times": 100}`` text, with ``"shares": ["chat"]`` JSON.
"""

import cProfile
import io
import json
import os
import pstats
import sys
import time
import warnings
from collections import Counter
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webinar.settings")
warnings.filterwarnings("ignore", "No directory at")
django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.process import ROOT
from bench.requests.ways import Asker, Way, chosen
from sessions.people.presence import start_presence

_TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
_WARM_UP = 3
_SHOWN = 45


class Inside:
    """Asks the product's WSGI handler, with all its middleware."""

    def __init__(self) -> None:
        self._client = Client(SERVER_NAME="localhost", headers={"accept": "application/json"})
        self._asked = 0

    def ask(self, way: Way, session: dict[str, Any]) -> None:
        """The next person asks. Raises SystemExit when that is not answered as expected."""
        tokens = session[way.people]
        request = way.make(session, Asker(self._asked % len(tokens), tokens[self._asked % len(tokens)]))
        self._asked += 1
        headers = {"X-Forwarded-For": request.address or "", "Authorization": f"Bearer {request.token}"}
        if request.token is None:
            del headers["Authorization"]
        body = {} if request.method == "GET" else {"data": json.dumps(request.body), "content_type": "application/json"}
        reply = self._client.generic(request.method, request.path, headers=headers, **body)
        self._client.cookies.clear()
        if reply.status_code != way.status:
            raise SystemExit(f"{request.method} {request.path}: {reply.status_code} {reply.content[:500]!r}")

    def begin(self, way: Way, session: dict[str, Any]) -> None:
        """What is done once is done; where the way is a further time of the same person, they come again."""
        for _ in range(_WARM_UP):
            self.ask(way, session)
        if way.is_known:
            self._asked -= 1

    def statements(self, way: Way, session: dict[str, Any]) -> list[str]:
        """The SQL of one request, without the beginning and end of transactions."""
        self.begin(way, session)
        with CaptureQueriesContext(connection) as captured:
            self.ask(way, session)
        return [each["sql"] for each in captured.captured_queries if not each["sql"].startswith(_TRANSACTION)]

    def profile(self, way: Way, session: dict[str, Any], times: int) -> str:
        """What one costs here, then the functions that take longest, by their own time and with what they call."""
        text = io.StringIO()
        text.write(f"{self._cost(way, session, times):.2f} CPU ms within this process, without a profiler\n")
        stats = pstats.Stats(self._profiled(way, session, times), stream=text)
        for order in ("cumulative", "tottime"):
            stats.sort_stats(order).print_stats(_SHOWN)
        return text.getvalue()

    def shares(self, way: Way, session: dict[str, Any], times: int) -> dict[str, float]:
        """package → its share of the time, the largest first; a profile makes small functions look larger."""
        found: Counter[str] = Counter()
        stats: Any = pstats.Stats(self._profiled(way, session, times))
        for (file, _line, function), (_calls, _all, own, _with, _callers) in stats.stats.items():
            found[_package(file, function)] += own
        return {name: own / found.total() for name, own in found.most_common()}

    def _cost(self, way: Way, session: dict[str, Any], times: int) -> float:
        """Milliseconds of processor time of this thread, for one of ``times``."""
        self.begin(way, session)
        used = 0.0
        for _ in range(times):
            if way.is_known:
                self._asked -= 1
            before = time.thread_time()
            self.ask(way, session)
            used += time.thread_time() - before
        return used * 1000 / times

    def _profiled(self, way: Way, session: dict[str, Any], times: int) -> cProfile.Profile:
        self.begin(way, session)
        profiler = cProfile.Profile(time.thread_time)  # processor time: other programs do not count
        for _ in range(times):
            if way.is_known:
                self._asked -= 1
            profiler.enable()
            self.ask(way, session)
            profiler.disable()
        return profiler


def _package(file: str, function: str) -> str:
    """Of what a function is: Django by its parts, the product by its apps."""
    if file == "~":
        return "SQLite" if "sqlite3" in function else "Python"
    _before, found, inner = file.partition("site-packages/")
    if found:
        parts = inner.split("/")
        return ".".join(parts[:2]).removesuffix(".py") if parts[0] == "django" else parts[0].removesuffix(".py")
    return file.removeprefix(f"{ROOT}/").split("/")[0] if file.startswith(str(ROOT)) else "Python"


def main(wanted: dict[str, Any]) -> None:
    inside, world = Inside(), wanted["world"]
    start_presence()  # as in serve: signs of life are written by a thread
    if wanted.get("profile"):
        way = chosen([wanted["profile"]])[0]
        session = world["sessions"][-1]
        for each in inside.statements(way, session):
            print(f"SQL {each[:2000]}\n")
        print(inside.profile(way, session, wanted["times"]))
        return
    if wanted.get("shares"):
        session = world["sessions"][-1]
        told = {way.name: inside.shares(way, session, wanted["times"]) for way in chosen(wanted["shares"])}
        print(json.dumps(told))
        return
    found: dict[str, dict[str, int]] = {}
    for way in chosen(wanted["statements"]):
        sessions = world["sessions"] if way.crowds else world["sessions"][:1]
        found[way.name] = {str(each["crowd"]): len(inside.statements(way, each)) for each in sessions}
    print(json.dumps(found))


if __name__ == "__main__":
    main(json.loads(sys.stdin.read()))
