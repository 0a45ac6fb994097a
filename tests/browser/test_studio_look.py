"""Studio and watch page in every state: axe-core finds nothing in either theme, and nothing is wider than the window."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staging import call, enter_backstage, go_live, make_session, open_studio, sees_moving_picture
from tests.browser.test_host_pages import DESKTOP, PHONE, faults
from tests.browser.test_invitations import accept, enter, invite

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


def faults_in_every_look(page: Page) -> list[str]:
    """What is wrong with the page as it stands, on a phone and a desktop, light and dark."""
    found = []
    for theme in ("light", "dark"):
        for name, size in (("phone", PHONE), ("desktop", DESKTOP)):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size(size)
            found += [f"{theme} {name}: {fault}" for fault in faults(page)]
    return found


def test_invitations_people_and_the_studio_of_each_role_are_accessible_and_fit(visitors, product):
    host = visitors.sign_in(product)
    session = make_session(host, "A title that is long enough to be broken over several lines on a phone")
    found: dict[str, list[str]] = {}

    def look_at(page: Page, state: str) -> None:
        if wrong := faults_in_every_look(page):
            found[state] = wrong

    host.goto(f"/sessions/{session['id']}/people")
    look_at(host, "nobody but the host")
    for role in ("co_host", "moderator", "speaker"):
        page = visitors.new()
        invitation = invite(host, session, role, f"Grace Brewster Murray Hopper, {role}")
        page.goto(invitation["link"])
        expect(page.get_by_label("Your name")).to_have_value(invitation["name"])
        look_at(page, f"{role}: invitation")
        accept(page, invitation)
        look_at(page, f"{role}: check")
        enter(page)
        look_at(page, f"{role}: studio")
        page.close()
        page.context.new_page().goto(invitation["link"])
        look_at(page.context.pages[0], f"{role}: invitation again")
    invite(host, session, "speaker", "Somebody who has not come")
    host.goto(f"/sessions/{session['id']}/people")
    expect(host.get_by_text("Somebody who has not come").first).to_be_visible()
    look_at(host, "people")
    host.goto(f"/sessions/{session['id']}")
    look_at(host, "session with people")
    host.goto("/i/not-an-invitation")
    look_at(host, "no such invitation")
    assert found == {}
