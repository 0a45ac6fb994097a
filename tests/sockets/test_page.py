"""static/js/room/realtime.js in Chromium against the real socket, behind a page that holds nothing else."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

from sessions import lifecycle
from sessions.events import HostVideo
from sessions.models import Session
from sockets.consumer import socket_application
from tests.browser.conftest import launch
from tests.livekit import PATIENCE
from tests.socket_server import Server, change
from tests.sockets.test_events import told

MODULES = Path(__file__).parents[2] / "static" / "js"

pytestmark = pytest.mark.browser

PAGE = b"""<!doctype html><title>Page</title><script type="module">
import { connectRealtime } from "/room/realtime.js";
window.seen = [];
window.enter = () => {
  window.room = connectRealtime({ ticketUrl: "/ticket", csrfToken: "token" });
  for (const type of ["open", "lost", "reset", "closed", "host.video", "session.live", "session.ended"])
    window.room.on(type, (detail) => window.seen.push([type, detail?.code ?? detail?.enabled ?? null]));
};
window.ready = true;
</script>"""


class Site:
    """The page, the module, tickets for ``guest`` (or the ``refusal`` to give one), and the socket."""

    def __init__(self, guest, session):
        self.guest, self.session = guest, session
        self.refusal = None
        self.tickets = 0
        self.server = None

    async def __call__(self, scope, receive, send):
        if scope["type"] == "websocket":
            await socket_application(scope, receive, send)
            return
        status, kind, body = await asyncio.to_thread(self.answer, scope["path"])
        headers = [(b"content-type", kind), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def answer(self, path):
        if path.endswith(".js"):
            return 200, b"text/javascript", (MODULES / path.lstrip("/")).read_bytes()
        if path != "/ticket":
            return 200, b"text/html", PAGE
        self.tickets += 1
        if self.refusal:
            return self.refusal, b"application/json", b"{}"
        try:
            ticket = self.server.ticket(self.guest, self.session)
        finally:
            connections.close_all()
        data = {"url": f"ws://localhost:{self.server.port}/v1/webinar/socket", "ticket": ticket}
        return 200, b"application/json", json.dumps({"success": True, "data": data}).encode()


class Tab:
    """A page in Chromium; everything about it happens in Playwright's own thread."""

    def __init__(self, thread, page):
        self.thread, self.page = thread, page

    def run(self, script, argument=None):
        return self.thread.submit(self.page.evaluate, script, argument).result()

    def wait(self, script, argument=None):
        self.thread.submit(self.page.wait_for_function, script, arg=argument, timeout=PATIENCE * 1000).result()

    def wait_for(self, kind, detail=None):
        self.wait("([kind, detail]) => window.seen.some((s) => s[0] === kind && s[1] === detail)", [kind, detail])

    @property
    def seen(self):
        return [tuple(entry) for entry in self.run("() => window.seen")]


@pytest.fixture(scope="module")
def chromium():
    with ThreadPoolExecutor(1) as thread:
        playwright = thread.submit(sync_playwright().start).result()
        browser = thread.submit(launch, playwright).result()
        yield thread, browser
        thread.submit(browser.close).result()
        thread.submit(playwright.stop).result()


@pytest.fixture
def site(server, settings, guest, session):
    """``server`` runs drainer and presence; this is a second one, with the page on it."""
    site = Site(guest, session)
    site.server = Server(settings, site)
    yield site
    site.server.stop()


@pytest.fixture
def tab(site, chromium):
    thread, browser = chromium
    page = thread.submit(browser.new_page).result()
    thread.submit(page.goto, f"http://localhost:{site.server.port}/").result()
    tab = Tab(thread, page)
    tab.wait("() => window.ready")
    yield tab
    thread.submit(page.close).result()


def camera(session, enabled):
    Session.objects.filter(pk=session.pk).update(host_video_enabled=enabled)
    session.refresh_from_db()
    told(HostVideo.of(session))


def test_the_page_follows_the_session_from_the_lobby_to_the_end(site, tab, session):
    tab.run("() => window.enter()")
    tab.wait_for("open")
    assert tab.run("() => [room.isOpen, room.state.session.status, room.state.me.role]") == [
        True,
        "scheduled",
        "audience",
    ]
    change(lifecycle.go_live, session)
    tab.wait_for("reset")
    assert tab.run("() => room.state.session.status") == "live"
    camera(session, True)
    tab.wait_for("host.video", True)
    assert tab.run("() => room.state.host") == {"video": True, "audio": False}
    change(lifecycle.end, session)
    tab.wait_for("closed", 4510)
    assert tab.run("() => [room.isOpen, room.state.session.status]") == [False, "ended"]
    assert [kind for kind, _detail in tab.seen if kind != "reset"] == [
        "open",
        "session.live",
        "host.video",
        "session.ended",
        "closed",
    ]
    assert site.tickets == 1


def test_the_page_comes_back_after_a_restart_without_a_ticket_and_learns_what_it_missed(site, tab, session):
    change(lifecycle.go_live, session)
    tab.run("() => window.enter()")
    tab.wait_for("open")
    site.server.stop()
    tab.wait("() => window.seen.some((s) => s[0] === 'lost') && !room.isOpen")
    camera(session, True)
    camera(session, False)
    camera(session, True)
    site.server.start()
    tab.wait("() => window.seen.filter((s) => s[0] === 'open').length === 2")
    tab.wait("() => window.seen.filter((s) => s[0] === 'host.video').length === 3")
    assert [detail for kind, detail in tab.seen if kind == "host.video"] == [True, False, True]
    assert tab.run("() => room.state.host.video") is True
    assert site.tickets == 1


def test_a_resume_that_is_refused_is_followed_by_a_new_ticket(site, tab, session, guest):
    tab.run("() => window.enter()")
    tab.wait_for("open")
    guest.credentials_epoch += 1
    guest.save()
    site.server.stop()
    tab.wait("() => !room.isOpen")
    site.server.start()
    tab.wait("() => window.seen.filter((s) => s[0] === 'open').length === 2")
    assert site.tickets == 2


@pytest.mark.parametrize("status", [401, 403, 404, 409])
def test_a_refused_ticket_is_final(site, tab, status):
    site.refusal = status
    tab.run("() => window.enter()")
    tab.wait_for("closed", status)
    assert tab.seen == [("closed", status)]


def test_a_server_in_trouble_is_asked_again(site, tab):
    site.refusal = 503
    tab.run("() => window.enter()")
    tab.wait("() => window.seen.some((s) => s[0] === 'lost')")
    site.refusal = None
    tab.wait_for("open")
    assert site.tickets >= 2


def test_commands_are_answered_or_refused(site, tab):
    refused = "(name) => room.command(name).catch((error) => [error.code, error.message])"
    # In one go: on a busy machine the socket may be open by the next call.
    assert tab.run(f"(name) => {{ window.enter(); return ({refused})(name); }}", "ping") == ["lost", ""]
    tab.wait_for("open")
    assert set(tab.run(refused, "ping")) == {"resume"}
    assert tab.run(refused, "fly") == ["unknown_command", "There is no such command."]


def test_leaving_is_no_loss_and_ends_it(site, tab):
    tab.run("() => window.enter()")
    tab.wait_for("open")
    tab.run("() => room.close()")
    tab.wait_for("closed")
    assert tab.seen == [("open", None), ("closed", None)]
