"""What phones and their keyboards, networks and clocks do to a page, at the size of a phone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.playing import expect_sound
from tests.browser.relay import THROUGH, Relay
from tests.browser.staging import (
    WITHOUT_CAMERA,
    call,
    enter_backstage,
    enter_watch,
    go_live,
    make_session,
    sees_moving_picture,
)
from tests.browser.test_host_pages import faults

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
#: As an iPhone in Low Power Mode: nothing plays, silent or not, until a tap on the button; then what the tap started.
LOW_POWER = """const play = HTMLMediaElement.prototype.play;
window.mayPlay = false;
const stop = (event) => { if (!window.mayPlay && !event.target.dataset.refused) { event.target.dataset.refused = "1"; event.target.pause(); } };
addEventListener("play", stop, true);
addEventListener("click", (event) => { window.mayPlay ||= event.target.closest("#tap-to-play, [data-start]") !== null; }, true);
HTMLMediaElement.prototype.play = function () {
  if (window.mayPlay) return play.call(this);
  this.pause();
  return Promise.reject(new DOMException("play() needs a tap", "NotAllowedError"));
};"""
#: A clock that is wrong by `wrongBy` milliseconds.
WRONG_CLOCK = """window.wrongBy = %d;
const Right = Date;
window.Date = class extends Right {
  constructor(...parts) { if (parts.length) super(...parts); else super(Right.now() + window.wrongBy); }
  static now() { return Right.now() + window.wrongBy; }
};"""
WAKES = "() => document.dispatchEvent(new Event('visibilitychange'))"


def live_by_api(host: Page, session: dict[str, Any]) -> None:
    assert call(host, "POST", f"/sessions/{session['id']}/go_live")["session"]["status"] == "live"


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=re.compile(f"^{name}")).click()


def test_keys_are_letters_while_somebody_writes_and_enter_belongs_to_the_input_method(visitors, product):
    host = visitors.sign_in(product, **PHONE)
    session = make_session(host, preset=WITHOUT_CAMERA)
    enter_backstage(host, session)
    microphone = host.locator("#microphone")
    expect(microphone).to_have_attribute("data-state", "on")
    open_tab(host, "Chat")
    field = host.get_by_label("Your message")
    field.focus()
    host.keyboard.press("Alt+KeyM")
    field.evaluate("(field) => field.setAttribute('role', 'presentation')")
    # What a colleague's panel may hold one day: writing is writing in any field.
    host.evaluate(
        """() => {
          const box = document.createElement("div");
          box.contentEditable = "true";
          box.id = "editable";
          box.append(document.createElement("b"));
          document.body.append(box);
          box.focus();
        }"""
    )
    host.keyboard.press("Alt+KeyM")
    host.evaluate("() => document.getElementById('editable').remove()")
    expect(microphone).to_have_attribute("data-state", "on")
    host.keyboard.press("Alt+KeyM")
    expect(microphone).to_have_attribute("data-state", "off")

    field.focus()
    keys = host.context.new_cdp_session(host)
    keys.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    expect(field).to_have_value("にほん")
    keys.send("Input.insertText", {"text": "日本"})
    # Safari ends the composition first, and tells the key by its code alone.
    keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    expect(field).to_have_value("日本")
    expect(host.locator(".chat-message")).to_have_count(0)
    host.keyboard.press("Enter")
    expect(host.locator(".chat-message")).to_contain_text("日本")


def test_where_the_browser_plays_nothing_before_a_tap_one_tap_is_enough_both_ways(visitors, product):
    host, viewer, later = visitors.sign_in(product), visitors.new(**PHONE), visitors.new(**PHONE)
    session = make_session(host)
    enter_backstage(host, session)
    go_live(host)
    for page, quality in ((viewer, "auto"), (later, "steady")):
        page.add_init_script(LOW_POWER)
        enter_watch(page, session, quality)
        if quality != "auto":
            page.get_by_label("Quality").select_option(quality)
        button = page.get_by_role("button", name="Play Your browser")
        expect(button).to_have_attribute("data-failure", "playback_blocked")
        expect(page.locator("#connecting")).to_be_hidden()
        expect(page.get_by_role("button", name="Turn sound on")).to_be_hidden()
        assert faults(page) == []
        button.tap()
        expect(button).to_be_hidden()
        expect(page.get_by_role("button", name="Turn sound on")).to_be_hidden()
    sees_moving_picture(viewer)
    expect_sound(viewer)
    sees_moving_picture(later, "hls")
    assert later.locator("#stage .tile[data-kind=hls] video").evaluate("(video) => !video.muted")


@pytest.fixture
def relay(product):
    network = Relay(urlsplit(product.base_url).port)
    yield network
    network.close()


def test_a_socket_that_died_in_silence_is_noticed_when_the_page_is_seen_again_and_nothing_comes_twice(
    visitors, product, relay
):
    host, viewer = visitors.sign_in(product), visitors.new(**PHONE, bypass_csp=True)
    session = make_session(host, preset=WITHOUT_CAMERA)
    live_by_api(host, session)
    viewer.add_init_script(THROUGH.format(path="/socket", port=relay.port))
    viewer.clock.install()
    enter_watch(viewer, session)
    open_tab(viewer, "Chat")
    chat, said = f"/sessions/{session['id']}/chat", viewer.locator(".chat-message")
    call(host, "POST", chat, {"message": "Before"})
    expect(said.filter(has_text="Before")).to_have_count(1)

    relay.swallow()
    call(host, "POST", chat, {"message": "Meanwhile"})
    viewer.get_by_label("Your message").fill("From the lift")
    viewer.get_by_label("Your message").press("Enter")
    # The page's own time stands from here on: neither a heartbeat nor a long time-out can help.
    viewer.clock.pause_at(datetime.now(UTC) + timedelta(seconds=1))
    expect(said.filter(has_text="Meanwhile")).to_have_count(0)
    viewer.evaluate(WAKES)
    five_seconds(viewer, said.filter(has_text="Meanwhile"))
    expect(said.filter(has_text="Meanwhile")).to_have_count(1)
    expect(said.filter(has_text="From the lift")).to_have_count(1)
    expect(said.filter(has_text="Before")).to_have_count(1)
    messages = [each["message"] for each in call(host, "GET", chat)["messages"]]
    assert sorted(messages) == ["Before", "From the lift", "Meanwhile"]


def five_seconds(page: Page, seen: Locator) -> None:
    """Of the page's time at most, until ``seen`` is there; each quarter of one leaves the network its own."""
    for _step in range(20):
        if seen.count():
            return
        page.clock.run_for(250)
        page.wait_for_timeout(500)


@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_that_is_hours_wrong_or_jumps_changes_nothing_on_the_page(visitors, product, hours):
    host, viewer = visitors.sign_in(product), visitors.new(**PHONE)
    start = (datetime.now(UTC) + timedelta(hours=2, minutes=30, seconds=30)).isoformat()
    session = make_session(host, scheduled_start_time=start, preset=WITHOUT_CAMERA)
    viewer.add_init_script(WRONG_CLOCK % (hours * 3_600_000))
    enter_watch(viewer, session)
    countdown = viewer.locator("#countdown")
    in_time = re.compile(r"^Starts in 2 hours, (2\d|30) minutes$")
    expect(countdown).to_have_text(in_time)
    with viewer.expect_response("**/v1/webinar/health"):
        viewer.evaluate("() => { window.wrongBy *= -1; }")
    expect(countdown).to_have_text(in_time)

    live_by_api(host, session)
    open_tab(viewer, "Chat")
    rules = call(host, "PATCH", f"/sessions/{session['id']}/moderation", {"slow_mode": 3600})
    assert rules["slow_mode"] == 3600
    field = viewer.get_by_label("Your message")
    field.fill("In time")
    field.press("Enter")
    expect(viewer.locator(".chat-message:not(.pending)")).to_contain_text("In time")
    expect(viewer.locator("#panel-chat [data-composer] [data-state]")).to_have_text(
        re.compile(r"^Slow mode: you can write again in 3,\d{3} seconds\.$")
    )


def test_a_time_that_the_clocks_skip_or_show_twice_is_asked_about(visitors, product):
    host = visitors.sign_in(product, **PHONE, timezone_id="Europe/Berlin")
    year = datetime.now(UTC).year + 1
    for _visit in range(2):  # from the first the server learns the zone
        host.goto("/webinars/new")
    host.get_by_label("Title").fill("By night")
    host.locator("label.choice", has_text="Later").click()
    time = host.get_by_label("Date and time")
    time.fill(f"{last_sunday(year, 3)}T02:30")
    host.get_by_role("button", name="Schedule").click()
    expect(host.locator(".errorlist")).to_have_text(
        "On this day clocks go forward: Europe/Berlin has no 02:30. Choose another time."
    )
    time.fill(f"{last_sunday(year, 10)}T02:30")
    host.get_by_role("button", name="Schedule").click()
    expect(host.locator(".errorlist")).to_contain_text("Choose which of the two is meant.")
    assert faults(host) == []
    host.get_by_label("The second 02:30 (CET, UTC+01:00)").check()
    host.get_by_role("button", name="Schedule").click()
    host.wait_for_url("**/sessions/*")
    assert f"{last_sunday(year, 10)}T01:30" in host.locator("time").first.get_attribute("datetime")


def last_sunday(year: int, month: int) -> str:
    """March and October have 31 days."""
    last = datetime(year, month, 31, tzinfo=UTC)
    return (last - timedelta(days=last.isoweekday() % 7)).date().isoformat()
