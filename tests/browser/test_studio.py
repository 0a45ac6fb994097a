"""The studio with Chromium's fake camera: device check, rehearsal, live, over."""

import pytest
from playwright.sync_api import expect

from tests.browser.staging import (
    call,
    enter_backstage,
    enter_watch,
    go_live,
    make_session,
    open_studio,
    sees_moving_picture,
)

pytestmark = pytest.mark.browser

#: Hides devices whose label contains a text from the page, as if they had been unplugged.
UNPLUG = """
const all = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
window.unplugged = [];
navigator.mediaDevices.enumerateDevices = async () =>
  (await all()).filter((device) => !window.unplugged.some((text) => device.label.includes(text)));
window.unplug = (...texts) => {
  window.unplugged = texts;
  navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
};
"""


def test_the_device_check_speaks_in_words_and_plays_back(visitors, product):
    page = visitors.sign_in(product)
    open_studio(page, make_session(page))
    check = page.locator
    expect(check("[data-check=camera] [data-result]")).to_have_text("Your camera works.")
    expect(check("[data-check=microphone] [data-result]")).to_have_text("Your microphone hears you.")
    expect(check("[data-check=connection] [data-result]")).to_have_text("Good: video and sound get through.")
    expect(check("#connection-steps li")).to_have_text(
        ["Connection to the server: works", "Video and sound: works", "Coming back after an interruption: works"]
    )
    page.get_by_role("button", name="Record and play back").click()
    expect(check("[data-check=microphone] [data-result]")).to_have_text("Recording — say a sentence…")
    expect(check("[data-check=microphone] [data-result]")).to_have_text(
        "Played. Did it sound right? If not, choose another microphone."
    )
    page.get_by_role("button", name="Play a tone").click()
    expect(check("[data-check=speaker] [data-result]")).to_have_text(
        "You should have heard two notes. If not, choose another speaker."
    )


def test_a_rehearsal_is_for_the_crew_and_leaves_nothing_behind(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page)
    enter_backstage(page, session)
    expect(page.get_by_text("Only the team sees this", exact=True)).to_be_visible()
    link = page.get_by_role("link", name="View as attendee")
    expect(link).to_have_attribute("href", f"/w/{session['room']['slug']}/{session['id']}")
    viewer = visitors.new()
    enter_watch(viewer, session)
    expect(viewer.locator("#countdown")).to_have_text("It starts as soon as the host is ready")
    expect(viewer.locator("#stage video")).to_have_count(0)
    page.get_by_role("button", name="Leave rehearsal").click()
    page.wait_for_url(f"**/sessions/{session['id']}")
    after = call(page, "GET", f"/sessions/{session['id']}")
    assert (after["status"], after["started_at"]) == ("scheduled", None)


def test_going_live_and_ending_are_confirmed_and_name_how_many_watch(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page)
    enter_backstage(page, session)
    page.get_by_role("button", name="Go live").click()
    expect(page.locator("#live-count")).to_have_text("Nobody is waiting yet.")
    page.get_by_role("button", name="Not yet").click()
    assert call(page, "GET", f"/sessions/{session['id']}")["status"] == "scheduled"
    enter_watch(visitors.new(), session)
    expect(page.locator("#viewers")).to_have_text("1 waiting")
    page.get_by_role("button", name="Go live").click()
    expect(page.locator("#live-count")).to_have_text("1 person is waiting. They will see and hear you at once.")
    page.get_by_role("button", name="Yes, go live").click()
    expect(page.locator("#viewers")).to_have_text("1 watching")
    page.wait_for_function("() => document.querySelector('#timer').textContent !== '0:00'")
    page.get_by_role("button", name="End webinar").click()
    expect(page.locator("#end-count")).to_have_text("1 person is watching. It ends for them too, and for good.")
    page.get_by_role("button", name="Not yet").click()
    assert call(page, "GET", f"/sessions/{session['id']}")["status"] == "live"
    page.get_by_role("button", name="End webinar").click()
    page.get_by_role("button", name="Yes, end it").click()
    expect(page.get_by_role("heading", name="The webinar has ended")).to_be_visible()
    assert call(page, "GET", f"/sessions/{session['id']}")["status"] == "ended"


def test_keys_switch_microphone_camera_and_screen(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page)
    enter_backstage(page, session)
    page.keyboard.press("Alt+m")
    expect(page.get_by_role("button", name="Unmute")).to_be_visible()
    page.keyboard.press("Alt+c")
    expect(page.get_by_role("button", name="Start camera")).to_be_visible()
    expect(page.locator("#stage .tile-avatar")).to_be_visible()
    page.keyboard.press("Alt+s")
    expect(page.get_by_role("button", name="Stop sharing")).to_be_visible()
    expect(page.locator("#stage .tile[data-kind=screen] video")).to_be_visible()
    page.keyboard.press("Alt+c")
    sees_moving_picture(page)
    page.keyboard.press("Alt+s")
    expect(page.locator("#stage .tile[data-kind=screen]")).to_have_count(0)


def test_what_the_host_switches_is_told_to_everyone(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page)
    enter_backstage(page, session)
    go_live(page)
    viewer = visitors.new()
    enter_watch(viewer, session)
    sees_moving_picture(viewer)
    page.get_by_role("button", name="Mute", exact=True).click()
    expect(viewer.locator("#announcer")).to_contain_text("The host turned the microphone off")
    page.get_by_role("button", name="Stop camera").click()
    expect(viewer.locator("#announcer")).to_contain_text("The host turned the camera off")
    assert call(page, "POST", f"/sessions/{session['id']}/host_audio_state") == {"enabled": False}


def test_talking_while_muted_is_noticed(visitors, product):
    page = visitors.sign_in(product)
    enter_backstage(page, make_session(page))
    page.get_by_role("button", name="Mute", exact=True).click()
    notice = page.locator("[data-notice=talking]")
    expect(notice.locator("p")).to_have_text("You are talking, but your microphone is off.")
    notice.get_by_role("button", name="Unmute").click()
    expect(page.get_by_role("button", name="Mute", exact=True)).to_be_visible()


def test_the_microphone_is_switched_while_live(visitors, product):
    page = visitors.sign_in(product)
    enter_backstage(page, make_session(page))
    go_live(page)
    page.get_by_role("button", name="Devices").click()
    chooser = page.get_by_role("dialog").get_by_label("Microphone")
    chooser.select_option(label="Fake Audio Input 2")
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Devices").click()
    expect(chooser.locator("option:checked")).to_have_text("Fake Audio Input 2")


def test_an_unplugged_microphone_is_replaced_with_a_notice(visitors, product):
    page = visitors.sign_in(product)
    page.add_init_script(UNPLUG)
    enter_backstage(page, make_session(page))
    page.evaluate("() => window.unplug('Fake Default Audio Input')")
    expect(page.locator("[data-notice=replaced-microphone] p")).to_have_text(
        "The microphone was unplugged. Now using Fake Audio Input 1."
    )
    expect(page.get_by_role("button", name="Mute", exact=True)).to_be_visible()


def test_the_studio_moves_to_another_tab_and_back_without_a_fight(visitors, product):
    first = visitors.sign_in(product)
    session = make_session(first)
    enter_backstage(first, session)
    second = first.context.new_page()
    open_studio(second, session)
    second.get_by_role("button", name="Enter backstage", exact=True).click()
    expect(second.locator("#blocking")).to_have_attribute("data-failure", "connected_elsewhere")
    expect(first.locator("#link-state")).to_have_text("Connected")
    second.get_by_role("button", name="Move here").click()
    expect(second.locator("#link-state")).to_have_text("Connected")
    expect(first.locator("#blocking")).to_have_attribute("data-failure", "continued_elsewhere")
    first.get_by_role("button", name="Move here").click()
    expect(first.locator("#link-state")).to_have_text("Connected")
    expect(second.locator("#blocking")).to_have_attribute("data-failure", "continued_elsewhere")


def test_a_studio_that_is_opened_again_in_its_tab_is_asked_once_and_not_about_itself(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page)
    enter_backstage(page, session)
    go_live(page)
    page.on("dialog", lambda dialog: dialog.accept())
    open_studio(page, session)
    page.get_by_role("button", name="Go on air").click()
    expect(page.locator("#link-state")).to_have_text("Connected")
    expect(page.locator("#phase")).to_have_attribute("data-phase", "live")


def test_the_preset_takes_camera_and_screen_away(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page, preset={"host_camera_enabled": False, "host_screen_share": False})
    open_studio(page, session)
    expect(page.get_by_label("Camera", exact=True)).to_have_count(0)
    page.wait_for_function("() => !document.querySelector('#record').disabled")
    page.get_by_role("button", name="Enter backstage", exact=True).click()
    expect(page.locator("#link-state")).to_have_text("Connected")
    expect(page.locator("#stage .tile-avatar")).to_be_visible()
    expect(page.get_by_role("button", name="Share screen")).to_have_count(0)


def test_closing_the_tab_while_live_asks_first(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page)
    enter_backstage(page, session)
    go_live(page)
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    expect(page.locator("#phase")).to_contain_text("Live")
    call(page, "POST", f"/sessions/{session['id']}/end")
