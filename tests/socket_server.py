"""A real server on a free port, with the drainer and the presence writer beside it, and clients for its socket."""

import json
import threading
import time
from contextlib import ExitStack

import pytest
import uvicorn
from django.db import transaction
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from accounts.person import Person
from realtime import outbox
from realtime.brokers import get_broker
from sessions.people import presence
from sessions.queries import complete_sessions
from sessions.rights.capabilities import capabilities
from sockets.consumer import socket_application
from sockets.tickets import issue_realtime
from tests.asyncapi import assert_matches_frame
from tests.livekit import PATIENCE
from webinar.serve.frames import FrameProtocol

TIMEOUT = PATIENCE


class Client:
    """One connection. ``frames`` are all that came; the waiting methods read on until what they look for is there."""

    def __init__(self, url, **options):
        self.stack = ExitStack()
        self.socket = self.stack.enter_context(connect(url, open_timeout=TIMEOUT, max_size=None, **options))
        self.frames = []
        self.sent = 0

    def send(self, do, **fields):
        self.sent += 1
        self.socket.send(json.dumps({"id": self.sent, "do": do, **fields}))
        return self.sent

    def read(self):
        frame = json.loads(self.socket.recv(timeout=TIMEOUT))
        assert_matches_frame(frame)
        self.frames.append(frame)
        return frame

    def reply(self, number):
        while True:
            frame = self.read()
            if "ok" in frame and frame["id"] == number:
                return frame

    def ask(self, do, **fields):
        return self.reply(self.send(do, **fields))

    def enter(self, ticket=None, **fields):
        """Connect with a ticket (or ``resume=…``); the welcome's data."""
        reply = self.ask("connect", **({"ticket": ticket} if ticket else {}), **fields)
        assert reply["ok"], reply
        return reply["data"]

    def event(self, kind):
        """The next event of this type."""
        while True:
            for event in self.read().get("events", ()):
                if event["type"] == kind:
                    return event

    def reset(self):
        while True:
            frame = self.read()
            if "reset" in frame:
                return frame["reset"]

    def closed(self):
        """The code with which the server closes."""
        try:
            while True:
                self.read()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def events(self):
        """Every event that has come so far."""
        return [event for frame in self.frames for event in frame.get("events", ())]

    def close(self):
        self.stack.close()


class Server:
    """The socket application behind uvicorn in a thread."""

    def __init__(self, settings, application=socket_application):
        self.application = application
        self.port = 0
        self.start()
        settings.BASE_URL = f"http://localhost:{self.port}"
        self.url = f"ws://127.0.0.1:{self.port}/v1/webinar/socket"
        self.clients = []

    def start(self):
        """Begin, or begin again on the same port."""
        options = {"log_config": None, "lifespan": "off", "ws_per_message_deflate": False, "ws": FrameProtocol}
        self.server = uvicorn.Server(uvicorn.Config(self.application, port=self.port, **options))
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        wait_until(lambda: self.server.started)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    def client(self, **options):
        client = Client(self.url, **options)
        self.clients.append(client)
        return client

    def ticket(self, user, session):
        """What the API's ticket operation gives."""
        fresh, person = complete_sessions().get(pk=session.pk), Person(user=user)
        return issue_realtime(person=person, session=fresh, capabilities=capabilities(person, fresh))["ticket"]

    def enter(self, user, session):
        """A connected client and its welcome."""
        client = self.client()
        return client, client.enter(self.ticket(user, session))

    def stop(self):
        self.server.should_exit = True
        self.thread.join(TIMEOUT)


@pytest.fixture
def server(transactional_db, settings, monkeypatch):
    monkeypatch.setattr(outbox, "POLL_EVERY", 0.05)
    monkeypatch.setattr(presence, "FLUSH_EVERY", 0.05)
    monkeypatch.setattr(presence, "_COUNT_EVERY", 0.1)
    get_broker.cache_clear()
    running = Server(settings)
    outbox.start_drainer()
    presence.start_presence()
    yield running
    for client in running.clients:
        client.close()
    running.stop()
    presence.stop_presence()
    outbox.stop_drainer()


def wait_until(condition):
    """Wait for ``condition`` to hold; fails when it does not in time."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, "this never became true"
        threading.Event().wait(0.01)


def change(action, session, *args):
    """Run one transition of the session's life cycle as its services do."""
    from sessions import lifecycle

    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        action(locked, *args)
