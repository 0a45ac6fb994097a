"""Captions from the page where they are typed to the viewers, and the report afterwards."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.staging import call, enter_watch, make_session
from tests.browser.test_host_pages import DESKTOP, PHONE, faults

pytestmark = pytest.mark.browser


def live_session(host, title="Captioned", **fields):
    """On air, nobody publishing."""
    session = make_session(host, title, **fields)
    call(host, "POST", f"/sessions/{session['id']}/go_live")
    return session


def turn_on(viewer):
    viewer.locator("#captions-control").click()
    viewer.get_by_label("Show captions").check()


def test_a_typed_line_reaches_viewers_who_want_captions(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = live_session(host)
    enter_watch(viewer, session)
    expect(viewer.locator("#watch")).to_have_attribute("data-view", "theatre")
    expect(viewer.locator("#captions-control")).to_be_hidden()  # nothing to switch on yet
    host.goto(f"/sessions/{session['id']}/captions")
    expect(host.locator("#state")).to_contain_text("The webinar is live")
    line = host.get_by_label("Your line")
    expect(line).to_be_focused()
    line.press_sequentially("Welcome <b>everybody</b>.")
    line.press("Enter")
    expect(host.locator("#seen")).to_have_text("Welcome <b>everybody</b>.")
    expect(line).to_have_value("")
    expect(viewer.locator("#captions")).to_be_hidden()
    turn_on(viewer)
    expect(viewer.locator("#captions")).to_have_text("Welcome <b>everybody</b>.")
    expect(viewer.locator("#captions span")).to_have_attribute("lang", "en")
    viewer.get_by_label("Size").select_option("large")
    viewer.locator("#captions-place").select_option("top")
    box, stage = viewer.locator("#captions").bounding_box(), viewer.locator(".stage-picture").bounding_box()
    assert stage["y"] <= box["y"] < stage["y"] + stage["height"] / 3
    viewer.reload()
    expect(viewer.locator("#captions")).to_have_text("Welcome <b>everybody</b>.")
    expect(viewer.locator("#captions")).to_have_attribute("data-place", "top")
    expect(viewer.locator("#captions")).to_have_attribute("data-size", "large")


def test_a_viewer_chooses_among_languages(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = live_session(host)
    enter_watch(viewer, session)
    path = f"/sessions/{session['id']}/captions"
    call(host, "POST", path, {"text": "Good morning", "language": "en"})
    expect(viewer.locator("#captions-control")).to_be_visible()
    turn_on(viewer)
    expect(viewer.locator("#captions-languages")).to_be_hidden()
    call(host, "POST", path, {"text": "Guten Morgen", "language": "de"})
    expect(viewer.locator("#captions p")).to_have_text(["Good morning", "Guten Morgen"])
    viewer.get_by_label("Language").select_option(label="German")
    expect(viewer.locator("#captions p")).to_have_text(["Guten Morgen"])
    viewer.keyboard.press("Escape")
    expect(viewer.get_by_label("Show captions")).to_be_hidden()
    expect(viewer.locator("#captions-control")).to_be_focused()


def test_a_screen_reader_gets_several_lines_at_once_and_only_when_asked(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = live_session(host)
    enter_watch(viewer, session)
    path = f"/sessions/{session['id']}/captions"
    call(host, "POST", path, {"text": "One", "language": "en"})
    expect(viewer.locator("#captions-control")).to_be_visible()
    turn_on(viewer)
    viewer.get_by_label("Read new captions to my screen reader").check()
    for text in ("Two", "Three"):
        call(host, "POST", path, {"text": text, "language": "en"})
    expect(viewer.locator("#captions-spoken")).to_have_text("Two Three")


def test_a_line_that_did_not_get_through_comes_back_into_the_field(visitors, product):
    host = visitors.sign_in(product)
    session = live_session(host)
    host.goto(f"/sessions/{session['id']}/captions")
    expect(host.locator("#state")).to_contain_text("The webinar is live")
    line = host.get_by_label("Your line")
    host.get_by_label("Language").fill("not a tag")
    line.fill("Hello")
    line.press("Enter")
    expect(host.locator("#line-error")).to_contain_text("Enter a language code")
    expect(line).to_have_value("Hello")
    host.get_by_label("Language").fill("pt-BR")
    line.press("Enter")
    expect(host.locator("#seen span")).to_have_attribute("lang", "pt-BR")
    expect(host.locator("#line-error")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_captions_and_report_are_accessible_and_fit(visitors, product, size, theme):
    host = visitors.sign_in(product, viewport=size, color_scheme=theme)
    viewer = visitors.new(viewport=size, color_scheme=theme)
    session = live_session(host, "A title that is long enough to be broken over several lines on a phone")
    enter_watch(viewer, session, "Grace Brewster Murray Hopper of the United States Na")
    path = f"/sessions/{session['id']}"
    long = "A sentence that is long enough to take two lines of captions even on a wide screen. " * 3
    call(host, "POST", f"{path}/captions", {"text": long, "language": "en"})
    expect(viewer.locator("#captions-control")).to_be_visible()
    turn_on(viewer)
    expect(viewer.locator("#captions")).to_be_visible()
    slate, captions = viewer.locator("#away").bounding_box(), viewer.locator("#captions").bounding_box()
    words = viewer.locator("#away-words").bounding_box()
    assert words["y"] + words["height"] <= slate["y"] + slate["height"] <= captions["y"]
    assert faults(viewer) == []
    host.goto(f"{path}/captions")
    expect(host.locator("#seen")).to_be_visible()
    assert faults(host) == []
    host.goto(f"{path}/report")
    expect(host.locator("[data-number=total]")).to_have_text("1")
    assert faults(host) == []


def test_the_report_shows_who_came_and_gives_it_to_take_along(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = live_session(host, "Reported")
    enter_watch(viewer, session, "=cmd()")
    expect(viewer.locator("#watch")).to_have_attribute("data-view", "theatre")
    second = viewer.context.new_page()
    second.goto(viewer.url)
    expect(second.locator("#watch")).to_have_attribute("data-view", "theatre")
    host.goto(f"/sessions/{session['id']}")
    host.get_by_role("link", name="Report", exact=True).click()
    expect(host.locator("[data-number=total]")).to_have_text("1")
    expect(host.locator("tbody tr").last).to_contain_text("=cmd()")
    expect(host.locator("tbody tr").last).to_contain_text("Here now")
    call(viewer, "POST", f"/sessions/{session['id']}/leave")
    call(host, "POST", f"/sessions/{session['id']}/end")
    host.reload()
    expect(host.get_by_text("Here now")).to_have_count(0)
    with host.expect_download() as downloading:
        host.get_by_role("link", name="Download CSV").click()
    download = downloading.value
    assert download.suggested_filename == "attendance-reported.csv"
    lines = download.path().read_text(encoding="utf-8-sig").splitlines()
    assert re.match(r"'=cmd\(\),,true,20\d\d-", lines[1])
    assert len(lines) == 2
