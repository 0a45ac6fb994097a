"""Studio and watch page in every state: axe-core finds nothing in either theme, and nothing is wider than the window."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staging import call, enter_backstage, go_live, make_session, open_studio, sees_moving_picture
from tests.browser.test_host_pages import DESKTOP, PHONE, faults

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_state_of_studio_and_watch_page_is_accessible_and_fits(theme, size, visitors, product):
    look = {"color_scheme": theme, "viewport": size}
    host, viewer = visitors.sign_in(product, **look), visitors.new(**look)
    session = make_session(
        host,
        "A title that is long enough to be broken over several lines on a phone",
        scheduled_start_time="2031-01-01T10:00:00Z",
        description="What it is about.\nWhat to bring.",
    )
    found: dict[str, list[str]] = {}

    def look_at(page: Page, state: str) -> None:
        if wrong := faults(page):
            found[state] = wrong

    open_studio(host, session)
    expect(host.locator("[data-check=connection]")).to_have_attribute("data-state", "passed")
    look_at(host, "check")
    enter_backstage(host, session)
    look_at(host, "rehearsal")
    viewer.goto(f"/w/{session['room']['slug']}")
    look_at(viewer, "entrance")
    viewer.get_by_label("Your name").fill("Grace")
    viewer.get_by_role("button", name="Join", exact=True).click()
    expect(viewer.locator("#countdown")).to_be_visible()
    look_at(viewer, "lobby")
    host.get_by_role("button", name="Go live").click()
    look_at(host, "confirmation")
    host.get_by_role("button", name="Not yet").click()
    go_live(host)
    host.get_by_role("button", name="Share screen").click()
    sees_moving_picture(viewer, "screen")
    look_at(host, "live")
    look_at(viewer, "theatre")
    host.get_by_role("button", name="Mute", exact=True).click()
    host.get_by_role("button", name="Stop camera").click()
    host.get_by_role("button", name="Stop sharing").click()
    expect(viewer.locator(".tile[data-kind=camera] .tile-avatar")).to_be_visible()
    look_at(host, "muted")
    look_at(viewer, "without picture")
    host.get_by_role("button", name="Devices").click()
    look_at(host, "devices")
    call(host, "POST", f"/sessions/{session['id']}/end")
    expect(host.locator("#over-title")).to_be_visible()
    expect(viewer.locator("#over-title")).to_be_visible()
    look_at(host, "studio over")
    look_at(viewer, "over")
    viewer.reload()
    look_at(viewer, "over at its address")
    assert found == {}
