"""Two processes of the product on one PostgreSQL and one Redis: what goes in at one comes out at the other."""

import os
import subprocess
import sys
import threading
import time

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.livekit import PATIENCE, until
from tests.postgresql import postgresql_url  # noqa: F401 — a fixture
from tests.product import ROOT, Product
from tests.socket_server import Client

pytestmark = pytest.mark.product


@pytest.fixture(scope="module")
def processes(tmp_path_factory, postgresql_url, redis_of_file):  # noqa: F811
    """The product and a further process of it."""
    folder = tmp_path_factory.mktemp("product")
    first = Product(folder, DATABASE_URL=postgresql_url, REDIS_URL=redis_of_file.url, CHAT_BURST="300")
    second = first.further()
    try:
        first.start()
        second.start()
        yield first, second
    finally:
        second.kill()
        first.kill()


class Person:
    """Calls one process's API, with a socket to it."""

    def __init__(self, product, token):
        self.product = product
        headers = {"Authorization": f"Bearer {token}"}
        base = f"{product.base_url}/v1/webinar"
        self.http = httpx.Client(base_url=base, headers=headers, timeout=PATIENCE, trust_env=False)

    def call(self, method, path, body=None):
        answer = self.http.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json()["data"]

    def enter(self, session):
        realtime = self.call("POST", f"/sessions/{session}/join", {})["realtime"]
        self.socket = Client(realtime["url"])
        self.welcome = self.socket.enter(realtime["ticket"])
        return self.socket


def host_at(product):
    sign_in = {"email": product.host_email, "password": product.host_password}
    answer = httpx.post(f"{product.base_url}/v1/webinar/auth/login", json=sign_in, trust_env=False, timeout=PATIENCE)
    return Person(product, answer.json()["data"]["access_token"])


def guest_at(product, name):
    body = {"display_name": name}
    answer = httpx.post(
        f"{product.base_url}/v1/webinar/auth/viewer/register", json=body, trust_env=False, timeout=PATIENCE
    )
    assert answer.is_success, answer.text
    return Person(product, answer.json()["data"]["access_token"])


@pytest.fixture
def live(processes):
    """The host at the first process and a guest at the second, both connected to a live session."""
    first, second = processes
    host, guest = host_at(first), guest_at(second, "Grace")
    room = host.call("POST", "/rooms", {"title": "Across"})["room"]["id"]
    preset = host.call("GET", "/presets")["presets"][0]["id"]
    session = host.call("POST", f"/rooms/{room}/sessions", {"title": "Across", "preset_id": preset})["session"]["id"]
    host.call("POST", f"/sessions/{session}/go_live", {})
    host.enter(session)
    guest.enter(session)
    yield session, host, guest
    for person in (host, guest):
        person.socket.close()
        person.http.close()


def say(person, session, text):
    return person.call("POST", f"/sessions/{session}/chat", {"message": text})["id"]


def messages(client, number):
    """The ids of the first ``number`` chat messages that came, in their order."""
    while len(found := [event["data"]["id"] for event in client.events() if event["type"] == "chat.message"]) < number:
        client.read()
    return found


def test_a_message_through_one_process_reaches_sockets_of_the_other(live):
    session, host, guest = live
    said = say(host, session, "from the first")
    assert messages(guest.socket, 1) == [said]
    answered = say(guest, session, "from the second")
    for person in (host, guest):
        assert messages(person.socket, 2) == [said, answered]


def test_positions_are_the_same_at_both_so_that_a_client_resumes_at_the_other(live, processes):
    session, host, guest = live
    first, _second = processes
    guest.socket.close()
    missed = [say(host, session, str(number)) for number in range(3)]
    moved = Client(f"{first.base_url.replace('http', 'ws')}/v1/webinar/socket")
    welcome = moved.enter(resume=guest.welcome["resume"], since=guest.welcome["topics"])
    assert set(welcome["resumed"].values()) == {True}
    assert messages(moved, 3) == missed
    moved.close()


def test_viewers_at_both_are_counted_together_and_told_to_both(live, processes):
    session, host, guest = live
    first, _second = processes
    another = guest_at(first, "Ada")
    socket = another.enter(session)
    for person in (host, guest):
        while person.socket.event("presence.count")["data"] != {"viewer_count": 2}:
            pass
    socket.close()
    another.http.close()
    for person in (host, guest):
        while person.socket.event("presence.count")["data"] != {"viewer_count": 1}:
            pass


def test_new_rights_reach_a_person_at_the_other_process(live):
    session, host, guest = live
    me = guest.welcome["state"]["me"]["user_id"]
    host.call("POST", f"/sessions/{session}/moderators", {"user_id": me})
    while guest.socket.reset()["state"]["me"]["role"] != "moderator":
        pass
    assert f"session:{session}:crew" in guest.socket.frames[-1]["reset"]["topics"]


class Reader:
    """Takes everything that comes, in a thread, and says in which order chat messages came."""

    def __init__(self, client):
        self.client = client
        self.messages, self.held = [], set()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        try:
            while True:
                frame = self.client.read()
                for event in frame.get("events", ()):
                    if event["type"] == "chat.message":
                        self.messages.append(event["data"]["id"])
                if "reset" in frame:
                    self.held |= {message["id"] for message in frame["reset"]["state"]["chat"]["messages"]}
        except (ConnectionClosed, TimeoutError):
            return


def test_redis_killed_and_restarted_while_messages_flow_what_was_acknowledged_arrives_once(live, redis_of_file):
    session, host, guest = live
    readers = [Reader(person.socket) for person in (host, guest)]
    acknowledged, tried = [], 0
    outage = threading.Thread(target=lambda: (redis_of_file.kill(), redis_of_file.start()))
    deadline = time.monotonic() + PATIENCE
    while len(acknowledged) < 60:
        assert time.monotonic() < deadline
        if tried == 20:
            outage.start()
        tried += 1
        answer = host.http.post(f"/sessions/{session}/chat", json={"message": f"message {tried}"})
        if answer.is_success:
            acknowledged.append(answer.json()["data"]["id"])
    outage.join()
    for reader in readers:
        until(lambda reader=reader: {*acknowledged} <= {*reader.messages} | reader.held, "all that was acknowledged")
        assert len(reader.messages) == len({*reader.messages})
        order = [message for message in reader.messages if message in {*acknowledged}]
        assert order == [message for message in acknowledged if message in {*order}]


def test_when_one_process_dies_the_other_goes_on_telling(processes, live):
    first, _second = processes
    session, _host, guest = live
    first.kill()
    said = say(guest, session, "still here")
    assert messages(guest.socket, 1) == [said]
    first.start()


def test_a_further_process_is_refused_where_parts_belong_to_one(tmp_path):
    product = Product(tmp_path)
    command = [sys.executable, "manage.py", "serve", "--role", "web"]
    ended = subprocess.run(command, cwd=ROOT, env=product.environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    for variable in ("REDIS_URL", "DATABASE_URL"):
        assert variable in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_further_process_does_not_migrate_and_says_so(tmp_path, postgresql_url, redis_of_file):  # noqa: F811
    empty = postgresql_url.replace("/postgres", "/template1")
    product = Product(tmp_path, DATABASE_URL=empty, REDIS_URL=redis_of_file.url)
    command = [sys.executable, "manage.py", "serve", "--role", "web"]
    environment = {**os.environ, **product.environment}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "start the whole product first." in ended.stderr
