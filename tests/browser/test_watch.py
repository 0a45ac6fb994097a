"""The audience's page in Chromium: lobby, live, away and back, over."""

import os
import re
import signal
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.playing import expect_silence, expect_sound
from tests.browser.staging import call, enter_watch, live_pair, make_session, sees_moving_picture

pytestmark = pytest.mark.browser


def in_(**delta) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()


def test_the_lobby_counts_down_in_words_and_follows_rescheduling(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(
        host, scheduled_start_time=in_(hours=2, minutes=30, seconds=30), description="Bring questions."
    )
    enter_watch(viewer, session)
    expect(viewer.locator("#countdown")).to_have_text("Starts in 2 hours, 30 minutes")
    expect(viewer.get_by_text("Bring questions.").first).to_be_visible()
    call(
        host,
        "PATCH",
        f"/sessions/{session['id']}/reschedule",
        {"scheduled_start_time": in_(days=2, hours=1, minutes=1)},
    )
    expect(viewer.locator("#countdown")).to_have_text("Starts in 2 days, 1 hour")
    expect(viewer.locator("[data-notice=moved] p")).to_contain_text("The host has moved this webinar to")
    call(host, "PATCH", f"/sessions/{session['id']}/reschedule", {"scheduled_start_time": None})
    expect(viewer.locator("#countdown")).to_have_text("It starts as soon as the host is ready")
    expect(viewer.locator("[data-notice=moved] p")).to_contain_text("This webinar has no date now")
    expect(viewer.locator("#lobby .door-when")).to_be_hidden()


def test_at_zero_the_host_is_getting_ready_and_no_time_is_negative(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host, scheduled_start_time=in_(seconds=40))
    viewer.clock.install()
    enter_watch(viewer, session)
    expect(viewer.locator("#countdown")).to_contain_text("seconds")
    viewer.clock.fast_forward(60_000)
    expect(viewer.locator("#countdown")).to_have_text("The host is getting ready")


def test_the_lobby_plays_a_tone_to_test_the_sound(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    enter_watch(viewer, make_session(host))
    viewer.get_by_role("button", name="Test your sound").click()
    expect(viewer.locator("#tone-result")).to_contain_text("You should have heard two notes.")


def test_whose_name_is_taken_reads_what_they_are_called_once(visitors, product):
    _host, viewer, session = live_pair(visitors, product)
    second = visitors.new()
    enter_watch(second, session, "grace")
    expect(second.locator("[data-notice=name] p")).to_have_text(
        "Somebody here has your name already: you are shown as “grace (2)”."
    )
    sees_moving_picture(second)
    expect(viewer.locator("[data-notice=name]")).to_have_count(0)
    second.reload()
    sees_moving_picture(second)
    expect(second.locator("[data-notice=name]")).to_have_count(0)


def test_the_viewer_sees_and_hears_without_reloading_and_follows_mute_and_screen(visitors, product):
    host, viewer, _session = live_pair(visitors, product)
    viewer.evaluate("() => { window.sameDocument = true; }")
    expect_sound(viewer)
    host.get_by_role("button", name="Mute", exact=True).click()
    expect(viewer.locator(".tile-muted")).to_be_visible()
    expect_silence(viewer)
    host.get_by_role("button", name="Share screen").click()
    sees_moving_picture(viewer, "screen")
    expect(viewer.locator("#stage")).to_have_attribute("data-layout", "screen")
    sees_moving_picture(viewer)
    height = viewer.locator("#stage .tile[data-kind=screen] video").evaluate("(video) => video.videoHeight")
    assert 0 < height <= 1080
    host.get_by_role("button", name="Stop sharing").click()
    expect(viewer.locator("#stage .tile[data-kind=screen]")).to_have_count(0)
    host.get_by_role("button", name="End webinar").click()
    host.get_by_role("button", name="Yes, end it").click()
    expect(viewer.get_by_role("heading", name="This webinar is over")).to_be_visible()
    expect(viewer.locator("audio[data-sound]")).to_have_count(0)
    assert viewer.evaluate("() => window.sameDocument") is True


def test_audio_only_gives_up_the_picture_and_keeps_the_sound(visitors, product):
    _host, viewer, _session = live_pair(visitors, product)
    viewer.get_by_label("Quality").select_option("audio")
    expect(viewer.locator("#stage video:not([hidden])")).to_have_count(0)
    expect(viewer.locator("#stage .tile-avatar")).to_be_visible()
    expect_sound(viewer)
    viewer.get_by_label("Quality").select_option("auto")
    sees_moving_picture(viewer)


def test_low_quality_receives_a_smaller_picture_than_high(visitors, product):
    _host, viewer, _session = live_pair(visitors, product)
    viewer.get_by_label("Quality").select_option("low")
    viewer.wait_for_function("() => document.querySelector('#stage video').videoHeight <= 180")
    viewer.get_by_label("Quality").select_option("high")
    viewer.wait_for_function("() => document.querySelector('#stage video').videoHeight >= 720")


def test_sound_can_be_turned_off_and_on(visitors, product):
    _host, viewer, _session = live_pair(visitors, product)
    viewer.get_by_role("button", name="Turn sound off").click()
    assert viewer.locator("audio[data-sound]").evaluate("(element) => element.muted") is True
    viewer.get_by_role("button", name="Turn sound on").click()
    assert viewer.locator("audio[data-sound]").evaluate("(element) => element.muted") is False


def test_the_stage_fills_the_screen_and_comes_back(visitors, product):
    _host, viewer, _session = live_pair(visitors, product)
    viewer.get_by_role("button", name="Full screen").click()
    viewer.wait_for_function("() => document.fullscreenElement?.id === 'stage-wrap'")
    viewer.get_by_role("button", name="Leave full screen").click()
    viewer.wait_for_function("() => document.fullscreenElement === null")


def test_the_screen_is_kept_awake_while_live(visitors, product):
    host = visitors.sign_in(product)
    session = make_session(host)
    viewer = visitors.new()
    viewer.add_init_script(
        """window.locks = [];
        Object.defineProperty(navigator, "wakeLock", { value: { request: async (type) => {
          window.locks.push(type);
          return Object.assign(new EventTarget(), { release: async () => window.locks.push("released") });
        } } });"""
    )
    enter_watch(viewer, session)
    assert viewer.evaluate("() => window.locks") == []
    call(host, "POST", f"/sessions/{session['id']}/go_live")
    expect(viewer.locator("#watch")).to_have_attribute("data-view", "theatre")
    assert viewer.evaluate("() => window.locks") == ["screen"]
    call(host, "POST", f"/sessions/{session['id']}/end")
    expect(viewer.locator("#watch")).to_have_attribute("data-view", "over")
    assert viewer.evaluate("() => window.locks") == ["screen", "released"]


def test_while_nobody_publishes_the_page_says_that_it_goes_on(visitors, product):
    host, viewer, session = live_pair(visitors, product)
    host.context.close()
    expect(viewer.get_by_text("We’ll be right back").last).to_be_visible()
    again = visitors.sign_in(product)
    again.goto(f"/sessions/{session['id']}/studio")
    again.wait_for_function("() => !document.querySelector('#record').disabled")
    again.get_by_role("button", name="Go on air").click()
    sees_moving_picture(viewer)
    expect(viewer.locator("#away")).to_be_hidden()


def test_host_and_viewer_come_back_by_themselves_when_the_media_server_died(visitors, product):
    host, viewer, _session = live_pair(visitors, product)
    os.kill(product.livekit_pid(), signal.SIGKILL)
    expect(viewer.locator("#overlay")).to_have_attribute(
        "data-failure", re.compile("connection_lost|media_unavailable")
    )
    expect(viewer.locator("#overlay")).to_be_hidden()
    expect(host.locator("#link-state")).to_have_text("Connected")
    viewer.wait_for_selector("#stage video:not([hidden])")
    sees_moving_picture(viewer)
    expect_sound(viewer)


def test_a_hidden_viewer_count_stays_hidden(visitors, product):
    _host, viewer, _session = live_pair(visitors, product, preset={"viewer_count_visible": False})
    expect(viewer.locator("[data-viewers]")).to_have_count(0)


def test_the_address_of_the_room_shows_what_is_live_and_lists_the_rest(visitors, product):
    host = visitors.sign_in(product)
    first = make_session(host, title="First part")
    second = make_session(host, title="Second part", room_id=first["room_id"])
    call(host, "POST", f"/sessions/{second['id']}/go_live")
    viewer = visitors.new()
    viewer.goto(f"/w/{first['room']['slug']}")
    expect(viewer.get_by_role("heading", name="Second part")).to_be_visible()
    expect(viewer.get_by_text("Live now")).to_be_visible()
    viewer.get_by_role("link", name="First part").click()
    viewer.wait_for_url(f"**/w/{first['room']['slug']}/{first['id']}")
    call(host, "POST", f"/sessions/{second['id']}/end")
