"""Pages that follow their session through Centrifugo: npm centrifuge in Chromium, the stand-in server, the real product."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import FAILED, Visitors, in_browser_thread
from tests.browser.relay import THROUGH, Relay
from tests.browser.staging import WITHOUT_CAMERA, call, enter_watch, make_session
from tests.browser.test_phones import PHONE, WAKES, five_seconds, live_by_api, open_tab
from tests.browser.test_walk import enter, go_live, make_webinar
from tests.centrifugo import Centrifugo
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.product]


@pytest.fixture(scope="module")
def through_centrifugo(tmp_path_factory):
    """A product whose events travel through the stand-in."""
    centrifugo = Centrifugo("")
    running = Product(tmp_path_factory.mktemp("centrifugo"), **centrifugo.settings)
    centrifugo.backend = running.base_url
    centrifugo.origins = {running.base_url}
    running.start()
    yield running, centrifugo
    running.stop()
    centrifugo.stop()


@pytest.fixture
def people(browser, through_centrifugo, request):
    """Visitors of that product."""
    visitors = in_browser_thread(Visitors, browser, through_centrifugo[0].base_url, request.node.name)
    yield visitors
    in_browser_thread(visitors.close, failed=request.node.stash.get(FAILED, False))
    assert visitors.complaints == []


def test_pages_follow_the_session_and_recover_from_a_centrifugo_that_forgot_everything(people, through_centrifugo):
    product, centrifugo = through_centrifugo
    host = people.sign_in(product)
    host.goto("/dashboard")
    link = make_webinar(host, "Through Centrifugo")
    host.get_by_role("button", name="Enter backstage", exact=True).click()
    expect(host.get_by_text("Only the team sees this", exact=True)).to_be_visible()
    viewer = people.new()
    enter(viewer, link, "Ada")
    expect(viewer.get_by_text("keep this page open")).to_be_visible()
    viewer.evaluate("() => { window.neverReloaded = true; }")

    go_live(host)
    expect(viewer.locator("#theatre")).to_be_visible()
    chat = f"/sessions/{host.url.split('/')[-2]}/chat"
    call(host, "POST", chat, {"message": "Can you hear us?"})
    expect(viewer.get_by_text("Can you hear us?")).to_have_count(1)

    centrifugo.forget()  # everybody is thrown out, every epoch is new
    call(host, "POST", chat, {"message": "And now?"})
    expect(viewer.get_by_text("And now?")).to_have_count(1)
    expect(viewer.get_by_text("Can you hear us?")).to_have_count(1)

    channels = {body["channel"] for proxy, body in centrifugo.asked if proxy == "subscribe"}
    assert any(channel.endswith(":crew") for channel in channels)  # the host's
    host.get_by_role("button", name="End webinar").click()
    host.get_by_role("button", name="Yes, end it").click()
    expect(viewer.get_by_role("heading", name="This webinar is over")).to_be_visible()
    assert viewer.evaluate("() => window.neverReloaded") is True


def test_a_connection_that_died_in_silence_is_noticed_when_the_page_is_seen_again(people, through_centrifugo):
    product, centrifugo = through_centrifugo
    relay = Relay(centrifugo.port)
    host, viewer = people.sign_in(product), people.new(**PHONE, bypass_csp=True)
    session = make_session(host, preset=WITHOUT_CAMERA)
    live_by_api(host, session)
    viewer.add_init_script(THROUGH.format(path="/connection/websocket", port=relay.port))
    viewer.clock.install()
    enter_watch(viewer, session)
    open_tab(viewer, "Chat")
    chat, said = f"/sessions/{session['id']}/chat", viewer.locator(".chat-message")
    call(host, "POST", chat, {"message": "Before"})
    expect(said.filter(has_text="Before")).to_have_count(1)
    viewer.clock.pause_at(datetime.now(UTC) + timedelta(seconds=1))
    relay.swallow()
    call(host, "POST", chat, {"message": "Meanwhile"})
    expect(said.filter(has_text="Meanwhile")).to_have_count(0)
    viewer.evaluate(WAKES)
    five_seconds(viewer, said.filter(has_text="Meanwhile"))
    expect(said.filter(has_text="Meanwhile")).to_have_count(1)
    expect(said.filter(has_text="Before")).to_have_count(1)
    relay.close()
