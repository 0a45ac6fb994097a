"""The pages of hosts in a real browser: axe-core finds nothing in either theme, nothing overflows a phone, keys and parts work."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staging import call, enter_watch, make_session

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
PUBLIC = ["/", "/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/signup/"]
PUBLIC += ["/accounts/password/reset/key/1-x/", "/no-such-page"]
GENERAL = [
    "/",
    "/dashboard",
    "/webinars/new",
    "/sessions",
    "/recordings",
    "/rooms",
    "/presets",
    "/presets/new",
    "/account",
    "/mailbox",
]
GENERAL += ["/accounts/password/change/", "/accounts/logout/", "/accounts/email/", "/no-such-page"]


def faults(page: Page) -> list[str]:
    """What axe-core objects to, and how far the page is wider than its window."""
    page.evaluate(AXE + "\n;0")
    found = page.evaluate(
        """async () => (await axe.run()).violations.flatMap((violation) =>
             violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")}`))"""
    )
    wider = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    return [*found, *([f"{wider} px too wide"] if wider > 0 else [])]


def faults_of(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    found = {}
    for address in addresses:
        page.goto(address)
        if wrong := faults(page):
            found[address] = wrong
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_public_pages_are_accessible_and_fit(theme, size, visitors):
    assert faults_of(visitors.new(color_scheme=theme, viewport=size), PUBLIC) == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_pages_of_hosts_are_accessible_and_fit(theme, size, visitors, product):
    page = visitors.sign_in(product, color_scheme=theme, viewport=size)
    session = make_session(page, "A title that is long enough to be broken over several lines on a phone")
    call(page, "POST", f"/sessions/{session['id']}/polls", {"question": "Which colour?", "options": ["red", "blue"]})
    invited = call(page, "POST", f"/sessions/{session['id']}/invitations", {"name": "Ada", "role": "speaker"})
    ends = ("", "/edit", "/duplicate", "/series", "/polls", "/people", "/reschedule", "/settings", "/delete")
    ends += (f"/invitations/{invited['id']}/edit",)
    own = [f"/sessions/{session['id']}{end}" for end in ends]
    own += [f"/rooms/{session['room_id']}{end}" for end in ("", "/edit", "/move", "/delete", "/sessions/new")]
    own += [f"/presets/{session['preset']['id']}{end}" for end in ("", "/delete")]
    assert faults_of(page, [*GENERAL, *own]) == {}


def test_a_webinar_at_a_date_is_planned_with_the_keyboard_alone(visitors, product):
    page = visitors.sign_in(product, timezone_id="Europe/Berlin")
    page.goto("/dashboard")  # which tells the product the browser's zone
    page.goto("/webinars/new")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Planned by keys")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Date and time")).to_be_visible()
    expect(page.get_by_text("Time zone: Europe/Berlin")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Schedule").press("Enter")
    page.wait_for_url(re.compile(r"/sessions/[0-9a-f-]{36}$"))
    expect(page.get_by_role("heading", name="Planned by keys")).to_be_visible()
    expect(page.locator("h1 ~ p time")).to_have_text(re.compile("CES?T$"))


def test_wrong_input_is_announced_at_its_field(visitors, product):
    page = visitors.sign_in(product)
    page.goto("/webinars/new")
    page.get_by_label("Title").fill("ab")
    page.get_by_role("button", name="Open studio").click()
    expect(page.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Title")).to_have_accessible_description(re.compile("at least 3 characters"))
    assert faults(page) == []


def test_the_theme_is_chosen_and_remembered(visitors):
    page = visitors.new(color_scheme="light")
    page.goto("/")
    page.get_by_role("button", name="Dark").click()
    page.goto("/accounts/login/")
    assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"
    assert faults(page) == []
    page.get_by_role("button", name="System").click()
    page.reload()
    assert page.evaluate("() => document.documentElement.dataset.theme ?? null") is None


def test_deleting_asks_in_a_dialog_that_escape_closes(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page, "To be deleted")
    page.goto(f"/sessions/{session['id']}")
    page.get_by_role("link", name="Delete", exact=True).click()
    dialog = page.get_by_role("dialog", name="Delete “To be deleted”?")
    expect(dialog).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Delete", exact=True).click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“To be deleted” is in the bin.")).to_be_visible()


def test_the_first_page_ever_shows_times_in_the_browsers_zone(visitors, product):
    host = visitors.sign_in(product)
    make_session(host, "Seen from Tokyo", scheduled_start_time="2031-07-07T13:00:00Z")
    stranger = visitors.new(timezone_id="Asia/Tokyo")
    stranger.goto("/")
    time = stranger.get_by_role("listitem").filter(has_text="Seen from Tokyo").locator("time")
    expect(time).to_have_text(re.compile("22:00"))
    expect(time).to_have_attribute("title", "Asia/Tokyo")
    stranger.reload()
    expect(time).to_have_text("Mon 7 Jul 2031, 22:00 UTC+09:00")


def test_the_page_of_a_session_follows_the_studio_without_a_reload(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page, "Followed")
    page.goto(f"/sessions/{session['id']}")
    page.wait_for_function("() => document.documentElement.dataset.following === 'open'")
    other = page.context.new_page()
    other.goto("/dashboard")
    call(other, "POST", f"/sessions/{session['id']}/go_live")
    expect(page.locator("#session").get_by_text("Live", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Resume")).to_be_visible()
    call(other, "POST", f"/sessions/{session['id']}/end")
    expect(page.locator("#session").get_by_text("Ended", exact=True)).to_be_visible()
    assert faults(page) == []


def test_what_the_host_edits_is_on_open_pages_at_once(visitors, product):
    page = visitors.sign_in(product)
    session = make_session(page, "Spring")
    lobby = visitors.new()
    enter_watch(lobby, session)
    page.goto(f"/sessions/{session['id']}")
    page.wait_for_function("() => document.documentElement.dataset.following === 'open'")
    other = page.context.new_page()
    other.goto(f"/sessions/{session['id']}/edit")
    other.get_by_label("Title").fill("Spring & summer")
    other.get_by_label("Description").fill("Bring coffee.")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("Saved. People with the page open see it at once.")).to_be_visible()
    for opened in (page, lobby):
        expect(opened.get_by_role("heading", name="Spring & summer", exact=True)).to_be_visible()
    expect(lobby.locator("#lobby").get_by_text("Bring coffee.")).to_be_visible()
    expect(lobby).to_have_title("Spring & summer · Webinar")
