"""An encoder's session in the browser: set up on session page and studio, preview, going live, watching, a changed key."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.playing import expect_moving_video
from tests.browser.staging import call, go_live, make_session
from tests.browser.test_host_pages import DESKTOP, PHONE, faults
from tests.ffmpeg import Push

pytestmark = [pytest.mark.browser, pytest.mark.product]
KEY = re.compile(r"^sk_[\w-]{32}$")


def enter(page, session):
    """Into the studio, without any device."""
    page.goto(f"/sessions/{session['id']}/studio")
    expect(page.get_by_role("heading", name="Enter studio")).to_be_visible()
    page.get_by_role("button", name="Enter studio").click()
    expect(page.locator("#link-state")).to_have_text("Connected")


def shown_key(page):
    """The key, after asking for it."""
    page.get_by_role("button", name="Show", exact=True).click()
    field = page.get_by_label("Stream key", exact=True)
    expect(field).to_have_value(KEY)
    return field.input_value()


def test_a_host_streams_from_an_encoder_and_the_audience_watches(visitors, product):
    host = visitors.sign_in(product)
    session = make_session(host, "From OBS", mode="rtmp")
    host.goto(f"/sessions/{session['id']}")
    expect(host.get_by_label("Server", exact=True)).to_have_value(f"rtmp://127.0.0.1:{product.rtmp_port}/live")
    field = host.get_by_label("Stream key", exact=True)
    assert "sk_" not in host.content()
    key = shown_key(host)
    host.get_by_role("button", name="Hide", exact=True).click()
    assert "sk_" not in field.input_value()

    enter(host, session)
    expect(host.locator("#encoder-state")).to_have_text("Waiting for your encoder")
    host.get_by_role("button", name="Go live").click()
    expect(host.locator("#live-hint")).to_contain_text("No video arrives yet")
    host.get_by_role("button", name="Not yet").click()

    url = f"rtmp://127.0.0.1:{product.rtmp_port}/live"
    with Push(url, key, b_frames=2) as encoder:
        expect(host.locator("#encoder-state")).to_have_text("Your stream arrives")
        expect_moving_video(host)
        assert host.evaluate("() => [...document.querySelectorAll('audio[data-sound]')].every((each) => each.muted)")
        expect(host.locator("#encoder-warnings")).to_contain_text("B-frames")
        expect(host.locator("#encoder-figures")).to_contain_text("kbit/s")
        host.get_by_role("button", name="Go live").click()
        expect(host.locator("#live-hint")).to_be_hidden()
        host.get_by_role("button", name="Not yet").click()
        go_live(host)

        viewer = visitors.new()
        viewer.goto(f"/w/{session['room']['slug']}")
        viewer.get_by_label("Your name").fill("Ada")
        viewer.get_by_role("button", name="Join").click()
        expect_moving_video(viewer)
        expect(viewer.locator(".tile-name")).to_have_text(session["room"]["host"]["username"])

        host.get_by_role("button", name="Stream health").click()
        expect(host.locator("#health-status")).to_have_text("Something needs your attention:")
        expect(host.locator("#health-source")).to_have_text("Encoder (RTMP)")
        expect(host.locator("#health-viewers")).to_have_text("1 person")
        expect(host.locator("#health-chart-words")).to_contain_text("Over the last minutes")
        expect(host.locator("#health-chart .chart-kbps")).to_have_attribute("d", re.compile("^M.*L"))
        host.get_by_role("button", name="Close", exact=True).click()

        host.get_by_role("button", name="Set up the encoder").click()
        assert shown_key(host) == key
        host.get_by_role("button", name="Change the stream key").click()
        host.get_by_role("button", name="Yes, change it").click()
        expect(host.locator("[data-encoder=result]")).to_contain_text("The key was changed")
        changed = host.get_by_label("Stream key", exact=True).input_value()
        assert KEY.match(changed)
        assert changed != key
        host.get_by_role("button", name="Close", exact=True).click()
        expect(viewer.locator("#away")).to_be_visible()
        assert encoder.last_words() is not None
    with Push(url, changed):
        expect_moving_video(viewer)
        expect(viewer.locator("#away")).to_be_hidden()
    call(host, "POST", f"/sessions/{session['id']}/end")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_state_is_accessible_and_fits(theme, size, visitors, product, tmp_path_factory):
    host = visitors.sign_in(product, color_scheme=theme, viewport=size)
    session = make_session(host, "From OBS", mode="rtmp")
    found = {}

    def look_at(state):
        if wrong := faults(host):
            found[state] = wrong

    host.goto(f"/sessions/{session['id']}")
    host.get_by_text("With less delay").click()
    look_at("session page")
    host.goto(f"/sessions/{session['id']}/studio")
    expect(host.get_by_role("heading", name="Enter studio")).to_be_visible()
    look_at("entrance")
    enter(host, session)
    key = call(host, "GET", f"/sessions/{session['id']}/stream_key")["rtmp"]["stream_key"]
    look_at("waiting")
    host.get_by_role("button", name="Set up the encoder").click()
    look_at("set-up")
    host.get_by_role("button", name="Change the stream key").click()
    look_at("change the key")
    host.get_by_role("button", name="Cancel").click()
    host.get_by_role("button", name="Close", exact=True).click()
    with Push(f"rtmp://127.0.0.1:{product.rtmp_port}/live", key, b_frames=2):
        expect(host.locator("#encoder-warnings")).to_contain_text("B-frames")
        look_at("streaming")
        host.get_by_role("button", name="Stream health").click()
        expect(host.locator("#health-chart .chart-kbps")).to_have_attribute("d", re.compile("^M.*L"))
        look_at("health")
    call(host, "POST", f"/sessions/{session['id']}/end")
    assert found == {}
