"""Every row of docs/failures.md that a host can meet, met."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staging import call, enter_backstage, go_live, make_session, open_studio, sees_moving_picture
from tests.browser.test_studio import UNPLUG
from tests.browser.test_watch_failures import INSTAGRAM, refuse, shows

pytestmark = pytest.mark.browser


def failing_devices(name: str, message: str, kinds: str = "video audio") -> str:
    """A script that makes getUserMedia fail until ``window.repaired`` is set."""
    return f"""
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {{
      if (!window.repaired && {json.dumps(kinds.split())}.some((kind) => constraints[kind])) {{
        throw new DOMException({json.dumps(message)}, {json.dumps(name)});
      }}
      return ask(constraints);
    }};"""


@pytest.mark.parametrize(
    ("name", "message", "key", "title"),
    [
        ("NotAllowedError", "Permission denied", "permission_denied", "Camera or microphone not allowed"),
        ("NotAllowedError", "Permission denied by system", "system_denied", "Blocked by the system"),
        ("NotReadableError", "Could not start video source", "device_busy", "In use by another program"),
        ("NotFoundError", "Requested device not found", "device_missing", "No camera or microphone found"),
        ("UnknownError", "?", "device_failed", "The device does not start"),
    ],
)
def test_devices_that_do_not_open_are_explained_and_tried_again(visitors, product, name, message, key, title):
    page = visitors.sign_in(product)
    page.add_init_script(failing_devices(name, message))
    open_studio(page, make_session(page))
    shows(page, "#device-failure", key, title)
    page.evaluate("() => { window.repaired = true; }")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#device-failure")).to_be_hidden()
    expect(page.locator("[data-check=camera] [data-result]")).to_have_text("Your camera works.")


def test_without_a_camera_the_host_goes_on_with_the_microphone(visitors, product):
    page = visitors.sign_in(product)
    page.add_init_script(failing_devices("NotFoundError", "Requested device not found", "video"))
    open_studio(page, make_session(page))
    shows(page, "#device-failure", "device_missing", "No camera or microphone found")
    page.wait_for_function("() => !document.querySelector('#record').disabled")
    page.get_by_role("button", name="Enter backstage", exact=True).click()
    expect(page.locator("#link-state")).to_have_text("Connected")
    expect(page.get_by_role("button", name="Mute", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Start camera")).to_be_visible()


def test_the_only_microphone_unplugged_is_named_and_used_again_when_back(visitors, product):
    page = visitors.sign_in(product)
    page.add_init_script(UNPLUG)
    enter_backstage(page, make_session(page))
    page.evaluate("() => window.unplug('Audio Input')")
    expect(page.locator("[data-notice=device_unplugged] p")).to_contain_text("was unplugged and there is no other one.")
    expect(page.get_by_role("button", name="Unmute")).to_be_visible()
    page.evaluate("() => window.unplug()")
    expect(page.get_by_role("button", name="Mute", exact=True)).to_be_visible()
    expect(page.locator("[data-notice=device_unplugged]")).to_have_count(0)


def test_a_screen_that_is_not_handed_out_is_explained(visitors, product):
    page = visitors.sign_in(product)
    page.add_init_script(
        "navigator.mediaDevices.getDisplayMedia = async () => { throw new DOMException('No', 'NotAllowedError'); };"
    )
    enter_backstage(page, make_session(page))
    page.get_by_role("button", name="Share screen").click()
    expect(page.locator("[data-notice=screen_share_failed] p")).to_contain_text("did not allow the screen")
    sees_moving_picture(page)


@pytest.mark.parametrize(
    ("script", "key", "title"),
    [
        (
            "Object.defineProperty(window, 'isSecureContext', { value: false });",
            "insecure",
            "A secure address is needed",
        ),
        (
            "delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection;",
            "unsupported_browser",
            "This browser is not supported",
        ),
    ],
)
def test_a_browser_that_cannot_publish_is_told_so_before_anything_else(visitors, product, script, key, title):
    page = visitors.sign_in(product)
    session = make_session(page)
    page.add_init_script(script)
    page.goto(f"/sessions/{session['id']}/studio")
    shows(page, "#blocking", key, title)
    assert call(page, "GET", f"/sessions/{session['id']}")["backstage_open"] is False


def test_an_app_s_own_browser_is_told_to_use_a_real_one(visitors, product):
    page = visitors.sign_in(product, user_agent=INSTAGRAM)
    session = make_session(page)
    page.goto(f"/sessions/{session['id']}/studio")
    shows(page, "#blocking", "in_app_browser", "Open this in your browser")


@pytest.mark.parametrize(
    ("status", "code", "key", "title"),
    [
        (503, "media_unavailable", "media_unavailable", "Video is not available right now"),
        (401, "not_authenticated", "signed_out", "You are signed out"),
        (500, "server_error", "server_error", "Something went wrong"),
        (429, "too_many_requests", "too_many_requests", "A moment, please"),
    ],
)
def test_a_start_that_is_refused_says_why(visitors, product, status, code, key, title):
    page = visitors.sign_in(product)
    session = make_session(page)
    refuse(page, "**/start", status, code)
    refuse(page, "**/connection_check", status, code)
    open_studio(page, session)
    expect(page.locator("[data-check=connection]")).to_have_attribute("data-failure", key)
    page.get_by_role("button", name="Enter backstage", exact=True).click()
    shows(page, "#device-failure", key, title)


def test_the_connection_check_names_a_network_without_media(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page)
    page.add_init_script(
        """const Real = RTCPeerConnection;
        window.RTCPeerConnection = class extends Real {
          constructor(options) { super({ ...options, iceTransportPolicy: "relay" }); }
          setConfiguration(options) { super.setConfiguration({ ...options, iceTransportPolicy: "relay" }); }
        };"""
    )
    open_studio(page, session)
    check = page.locator("[data-check=connection]")
    expect(check).to_have_attribute("data-failure", "media_blocked")
    expect(page.locator("#connection-steps li")).to_have_text(
        ["Connection to the server: works", "Video and sound: does not work"]
    )
    expect(page.get_by_role("button", name="Check again")).to_be_visible()


def test_a_studio_that_loses_its_network_says_so_and_comes_back(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page)
    page.route("**/join", lambda route: route.abort())
    open_studio(page, session)
    page.wait_for_function("() => !document.querySelector('#record').disabled")
    page.get_by_role("button", name="Enter backstage", exact=True).click()
    shows(page, "#overlay", "offline", "You are offline")
    page.unroute("**/join")
    expect(page.locator("#link-state")).to_have_text("Connected")
    sees_moving_picture(page)


def test_going_live_beside_another_live_session_of_the_room_is_explained(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page)
    other = make_session(page, title="Already on", room_id=session["room_id"])
    call(page, "POST", f"/sessions/{other['id']}/go_live")
    enter_backstage(page, session)
    page.get_by_role("button", name="Go live").click()
    page.get_by_role("button", name="Yes, go live").click()
    expect(page.locator("[data-notice=another_is_live] p")).to_contain_text("End the other session first")
    call(page, "POST", f"/sessions/{other['id']}/end")
    go_live(page)
    expect(page.locator("[data-notice=another_is_live]")).to_have_count(0)


def test_a_backstage_closed_by_somebody_else_can_be_opened_again(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page)
    enter_backstage(page, session)
    call(page, "POST", f"/sessions/{session['id']}/end")
    shows(page, "#blocking", "backstage_closed", "The backstage was closed")
    page.get_by_role("button", name="Open it again").click()
    expect(page.locator("#link-state")).to_have_text("Connected")
    sees_moving_picture(page)


def test_a_webinar_ended_by_somebody_else_ends_here_too(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page)
    enter_backstage(page, session)
    go_live(page)
    call(page, "POST", f"/sessions/{session['id']}/end")
    expect(page.get_by_role("heading", name="The webinar has ended")).to_be_visible()
    page.reload()
    shows(page, "[data-failure]", "ended", "This webinar is over")


def test_a_session_cancelled_while_the_studio_is_open_says_so(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page)
    enter_backstage(page, session)
    call(page, "DELETE", f"/sessions/{session['id']}")
    shows(page, "#blocking", "cancelled", "Cancelled")


def test_somebody_who_is_not_crew_is_told_that_it_is_not_for_them(visitors, product):
    host: Page = visitors.sign_in(product)
    session = make_session(host)
    viewer = visitors.new()
    viewer.goto(f"/w/{session['room']['slug']}/{session['id']}")
    viewer.get_by_label("Your name").fill("Grace")
    viewer.get_by_role("button", name="Join", exact=True).click()
    expect(viewer.locator("#watch")).to_have_attribute("data-view", re.compile("lobby"))
    viewer.goto(f"/sessions/{session['id']}/studio")
    shows(viewer, "[data-failure]", "not_allowed", "Not for this account")
