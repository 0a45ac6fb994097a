"""A studio that is loaded anew while live: on air again as it was, in one step; and never where somebody else is."""

import pytest
from playwright.sync_api import expect

from tests.browser.staging import live_pair, open_studio, sees_moving_picture

pytestmark = pytest.mark.browser


def is_on_air(page):
    expect(page.locator("#link-state")).to_have_text("Connected")
    expect(page.locator("#phase")).to_have_attribute("data-phase", "live")
    expect(page.locator("#check")).to_be_hidden()
    expect(page.locator("#blocking")).to_be_hidden()


def on_air(visitors, product):
    """A host on air, who says yes when the browser asks before leaving, a viewer, and the session."""
    host, viewer, session = live_pair(visitors, product)
    host.on("dialog", lambda dialog: dialog.accept())
    return host, viewer, session


def test_it_is_on_air_again_without_a_click_with_the_same_devices(visitors, product):
    host, viewer, _session = on_air(visitors, product)
    host.get_by_role("button", name="Devices").click()
    chooser = host.get_by_role("dialog").get_by_label("Microphone")
    chooser.select_option(label="Fake Audio Input 2")
    host.get_by_role("button", name="Done").click()
    host.reload()
    is_on_air(host)
    expect(host.get_by_role("button", name="Mute", exact=True)).to_be_visible()
    expect(host.get_by_role("button", name="Stop camera")).to_be_visible()
    sees_moving_picture(viewer)
    host.get_by_role("button", name="Devices").click()
    expect(chooser.locator("option:checked")).to_have_text("Fake Audio Input 2")


def test_who_was_muted_comes_back_muted_and_a_camera_that_was_off_stays_off(visitors, product):
    host, viewer, _session = on_air(visitors, product)
    host.get_by_role("button", name="Mute", exact=True).click()
    host.get_by_role("button", name="Stop camera").click()
    expect(host.get_by_role("button", name="Start camera")).to_be_visible()
    host.reload()
    is_on_air(host)
    expect(host.get_by_role("button", name="Unmute")).to_be_visible()
    expect(host.get_by_role("button", name="Start camera")).to_be_visible()
    expect(viewer.locator("#stage .tile-avatar")).to_be_visible()
    host.get_by_role("button", name="Start camera").click()
    sees_moving_picture(viewer)


def test_a_shared_screen_cannot_come_back_by_itself_and_that_is_said(visitors, product):
    host, viewer, _session = on_air(visitors, product)
    host.get_by_role("button", name="Share screen").click()
    sees_moving_picture(viewer, "screen")
    host.reload()
    is_on_air(host)
    expect(host.locator("[data-notice=share-again] p")).to_contain_text("Your screen is no longer shared")
    sees_moving_picture(viewer)


def test_a_copy_of_the_tab_asks_and_the_first_one_stays_on_air(visitors, product):
    host, viewer, _session = on_air(visitors, product)
    with host.expect_popup() as opened:
        host.evaluate("window.open(location.href)")  # takes a copy of the session storage along
    copy = opened.value
    copy.reload()
    expect(copy.get_by_role("heading", name="Check your devices")).to_be_visible()
    copy.wait_for_function("() => !document.querySelector('#record').disabled")
    copy.get_by_role("button", name="Go on air").click()
    expect(copy.locator("#blocking")).to_have_attribute("data-failure", "connected_elsewhere")
    is_on_air(host)
    sees_moving_picture(viewer)
    host.reload()
    is_on_air(host)


def test_where_it_went_on_meanwhile_it_is_not_taken_back_without_asking(visitors, product):
    host, viewer, session = on_air(visitors, product)
    noted = host.evaluate("id => sessionStorage.getItem(`on-air:${id}`)", session["id"])
    second = host.context.new_page()
    open_studio(second, session)
    second.get_by_role("button", name="Go on air").click()
    second.get_by_role("button", name="Move here").click()
    expect(host.locator("#blocking")).to_have_attribute("data-failure", "continued_elsewhere")
    assert host.evaluate("id => sessionStorage.getItem(`on-air:${id}`)", session["id"]) is None
    # As if the first tab had crashed before it could hear of that.
    host.evaluate("([id, noted]) => sessionStorage.setItem(`on-air:${id}`, noted)", [session["id"], noted])
    host.reload()
    expect(host.locator("#blocking")).to_have_attribute("data-failure", "connected_elsewhere")
    is_on_air(second)
    sees_moving_picture(viewer)
    host.get_by_role("button", name="Move here").click()
    is_on_air(host)


def test_where_the_browser_asks_for_the_devices_the_check_comes_first(visitors, product):
    host, _viewer, _session = on_air(visitors, product)
    # Chromium's fake devices are always allowed.
    host.add_init_script("navigator.permissions.query = async () => ({ state: 'prompt' });")
    host.reload()
    expect(host.get_by_role("heading", name="Check your devices")).to_be_visible()
