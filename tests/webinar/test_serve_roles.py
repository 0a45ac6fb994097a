"""Each part of the product in a process of its own, on one PostgreSQL and one Redis: it does its own job, and no other."""

import re
import time

import httpx
import pytest
import redis as redis_client
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.livekit import PATIENCE, until
from tests.postgresql import postgresql_url  # noqa: F401 — a fixture
from tests.product import Product
from tests.socket_server import Client
from tests.webinar.test_serve_processes import guest_at, host_at, messages, say
from webinar.serve.parts import ALL

pytestmark = pytest.mark.product
HEALTH = "/v1/webinar/health/ready"


@pytest.fixture(scope="module")
def processes(tmp_path_factory, postgresql_url, redis_of_file):  # noqa: F811
    """One of each part, and ``beat`` twice; nobody runs the whole product."""
    folder = tmp_path_factory.mktemp("product")
    shared = {"DATABASE_URL": postgresql_url, "REDIS_URL": redis_of_file.url, "RECONCILE_SECONDS": "1"}
    first = Product(folder, **shared)
    first.manage("migrate", "--verbosity", "0")
    first.manage("create_host", first.host_email, "--password", first.host_password)
    found = {part: first.further(part) for part in ALL}
    for part in found.values():  # one LiveKit for all: it is started by ``media``
        part.environment |= {"PUBLIC_URL": found["pages"].inner_url}
        part.base_url = part.inner_url
    found["another beat"] = first.further("beat")
    try:
        for process in found.values():
            process.launch()
        for process in found.values():
            until(lambda process=process: health(process)["status"] == "ready", "every part")
        yield found
    finally:
        for process in found.values():
            process.stop()


def ask(process, path, **options):
    return httpx.get(f"{process.inner_url}{path}", trust_env=False, timeout=PATIENCE, **options)


def health(process):
    assert process.process.poll() is None, process.log
    try:
        answer = ask(process, HEALTH)
    except httpx.HTTPError:
        return {"status": "away"}
    return answer.json()["data"] if answer.status_code == 200 else {"status": "unavailable"}


@pytest.mark.parametrize("part", ALL)
def test_health_names_the_parts_of_the_process(processes, part):
    told = health(processes[part])
    assert (told["runs"], told["missing"]) == ([part], [])


@pytest.mark.parametrize("part", ["sockets", "media", "worker", "beat"])
def test_a_process_without_pages_says_who_has_them(processes, part):
    for path in ("/", "/v1/webinar/rooms", "/static/js/shared/app.js"):
        answer = ask(processes[part], path)
        assert answer.status_code == 421
        assert f"This process runs {part} alone." in answer.text


@pytest.mark.parametrize("part", ["pages", "media", "worker", "beat"])
def test_a_process_without_sockets_refuses_them_with_a_sentence(processes, part):
    address = f"{processes[part].inner_url.replace('http', 'ws')}/v1/webinar/socket"
    with pytest.raises(InvalidStatus) as refused, connect(address, proxy=None):
        pass
    assert refused.value.response.status_code == 421
    assert b"is answered by one that runs sockets." in refused.value.response.body


def test_what_is_said_at_pages_reaches_a_socket_at_sockets(processes):
    pages, sockets = processes["pages"], processes["sockets"]
    assert ask(pages, "/").status_code == 200
    host, guest = host_at(pages), guest_at(pages, "Grace")
    room = host.call("POST", "/rooms", {"title": "Apart"})["room"]["id"]
    look = {"name": "Plain", "type": "whip", "primary_color": "#336699"}
    preset = host.call("POST", "/presets", look)["id"]
    session = host.call("POST", f"/rooms/{room}/sessions", {"title": "Apart", "preset_id": preset})["session"]["id"]
    host.call("POST", f"/sessions/{session}/go_live", {})
    realtime = guest.call("POST", f"/sessions/{session}/join", {})["realtime"]
    socket = Client(f"{sockets.inner_url.replace('http', 'ws')}/v1/webinar/socket")
    socket.enter(realtime["ticket"])
    said = say(host, session, "from pages")
    assert messages(socket, 1) == [said]
    socket.close()
    for person in (host, guest):
        person.http.close()


def test_media_alone_runs_engines(processes):
    until(lambda: processes["media"].livekit_pid(), "LiveKit")
    assert {part for part, process in processes.items() if process.children()} == {"media"}


def test_a_mail_waits_until_there_is_a_worker(processes):
    pages, worker = processes["pages"], processes["worker"]
    folder = pages.data_dir / "mail"

    def mails():
        return len(list(folder.iterdir())) if folder.exists() else 0

    before = mails()
    worker.stop()
    with httpx.Client(base_url=pages.inner_url, trust_env=False, timeout=PATIENCE) as browser:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/accounts/password/reset/").text)
        form = {"email": pages.host_email, "csrfmiddlewaretoken": token[1]}
        assert browser.post("/accounts/password/reset/", data=form).is_redirect
    assert mails() == before
    worker.launch()
    until(lambda: mails() == before + 1, "the mail")


def test_of_two_beats_one_sends_and_the_other_follows_it(processes, redis_of_file):
    """What is due each second comes once a second, with both; and goes on when the one that sends is gone."""
    processes["worker"].stop()
    queue = redis_client.Redis.from_url(redis_of_file.url, protocol=2)

    def sent():
        return sum(b"live.tasks.reconcile_open_sessions" in raw for raw in queue.lrange("celery", 0, -1))

    def three_more_than(number):
        until(lambda: sent() >= number + 3, "what is due")

    before, began = sent(), time.monotonic()
    three_more_than(before + 3)
    assert sent() - before <= time.monotonic() - began + 2
    beats = [processes["beat"], processes["another beat"]]
    for beat in beats:
        beat.stop()  # gives the lease back
        three_more_than(sent())
        beat.launch()
        until(lambda beat=beat: health(beat)["status"] != "away", "the beat")
    processes["worker"].launch()
