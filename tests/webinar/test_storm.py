"""A thousand people come at once to the real product, with no limit raised for it: nobody is refused, nothing is lost,
and what the hosts do meanwhile goes before them."""

import asyncio
import os
import subprocess
import sys
from collections import Counter

import httpx
import pytest

from tests.crowd import Storm
from tests.livekit import PATIENCE, until
from tests.postgresql import postgresql_url  # noqa: F401 — a fixture
from tests.product import ROOT, Product

pytestmark = pytest.mark.product

PEOPLE = int(os.environ.get("STORM_PEOPLE", "1000"))  # fewer while one works on it
ADDRESSES = PEOPLE // 5
_COUNT = """
from accounts.models import User
from sessions.models import Attendance, Presence
of = {"session": "%s", "user__is_guest": True}
guests = User.objects.filter(is_guest=True).count()
came = Attendance.objects.filter(**of, present_since__isnull=False).count()
there = Presence.objects.filter(**of, source__startswith="socket:").values("user").distinct().count()
print(guests, came, there)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def product(request, tmp_path):
    """Behind a proxy that it trusts; everything else is as it comes."""
    database = {} if request.param == "sqlite" else {"DATABASE_URL": request.getfixturevalue("postgresql_url")}
    running = Product(tmp_path, TRUSTED_PROXIES="127.0.0.1", **database)
    running.start()
    yield running
    running.kill()


class Host:
    """The host of the product, who makes sessions and runs them."""

    def __init__(self, product):
        self.http = httpx.Client(base_url=f"{product.base_url}/v1/webinar", timeout=PATIENCE, trust_env=False)
        sign_in = {"email": product.host_email, "password": product.host_password}
        self.http.headers["Authorization"] = f"Bearer {self.call('/auth/login', sign_in)['access_token']}"
        look = {"name": "Standard", "type": "whip", "primary_color": "#1d4ed8"}
        self.preset = self.call("/presets", look)["id"]

    def call(self, path, body=None):
        answer = self.http.post(path, json=body or {})
        assert answer.is_success, (path, answer.status_code, answer.text)
        return answer.json()["data"]

    def session(self, title):
        """A session in a room of its own: its path."""
        room = self.call("/rooms", {"title": f"Hall of {title}"})["room"]["id"]
        made = self.call(f"/rooms/{room}/sessions", {"title": title, "preset_id": self.preset})
        return f"/sessions/{made['session']['id']}"


def counted(product, session):
    """[guests, of whom are in the session, of whom have a socket there], from the database."""
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", _COUNT % session.rpartition("/")[2]]
    told = subprocess.run(command, cwd=ROOT, env=product.environment, check=True, capture_output=True, text=True)
    return [int(number) for number in told.stdout.split()[-3:]]


@pytest.fixture
def host(product):
    found = Host(product)
    yield found
    found.http.close()


def test_a_thousand_people_come_in_and_what_the_hosts_do_goes_before_them(product, host):
    session, second = host.session("Launch"), host.session("Second")
    host.call(f"{session}/go_live")
    storm = Storm(product.base_url, session.rpartition("/")[2], PEOPLE, ADDRESSES)

    def run_sessions():
        host.call(f"{session}/host_audio_state", {"enabled": False})
        host.call(f"{second}/go_live")
        host.call(f"{session}/host_audio_state", {"enabled": True})
        host.call(f"{second}/end")

    async def come():
        crowd = asyncio.create_task(storm.come())
        while not storm.done["register"] and not crowd.done():
            await asyncio.wait([crowd], timeout=0.01)
        await asyncio.to_thread(run_sessions)
        inside = storm.done["welcome"]
        await crowd
        try:
            expected = [PEOPLE, PEOPLE, PEOPLE]
            await asyncio.to_thread(until, lambda: counted(product, session) == expected, "everybody's presence")
        finally:
            await storm.leave()
        return inside

    inside = asyncio.run(come())
    steps = ("register", "join", "ticket", "welcome")
    assert (storm.refused, storm.lost) == (Counter(), Counter())
    assert storm.done == dict.fromkeys(steps, PEOPLE)
    assert inside < PEOPLE, "the hosts' actions came last"
    assert "database is locked" not in product.log
    assert "Traceback" not in product.log
