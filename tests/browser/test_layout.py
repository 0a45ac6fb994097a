"""Studio, watch page and stage hold whatever comes: any number of people, a shared screen, long panels, in every size."""

import os
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RESULTS
from tests.browser.crowd import Crowd, Guest
from tests.browser.layout import LINES, MARKS, UNBROKEN, faults_in_every_size, in_every_size
from tests.browser.recorded import add_recording, ended_session, enter_replay, upload
from tests.browser.staging import call, enter_backstage, enter_watch, go_live, make_session
from tests.browser.test_encoder import enter as enter_encoder
from tests.browser.test_invitations import accept, bring_on, enter, me
from tests.browser.test_invitations import invite as invite_by_link
from tests.browser.test_stage import go_on_stage, invite
from tests.product import Product

pytestmark = pytest.mark.browser

PRESET = {
    "stage_enabled": True,
    "audience_stage_join_request": True,
    "onstage_camera_enabled": True,
    "max_join_limit": 20,
}
TABS = ['[role="tab"]:not([hidden])']
COMPOSER = ["[data-composer] textarea", "[data-send]"]
STUDIO = ["#microphone", "#camera", "#share", "#devices", "#hide-stage", *TABS]
WATCH = [".theatre-about > summary", "#sound", "#quality", "#fullscreen", *TABS]
ON_STAGE = ["#microphone", "#camera", "#devices", "#leave-stage", *WATCH]
WORDS = {
    "chat": ".chat-text",
    "questions": ".question-text",
    "polls": ".poll-question, .poll-option-text",
    "stage": ".stage-message",
}
PANELS = {
    "chat": COMPOSER,
    "questions": [],
    "polls": [],
    "people": [],
    "stage": [],
    "team": COMPOSER,
}


def photograph(page: Page, name: str) -> None:
    """For human eyes, when LAYOUT_PICTURES is set: the page in every size."""
    if not os.environ.get("LAYOUT_PICTURES"):
        return
    RESULTS.mkdir(exist_ok=True)
    for size in in_every_size(page):
        page.screenshot(path=RESULTS / f"layout-{name}-{size.replace(' ', '-')}.png")


def faults_with_each_panel(page: Page, needed: list[str], state: str) -> list[str]:
    """The faults in every size with every panel that the page offers open, the chat last."""
    found = []
    offered = page.locator('[role="tab"]:not([hidden])').evaluate_all("(tabs) => tabs.map((tab) => tab.dataset.panel)")
    for name in [*reversed(offered)]:
        page.locator(f"#tab-{name}").click()
        found += faults_in_every_size(page, [*needed, *PANELS[name]], f"{state}, {name} open")
        photograph(page, f"{state}-{name}")
    return found


def tiles(page: Page, number: int) -> None:
    expect(page.locator("#stage .tile")).to_have_count(number)


def talk(host: Page, guests: list[Guest], session: dict[str, Any]) -> None:
    """Fill every panel with more than it can show, and with words as high, as long and as dense as can be written."""
    path = f"/sessions/{session['id']}"
    words = [MARKS[:400], LINES[:499], UNBROKEN, "A sentence of common length, as most of them are.", "Short."]
    for guest in guests:
        for text in words:
            guest.call("POST", f"{path}/chat", {"message": text})
        guest.call("POST", f"{path}/questions", {"text": words[guests.index(guest) % len(words)]})
    messages = guests[0].call("GET", f"{path}/chat")["messages"]
    call(host, "POST", f"{path}/chat/{messages[1]['id']}/pin")
    for text in (MARKS[:400], LINES[:499], UNBROKEN):
        call(host, "POST", f"{path}/captions", {"text": text, "language": "en"})
        body = {"question": text, "options": [text[:200], text[:199] + "!", "No"]}
        poll = call(host, "POST", f"{path}/polls", body)
        assert "id" in poll, poll


def assert_captions_leave_the_picture(host: Page, viewer: Page, session: dict[str, Any]) -> None:
    heights = """() => [".stage-picture", "#captions", "#captions-menu"].map((each) => {
      const { top, bottom, height } = document.querySelector(each).getBoundingClientRect();
      return { top, bottom, height };
    })"""
    for number, _size in enumerate(in_every_size(viewer)):
        # A line fades after some seconds, so there is one for each size.
        text = f"{number} {UNBROKEN[:490]}"
        call(host, "POST", f"/sessions/{session['id']}/captions", {"text": text, "language": "en"})
        expect(viewer.locator("#captions")).to_contain_text(text)
        picture, captions, menu = viewer.evaluate(heights)
        assert 0 < captions["height"] <= 0.61 * picture["height"]
        assert menu["top"] >= picture["bottom"] - 1


def assert_one_row(page: Page, selector: str) -> None:
    """What ``selector`` finds stands in one row in a window of common width."""
    page.set_viewport_size({"width": 1280, "height": 800})
    boxes = [each.bounding_box() for each in page.locator(selector).all()]
    assert len(boxes) > 1
    assert max(box["y"] for box in boxes) < min(box["y"] + box["height"] for box in boxes)


def assert_words_are_cut_and_can_be_read(page: Page, panel: str, words: str) -> None:
    """Nothing of people's is higher than its place, and a button shows the rest of what is."""
    page.locator(f"#tab-{panel}").click()
    limit = "(all) => all.every((each) => each.clientHeight <= 11 * parseFloat(getComputedStyle(each).lineHeight))"
    assert page.locator(words).evaluate_all(limit)
    more = page.locator(f"#panel-{panel}").get_by_role("button", name="Show more").last
    cut = page.locator(f"#{more.get_attribute('aria-controls')}")
    before = cut.bounding_box()["height"]
    more.press("Enter")
    assert cut.bounding_box()["height"] > before
    less = page.locator(f"[aria-controls={cut.get_attribute('id')}]")
    expect(less).to_have_text("Show less")
    expect(less).to_be_focused()
    expect(less).to_have_attribute("aria-expanded", "true")
    less.press("Enter")
    expect(less).to_have_attribute("aria-expanded", "false")


def assert_roles_and_links_are_whole(host: Page, address: str) -> None:
    host.goto(f"{address}/people")
    role = host.get_by_role("radio", name="Speaker: comes on stage when you bring them on")
    expect(role).to_be_checked()
    host.goto(address)
    link = host.get_by_label("Link of this session")
    assert link.evaluate("(field) => field.scrollHeight <= field.clientHeight + 1")


def raise_hands(product: Product, session: dict[str, Any]) -> None:
    for number, text in enumerate((MARKS[:280], LINES[:280], UNBROKEN[:280])):
        guest = Guest(product, f"{number} {MARKS[:40]}")
        guest.join(session)
        guest.call("POST", f"/sessions/{session['id']}/stage/raise_hand", {"message": text})


@pytest.fixture(scope="module")
def crowd():
    with Crowd() as people:
        yield people


def test_controls_stay_in_view_whatever_comes(visitors, product, crowd):
    host, viewer, speaker = visitors.sign_in(product), visitors.new(), visitors.new()
    title = "A title that is long enough to be broken over several lines on a phone"
    session = make_session(host, title, preset=PRESET, description=LINES)
    enter_backstage(host, session)
    found = faults_in_every_size(host, [*STUDIO, *COMPOSER, "#leave", "#go-live"], "rehearsal")
    go_live(host)
    enter_watch(viewer, session)
    enter_watch(speaker, session, "W" * 50)
    studio = [*STUDIO, "#end"]

    tiles(viewer, 1)
    found += faults_with_each_panel(host, studio, "studio 1")
    found += faults_with_each_panel(viewer, WATCH, "watch 1")

    viewer.locator(".theatre-about summary").click()
    photograph(viewer, "watch-about")
    viewer.locator(".theatre-about summary").click()
    viewer.get_by_role("button", name="Raise hand").click()
    found += faults_in_every_size(viewer, ["#hand-raise"], "raise hand")
    viewer.get_by_role("button", name="Cancel").click()
    invite(host, speaker, session)
    found += faults_in_every_size(speaker, [], "preview")
    photograph(speaker, "preview")
    speaker.set_viewport_size({"width": 1280, "height": 800})
    go_on_stage(speaker)
    tiles(viewer, 2)
    found += faults_with_each_panel(host, studio, "studio 2")
    found += faults_with_each_panel(viewer, WATCH, "watch 2")
    found += faults_with_each_panel(speaker, ON_STAGE, "on stage 2")

    guests = [Guest(product, f"{number} {'W' * 40}") for number in range(10)]
    for guest in guests:
        body = {"participant_identity": guest.join(session)}
        call(host, "POST", f"/sessions/{session['id']}/stage/participants", body)
    for number, guest in enumerate(guests, 3):
        crowd.publish(guest, session, has_picture=number == 3)
        if number == 6:
            tiles(host, 6)
            tiles(viewer, 6)
            tiles(speaker, 6)
            found += faults_in_every_size(host, studio, "studio 6")
            found += faults_in_every_size(viewer, WATCH, "watch 6")
            found += faults_in_every_size(speaker, ON_STAGE, "on stage 6")
    talk(host, guests, session)
    raise_hands(product, session)
    for panel, words in WORDS.items():
        assert_words_are_cut_and_can_be_read(host, panel, words)
    viewer.locator("#captions-control").click()
    viewer.get_by_label("Show captions").check()
    found += faults_in_every_size(viewer, [*WATCH, *COMPOSER, "#captions-on", "#captions-speak"], "watch captions")
    photograph(viewer, "watch-captions")
    assert_captions_leave_the_picture(host, viewer, session)
    assert_one_row(viewer, ".watch-controls > :not([hidden])")
    viewer.locator("#captions-control").click()
    for page, needed, name in ((host, studio, "studio"), (viewer, WATCH, "watch"), (speaker, ON_STAGE, "on stage")):
        tiles(page, 12)
        found += faults_with_each_panel(page, needed, f"{name} 12")

    host.get_by_role("button", name="Share screen").click()
    for page, needed, name in ((host, studio, "studio"), (viewer, WATCH, "watch"), (speaker, ON_STAGE, "on stage")):
        tiles(page, 13)
        found += faults_in_every_size(page, [*needed, *COMPOSER], f"{name} share")
        photograph(page, f"{name}-share")
    assert not found, "\n".join(found)


def test_whoever_waits_or_helps_in_the_studio_sees_all_controls(visitors, product):
    host = visitors.sign_in(product)
    session = make_session(
        host, "A title that is long enough to be broken over several lines on a phone", preset=PRESET
    )
    encoder = make_session(host, "From OBS", mode="rtmp")
    enter_encoder(host, encoder)
    found = faults_in_every_size(host, [*TABS, "#encoder-open", "#leave", "#go-live", "#hide-stage"], "encoder")
    photograph(host, "encoder-studio")
    pages = {}
    for role in ("moderator", "speaker"):
        page = pages[role] = visitors.new()
        accept(page, invite_by_link(host, session, role, "Grace Brewster Murray Hopper"))
        enter(page)
        needed = [*TABS, "#leave"] if role == "moderator" else [*TABS, "#microphone", "#camera", "#devices", "#leave"]
        found += faults_with_each_panel(page, needed, f"{role} waiting")
    enter_backstage(host, session)
    go_live(host)
    speaker = pages["speaker"]
    bring_on(host, session, me(speaker))
    tiles(pages["moderator"], 2)
    expect(speaker.locator("#leave-stage")).to_be_visible()
    found += faults_with_each_panel(speaker, [*TABS, "#microphone", "#camera", "#leave-stage"], "speaker on stage")
    found += faults_with_each_panel(pages["moderator"], [*TABS, "#hide-stage", "#leave"], "moderator live")
    host.locator("#hide-stage").click()
    expect(host.locator("#show-stage")).to_be_visible()
    hidden = [name for name in STUDIO if name != "#hide-stage"]
    found += faults_in_every_size(host, [*hidden, "#show-stage", "#end"], "hidden")
    host.locator("#tab-polls").click()
    host.get_by_role("button", name="New poll").click()
    found += faults_in_every_size(host, [*hidden, "#show-stage", "#end"], "hidden, new poll")
    photograph(host, "hidden-new-poll")
    assert not found, "\n".join(found)


def test_pages_that_scroll_hold_their_shape_with_the_longest_words(visitors, product):
    host = visitors.sign_in(product)
    session = ended_session(host, "W" * 100, description=LINES[:499])
    recording = add_recording(product, session["id"], name="W" * 100)
    assert upload(host, recording)["success"] is True
    planned = make_session(host, "W" * 100, description=LINES[:499])
    invite_by_link(host, planned, "speaker", "W" * 50)
    encoder = make_session(host, "From OBS", mode="rtmp")
    own = {
        "dashboard": "/dashboard",
        "rooms": "/rooms",
        "presets": "/presets",
        "new preset": "/presets/new",
        "preset": f"/presets/{planned['preset']['id']}",
        "session": f"/sessions/{session['id']}",
        "planned": f"/sessions/{planned['id']}",
        "people": f"/sessions/{planned['id']}/people",
        "encoder": f"/sessions/{encoder['id']}",
        "report": f"/sessions/{session['id']}/report",
        "recording": f"/recordings/{recording}",
        "landing": "/",
    }
    assert_roles_and_links_are_whole(host, own["planned"])
    found = []
    for name, address in own.items():
        host.goto(address)
        found += faults_in_every_size(host, [], name, may_scroll=True)
        if name == "encoder":
            assert_one_row(host, ".crumbs a")
        photograph(host, name.replace(" ", "-"))
    viewer = visitors.new()
    enter_replay(viewer, session)
    expect(viewer.locator("[data-captions]")).to_be_visible()
    found += faults_in_every_size(viewer, [], "replay", may_scroll=True)
    assert_one_row(viewer, "#player .player-buttons > :is(.control):not([hidden])")
    photograph(viewer, "replay")
    assert not found, "\n".join(found)
