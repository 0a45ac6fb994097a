"""Every row of docs/failures.md that a viewer can meet, met."""

import json
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.playing import expect_sound
from tests.browser.staging import call, enter_backstage, enter_watch, go_live, make_session, sees_moving_picture

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"
INSTAGRAM = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 300.0"


def refuse(page: Page, path: str, status: int, code: str) -> None:
    """The API answers ``path`` with this refusal from now on."""
    body = json.dumps({"success": False, "error": "Refused.", "code": code, "timestamp": 0})
    page.route(path, lambda route: route.fulfill(status=status, body=body, content_type="application/json"))


def shows(page: Page, selector: str, key: str, title: str) -> None:
    """The box shows this row with all it says."""
    box = page.locator(selector)
    expect(box).to_have_attribute("data-failure", key)
    expect(box).to_be_visible()
    expect(box.get_by_text(title, exact=True)).to_be_visible()


def go_live_by_api(host: Page, session: dict) -> None:
    assert call(host, "POST", f"/sessions/{session['id']}/go_live")["session"]["status"] == "live"


@pytest.mark.parametrize(
    ("status", "code", "key", "title"),
    [
        (403, "banned", "removed", "You were removed"),
        (403, "not_allowed", "not_allowed", "Not for this account"),
        (401, "not_authenticated", "signed_out", "You are signed out"),
    ],
)
def test_a_refused_join_is_final_and_says_why(visitors, product, status, code, key, title):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host)
    refuse(viewer, "**/join", status, code)
    enter_watch(viewer, session)
    go_live_by_api(host, session)
    shows(viewer, "#blocking", key, title)


@pytest.mark.parametrize(
    ("status", "code", "key", "title"),
    [
        (503, "media_unavailable", "media_unavailable", "Video is not available right now"),
        (429, "too_many_requests", "too_many_requests", "A moment, please"),
        (500, "server_error", "server_error", "Something went wrong"),
    ],
)
def test_a_join_that_may_work_later_is_tried_again(visitors, product, status, code, key, title):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host)
    refuse(viewer, "**/join", status, code)
    enter_watch(viewer, session)
    go_live_by_api(host, session)
    shows(viewer, "#overlay", key, title)
    viewer.unroute("**/join")
    expect(viewer.locator("#overlay")).to_be_hidden()
    expect(viewer.get_by_text("We’ll be right back").last).to_be_visible()


def test_without_network_the_page_says_offline_and_comes_back(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host)
    enter_watch(viewer, session)
    viewer.route("**/join", lambda route: route.abort())
    go_live_by_api(host, session)
    shows(viewer, "#overlay", "offline", "You are offline")
    viewer.unroute("**/join")
    expect(viewer.locator("#overlay")).to_be_hidden()


def test_a_network_without_media_is_named(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host)
    viewer.add_init_script(
        """const Real = RTCPeerConnection;
        window.RTCPeerConnection = class extends Real {
          constructor(options) { super({ ...options, iceTransportPolicy: "relay" }); }
          setConfiguration(options) { super.setConfiguration({ ...options, iceTransportPolicy: "relay" }); }
        };"""
    )
    enter_watch(viewer, session)
    go_live_by_api(host, session)
    expect(viewer.locator("#overlay")).to_have_attribute("data-failure", "media_blocked")
    expect(viewer.get_by_text("Video and sound are blocked")).to_be_visible()


def test_an_app_s_own_browser_gets_a_hint_and_still_works(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new(user_agent=INSTAGRAM)
    enter_watch(viewer, make_session(host))
    shows(viewer, "#browser-hint", "in_app_browser", "Open this in your browser")
    expect(viewer.locator("#countdown")).to_be_visible()


def test_a_browser_without_live_video_is_told_to_change(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    viewer.add_init_script(
        """delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection;
        delete window.MediaSource; delete window.ManagedMediaSource; delete window.WebKitMediaSource;
        HTMLMediaElement.prototype.canPlayType = () => "";"""
    )
    session = make_session(host)
    viewer.goto(f"/w/{session['room']['slug']}/{session['id']}")
    viewer.get_by_label("Your name").fill("Grace")
    viewer.get_by_role("button", name="Join", exact=True).click()
    shows(viewer, "#blocking", "unsupported_browser", "This browser is not supported")


def test_where_sound_needs_a_click_there_is_a_button_for_it(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    # As an autoplay policy does: sound does not start until the button was pressed.
    viewer.add_init_script(
        """const play = HTMLMediaElement.prototype.play;
        window.mayPlay = false;
        addEventListener("pointerdown", (event) => { window.mayPlay ||= event.target.closest("#unmute") !== null; }, true);
        HTMLAudioElement.prototype.play = function () {
          if (window.mayPlay || !this.srcObject) return play.call(this);
          this.pause();
          return Promise.reject(new DOMException("play() needs a click", "NotAllowedError"));
        };"""
    )
    session = make_session(host)
    enter_backstage(host, session)
    go_live(host)
    enter_watch(viewer, session)
    sees_moving_picture(viewer)
    button = viewer.get_by_role("button", name="Turn sound on")
    expect(button).to_have_attribute("data-failure", "sound_blocked")
    button.click()
    expect(button).to_be_hidden()
    expect_sound(viewer)


def test_a_rescheduled_webinar_tells_the_new_time(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host, scheduled_start_time="2031-01-01T10:00:00Z")
    enter_watch(viewer, session)
    call(host, "PATCH", f"/sessions/{session['id']}/reschedule", {"scheduled_start_time": "2031-02-03T10:00:00Z"})
    expect(viewer.locator("[data-notice=moved] p")).to_contain_text("3 February 2031, ")
    expect(viewer.locator("#start-time")).to_contain_text("3 February 2031, ")


def test_a_webinar_cancelled_in_the_lobby_says_so(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host)
    enter_watch(viewer, session)
    call(host, "DELETE", f"/sessions/{session['id']}")
    shows(viewer, "#blocking", "cancelled", "Cancelled")
    viewer.reload()
    shows(viewer, "[data-failure]", "cancelled", "Cancelled")


def test_a_webinar_cancelled_while_the_socket_was_opening_says_so(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host)

    def cancel_before_the_ticket_arrives(route):
        ticket = route.fetch()
        call(host, "DELETE", f"/sessions/{session['id']}")
        route.fulfill(response=ticket)

    viewer.route("**/realtime/ticket", cancel_before_the_ticket_arrives, times=1)
    viewer.goto(f"/w/{session['room']['slug']}/{session['id']}")
    viewer.get_by_label("Your name").fill("Ada")
    viewer.get_by_role("button", name="Join", exact=True).click()
    shows(viewer, "#blocking", "cancelled", "Cancelled")


def test_an_ended_webinar_says_so_at_its_address(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host)
    go_live_by_api(host, session)
    call(host, "POST", f"/sessions/{session['id']}/end")
    viewer.goto(f"/w/{session['room']['slug']}/{session['id']}")
    shows(viewer, "[data-failure]", "ended", "This webinar is over")


def test_a_webinar_that_took_place_and_was_deleted_is_no_longer_available_until_it_is_back(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host)
    go_live_by_api(host, session)
    call(host, "POST", f"/sessions/{session['id']}/end")
    call(host, "DELETE", f"/sessions/{session['id']}")
    viewer.goto(f"/w/{session['room']['slug']}/{session['id']}")
    shows(viewer, "[data-failure]", "no_longer_available", "No longer available")
    call(host, "POST", f"/sessions/{session['id']}/restore")
    viewer.reload()
    shows(viewer, "[data-failure]", "ended", "This webinar is over")
    call(host, "DELETE", f"/rooms/{session['room_id']}")
    viewer.goto(f"/w/{session['room']['slug']}")
    shows(viewer, "[data-failure]", "room_removed", "No longer available")


def test_a_webinar_of_an_organization_that_staff_closed_is_no_longer_available_until_it_is_open_again(
    visitors, product
):
    name = "Closed for a while"
    product.manage("create_host", "closed@example.com", "--password", PASSWORD, "--organization", name)
    staff, host, viewer, late = visitors.sign_in(product), visitors.new(), visitors.new(), visitors.new()
    sign_in(host, "closed@example.com", PASSWORD)
    session = make_session(host)
    address = f"/w/{session['room']['slug']}/{session['id']}"
    enter_watch(viewer, session)
    administer(staff, name, "Deactivate")
    shows(viewer, "#blocking", "withdrawn", "No longer available")
    late.goto(address)
    shows(late, "[data-failure]", "withdrawn", "No longer available")
    administer(staff, name, "Activate again")
    late.reload()
    expect(late.get_by_label("Your name")).to_be_visible()


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/dashboard")


def administer(staff: Page, organization: str, action: str) -> None:
    """Do ``action`` of the admin to this organization."""
    staff.goto(f"/admin/organizations/organization/?q={quote(organization)}")
    staff.locator("input.action-select").check()
    staff.get_by_label("Action:").select_option(
        staff.locator("select[name=action] option", has_text=action).get_attribute("value")
    )
    staff.get_by_role("button", name="Go").click()
    expect(staff.get_by_text("1 organization was changed.")).to_be_visible()


def test_an_expired_webinar_says_so(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host)
    refuse(viewer, "**/join", 409, "session_expired")
    enter_watch(viewer, session)
    go_live_by_api(host, session)
    shows(viewer, "#blocking", "expired", "It did not take place")


def test_an_unknown_address_says_that_nothing_is_here(visitors):
    viewer = visitors.new()
    viewer.goto("/w/no-such-webinar")
    shows(viewer, "[data-failure]", "not_found", "Webinar not found")
