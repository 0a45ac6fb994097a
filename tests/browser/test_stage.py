"""From the audience onto the stage and back, on the real media server."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.playing import expect_moving_video, expect_silence, expect_sound
from tests.browser.staging import call, enter_backstage, enter_watch, go_live, live_pair, make_session
from tests.browser.test_host_pages import DESKTOP, PHONE, faults

pytestmark = pytest.mark.browser

PRESET = {"stage_enabled": True, "audience_stage_join_request": True, "onstage_camera_enabled": True}
#: The tracks of camera and microphone that pages have opened and not stopped.
COUNT_TRACKS = """
window.opened = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (...constraints) => {
  const stream = await ask(...constraints);
  window.opened.push(...stream.getTracks());
  return stream;
};
"""
#: The fake microphone beeps too shortly for a voice: hum instead.
SPEAK = """() => {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    if (!constraints.audio) return ask(constraints);
    const context = new AudioContext();
    const [voice, out] = [new OscillatorNode(context, { frequency: 220 }), context.createMediaStreamDestination()];
    voice.connect(out);
    voice.start();
    return out.stream;
  };
}"""
LIGHTS_OFF = "() => window.opened.length > 0 && window.opened.every((track) => track.readyState === 'ended')"


def on_air(visitors, product, **preset: Any) -> tuple[Page, Page, dict[str, Any]]:
    """A host on air, an attendee whose devices are watched, and the session."""
    return live_pair(visitors, product, preset={**PRESET, **preset})


def stage(host: Page, session: dict[str, Any], action: str, method: str = "POST", **body: Any) -> Any:
    """Something that the crew does about the stage, through the API."""
    return call(host, method, f"/sessions/{session['id']}/stage/{action}", body if method != "GET" else None)


def identity(page: Page) -> str:
    return page.evaluate("() => JSON.parse(document.getElementById('config').textContent).me")


def raise_hand(viewer: Page, message: str = "") -> None:
    viewer.get_by_role("button", name="Raise hand").click()
    dialog = viewer.get_by_role("dialog", name="Raise your hand")
    dialog.get_by_label("What do you want to say?").fill(message)
    dialog.get_by_role("button", name="Raise hand").click()
    expect(viewer.get_by_role("button", name="Hand raised")).to_have_attribute("aria-pressed", "true")


def approve_first(host: Page, session: dict[str, Any]) -> None:
    hands = stage(host, session, "hand_raises", "GET")["hand_raises"]
    stage(host, session, f"hand_raises/{hands[0]['id']}/approve")


def invite(host: Page, viewer: Page, session: dict[str, Any]) -> None:
    """The crew brings the attendee on stage, who sees the preview."""
    stage(host, session, "participants", participant_identity=identity(viewer))
    expect(viewer.get_by_role("dialog", name="Come on stage")).to_be_visible()


def wait_for_own_picture(viewer: Page) -> None:
    viewer.wait_for_function("() => document.querySelector('#preview-video').videoWidth > 0")


def go_on_stage(viewer: Page) -> None:
    wait_for_own_picture(viewer)
    viewer.get_by_role("button", name="Go on stage").click()
    expect(viewer.locator("#stage-bar")).to_be_visible()
    expect(viewer.locator("#alerts")).to_have_text("You are on stage. Everyone sees and hears you.")


def count_tracks(page: Page) -> None:
    """Remember what the page opens, from now on."""
    page.evaluate(f"() => {{ {COUNT_TRACKS} }}")


def test_a_raised_hand_is_approved_and_everyone_sees_two_moving_pictures(visitors, product):
    host, viewer, session = on_air(visitors, product)
    count_tracks(viewer)
    raise_hand(viewer, "About the second slide")
    expect(viewer.locator("#hand-position")).to_have_text("You are next")
    assert stage(host, session, "hand_raises", "GET")["hand_raises"][0]["message"] == "About the second slide"
    approve_first(host, session)

    expect(viewer.get_by_role("dialog", name="Come on stage")).to_be_visible()
    expect(viewer.locator("#preview-recorded")).to_contain_text("recorded")
    wait_for_own_picture(viewer)
    third = visitors.new()
    enter_watch(third, session, "Third")
    expect_moving_video(third)
    expect(third.locator("#stage .tile")).to_have_count(1)  # a preview is not on the air

    go_on_stage(viewer)
    for page in (host, third, viewer):
        expect_moving_video(page, 2)
    expect(third.locator("#stage .tile-name")).to_contain_text(["Grace"])
    expect(viewer.locator(".tile-name", has_text="Grace (you)")).to_be_visible()
    expect_sound(viewer)
    expect(viewer.locator("#hand")).to_be_hidden()
    # The connection of the audience was left: one person, one connection.
    viewer.get_by_role("button", name="Mute", exact=True).click()
    expect(third.locator(".tile", has_text="Grace").locator(".tile-muted")).to_be_visible()

    stage(host, session, "participants/remove", participant_identity=identity(viewer))
    expect(viewer.locator("#stage-bar")).to_be_hidden()
    expect(viewer.locator("[data-notice=stage]")).to_contain_text("The host took you off the stage")
    for page in (host, third, viewer):
        expect(page.locator("#stage .tile")).to_have_count(1)
        expect_moving_video(page)
    viewer.wait_for_function(LIGHTS_OFF)
    expect(viewer.get_by_role("button", name="Raise hand")).to_be_visible()


def test_a_hand_goes_up_and_down_by_keyboard_and_a_rejection_is_said(visitors, product):
    host, viewer, session = on_air(visitors, product)
    button = viewer.locator("#hand")
    expect(button).to_be_visible()
    viewer.keyboard.press("Alt+h")
    viewer.get_by_label("What do you want to say?").press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    viewer.keyboard.press("Alt+h")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert stage(host, session, "hand_raises", "GET")["hand_raises"] == []
    raise_hand(viewer)
    hand = stage(host, session, "hand_raises", "GET")["hand_raises"][0]
    stage(host, session, f"hand_raises/{hand['id']}/reject")
    expect(viewer.locator("[data-notice=hand]")).to_contain_text("You may raise your hand again later.")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_cancelled_dialog_raises_no_hand(visitors, product):
    host, viewer, session = on_air(visitors, product)
    viewer.get_by_role("button", name="Raise hand").click()
    viewer.get_by_role("button", name="Cancel").click()
    expect(viewer.locator("#hand-dialog")).to_be_hidden()
    viewer.get_by_role("button", name="Raise hand").click()
    viewer.keyboard.press("Escape")
    expect(viewer.locator("#hand-dialog")).to_be_hidden()
    assert stage(host, session, "hand_raises", "GET")["hand_raises"] == []


def test_the_hand_is_only_offered_where_the_stage_is_on(visitors, product):
    host, viewer, session = on_air(visitors, product)
    expect(viewer.locator("#hand")).to_be_visible()
    call(host, "PATCH", f"/sessions/{session['id']}/settings", {"stage_enabled": False})
    expect(viewer.locator("#hand")).to_be_hidden()
    call(host, "PATCH", f"/sessions/{session['id']}/settings", {"stage_enabled": None})
    expect(viewer.locator("#hand")).to_be_visible()


def test_not_now_gives_the_place_back_and_turns_the_camera_off(visitors, product):
    host, viewer, session = on_air(visitors, product)
    count_tracks(viewer)
    invite(host, viewer, session)
    wait_for_own_picture(viewer)
    viewer.get_by_role("button", name="Not now").click()
    expect(viewer.locator("#preview-dialog")).to_be_hidden()
    expect(viewer.locator("[data-notice=stage]")).to_contain_text("You stay in the audience.")
    viewer.wait_for_function(LIGHTS_OFF)
    expect(viewer.get_by_role("button", name="Raise hand")).to_be_visible()
    assert stage(host, session, "participants", "GET")["participants"] == []
    expect(host.locator("#stage .tile")).to_have_count(1)


def test_a_closed_preview_keeps_the_place_and_can_be_opened_again(visitors, product):
    host, viewer, session = on_air(visitors, product)
    count_tracks(viewer)
    invite(host, viewer, session)
    wait_for_own_picture(viewer)
    viewer.keyboard.press("Escape")
    expect(viewer.locator("#preview-dialog")).to_be_hidden()
    viewer.wait_for_function(LIGHTS_OFF)
    viewer.get_by_role("button", name="Get ready").click()
    go_on_stage(viewer)
    expect_moving_video(host, 2)


def test_leaving_the_stage_leads_back_to_the_audience(visitors, product):
    host, viewer, session = on_air(visitors, product)
    count_tracks(viewer)
    invite(host, viewer, session)
    go_on_stage(viewer)
    expect_moving_video(host, 2)
    viewer.get_by_role("button", name="Leave stage").click()
    viewer.wait_for_function(LIGHTS_OFF)
    expect(host.locator("#stage .tile")).to_have_count(1)
    expect_moving_video(viewer)
    assert stage(host, session, "participants", "GET")["participants"] == []


def test_a_hidden_stage_shows_the_slate_and_comes_back_by_itself(visitors, product):
    host, viewer, session = on_air(visitors, product)
    invite(host, viewer, session)
    go_on_stage(viewer)
    third = visitors.new()
    enter_watch(third, session, "Third")
    expect_moving_video(third, 2)
    stage(host, session, "hide")
    for page in (viewer, third):
        expect(page.locator("#away")).to_be_visible()
        expect_silence(page)
    expect(viewer.locator("#away-words")).to_contain_text("nobody sees or hears you")
    expect(third.locator("#away-words")).to_contain_text("The stage takes a short break.")
    stage(host, session, "show")
    for page in (viewer, third):
        expect(page.locator("#away")).to_be_hidden()
        expect_moving_video(page, 2)
    expect_sound(third)
    # It ends while tracks are on their way back: no fault that anybody is told of
    stage(host, session, "hide")
    expect(viewer.locator("#away")).to_be_visible()
    stage(host, session, "show")
    call(host, "POST", f"/sessions/{session['id']}/end")
    for page in (viewer, host):
        expect(page.locator("#over-title")).to_be_visible()
        expect(page.locator("[data-notice=server_error]")).to_have_count(0)


def test_a_permission_taken_is_explained_and_given_back(visitors, product):
    host, viewer, session = on_air(visitors, product)
    invite(host, viewer, session)
    go_on_stage(viewer)
    expect_moving_video(host, 2)
    place = f"participants/{identity(viewer)}/permissions"
    stage(host, session, place, "PATCH", can_publish_video=False)
    expect(viewer.locator("#camera")).to_be_disabled()
    expect(viewer.locator("[data-notice=right-camera]")).to_contain_text("The host turned your camera off")
    expect(host.locator("#stage .tile", has_text="Grace").locator("video")).to_be_hidden()
    stage(host, session, place, "PATCH", can_publish_video=True)
    viewer.get_by_role("button", name="Start camera").click()
    expect_moving_video(host, 2)


def test_the_stage_moves_to_another_tab_without_a_fight(visitors, product):
    host, viewer, session = on_air(visitors, product)
    invite(host, viewer, session)
    go_on_stage(viewer)
    count_tracks(viewer)
    other = viewer.context.new_page()
    other.goto(viewer.url)
    expect(other.locator("[data-notice=offer]")).to_contain_text("You are on stage in another window")
    expect(other.locator("#preview-dialog")).to_be_hidden()
    other.get_by_role("button", name="Move here").click()
    wait_for_own_picture(other)
    other.locator("#preview-go").click()
    expect(other.locator("#stage-bar")).to_be_visible()
    expect(viewer.locator("#stage-bar")).to_be_hidden()
    expect(viewer.locator("[data-notice=offer]")).to_contain_text("You are on stage in another window")
    expect_moving_video(host, 2)
    expect_moving_video(viewer, 2)
    expect(other.locator("#stage-bar")).to_be_visible()


def test_after_a_reload_they_are_on_stage_again_as_they_were(visitors, product):
    host, viewer, session = on_air(visitors, product)
    invite(host, viewer, session)
    go_on_stage(viewer)
    viewer.get_by_role("button", name="Mute", exact=True).click()
    viewer.on("dialog", lambda dialog: dialog.accept())
    viewer.reload()
    expect(viewer.locator("#stage-bar")).to_be_visible()
    expect(viewer.get_by_role("button", name="Unmute", exact=True)).to_be_visible()
    expect(viewer.get_by_role("button", name="Stop camera")).to_be_visible()
    expect_moving_video(host, 2)
    viewer.get_by_role("button", name="Stop camera").click()
    viewer.reload()
    expect(viewer.locator("#stage-bar")).to_be_visible()
    expect(viewer.get_by_role("button", name="Start camera")).to_be_visible()


def test_whoever_opens_the_page_anew_by_its_link_is_offered_the_place_again(visitors, product):
    host, viewer, session = on_air(visitors, product)
    invite(host, viewer, session)
    go_on_stage(viewer)
    viewer.on("dialog", lambda dialog: dialog.accept())
    viewer.goto(viewer.url)
    expect(viewer.get_by_role("dialog", name="Come back on stage?")).to_be_visible()
    go_on_stage(viewer)
    expect_moving_video(host, 2)


def test_a_full_stage_is_said_and_the_hand_waits(visitors, product):
    host, viewer, session = on_air(visitors, product, max_join_limit=1)
    other = visitors.new()
    enter_watch(other, session, "Ada")
    expect_moving_video(other)
    invite(host, other, session)
    viewer.get_by_role("button", name="Raise hand").click()
    expect(viewer.locator("#hand-full")).to_be_visible()


def test_a_screen_is_large_and_the_cameras_stand_beside_it(visitors, product):
    host, viewer, session = on_air(visitors, product, onstage_screen_share=True)
    invite(host, viewer, session)
    go_on_stage(viewer)
    viewer.get_by_role("button", name="Share screen").click()
    third = visitors.new()
    enter_watch(third, session, "Third")
    expect_moving_video(third, 3)
    size = "(tile) => tile.getBoundingClientRect().width"
    widths = [tile.evaluate(size) for tile in third.locator("#stage .tile").all()]
    assert widths[0] > 2.5 * max(widths[1:])


def test_whoever_speaks_is_framed(visitors, product):
    host, viewer, session = on_air(visitors, product)
    third = visitors.new()
    enter_watch(third, session, "Third")
    expect_moving_video(third)
    # The media server tells changes: whoever comes later hears of a voice when it rises or falls.
    viewer.evaluate(SPEAK)
    invite(host, viewer, session)
    go_on_stage(viewer)
    expect(third.locator("#stage .tile.is-speaking .tile-name")).to_have_text("Grace")
    viewer.get_by_role("button", name="Mute", exact=True).click()
    expect(third.locator("#stage .tile.is-speaking")).to_have_count(0)


@pytest.mark.parametrize(("theme", "size"), [("light", PHONE), ("dark", DESKTOP)], ids=["phone", "desktop"])
def test_every_state_of_the_way_on_stage_is_accessible_and_fits(theme, size, visitors, product):
    host = visitors.sign_in(product)
    session = make_session(host, preset=PRESET)
    enter_backstage(host, session)
    go_live(host)
    viewer = visitors.new(color_scheme=theme, viewport=size)
    enter_watch(viewer, session, "Ada Lovelace, Countess of the Analytical Engine and everything that came of it")
    expect_moving_video(viewer)
    found: dict[str, list[str]] = {}

    def look_at(state: str) -> None:
        if wrong := faults(viewer):
            found[state] = wrong

    viewer.get_by_role("button", name="Raise hand").click()
    look_at("hand")
    viewer.get_by_role("button", name="Cancel").click()
    raise_hand(viewer)
    look_at("raised")
    invite(host, viewer, session)
    wait_for_own_picture(viewer)
    look_at("preview")
    go_on_stage(viewer)
    expect_moving_video(viewer, 2)
    look_at("on stage")
    viewer.get_by_role("button", name="Devices").click()
    look_at("devices")
    viewer.get_by_role("button", name="Done").click()
    stage(host, session, "hide")
    expect(viewer.locator("#away")).to_be_visible()
    look_at("hidden")
    assert found == {}
