"""Studio, watch page and stage hold whatever comes: any number of people, a shared screen, long panels, in every size."""

import os
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RESULTS
from tests.browser.crowd import Crowd, Guest
from tests.browser.layout import LINES, MARKS, UNBROKEN, faults_in_every_size, in_every_size
from tests.browser.staging import call, enter_backstage, enter_watch, go_live, make_session
from tests.browser.test_stage import go_on_stage, identity, invite

pytestmark = pytest.mark.browser

PRESET = {"stage_enabled": True, "audience_stage_join_request": True, "onstage_camera_enabled": True, "max_join_limit": 20}
TABS = ['[role="tab"]:not([hidden])']
COMPOSER = ["[data-composer] textarea", "[data-send]"]
STUDIO = ["#microphone", "#camera", "#share", "#devices", "#hide-stage", *TABS]
WATCH = ["#sound", "#quality", "#fullscreen", *TABS]
ON_STAGE = ["#microphone", "#camera", "#devices", "#leave-stage", *WATCH]
PANELS = {
    "chat": COMPOSER,
    "questions": [],
    "polls": [],
    "people": [],
    "stage": [],
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
        body = {"question": text, "options": [text[:200], text[:199] + "!", "No"]}
        poll = call(host, "POST", f"{path}/polls", body)
        assert "id" in poll, poll


@pytest.fixture(scope="module")
def crowd():
    with Crowd() as people:
        yield people


def test_controls_stay_in_view_whatever_comes(visitors, product, crowd):
    host, viewer, speaker = visitors.sign_in(product), visitors.new(), visitors.new()
    session = make_session(host, "A title that is long enough to be broken over several lines on a phone", preset=PRESET)
    enter_backstage(host, session)
    found = faults_in_every_size(host, [*STUDIO, *COMPOSER, "#leave", "#go-live"], "rehearsal")
    go_live(host)
    enter_watch(viewer, session)
    enter_watch(speaker, session, "W" * 50)
    studio = [*STUDIO, "#end"]

    tiles(viewer, 1)
    found += faults_with_each_panel(host, studio, "studio 1")
    found += faults_with_each_panel(viewer, WATCH, "watch 1")

    invite(host, speaker, session)
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
    for page, needed, name in ((host, studio, "studio"), (viewer, WATCH, "watch"), (speaker, ON_STAGE, "on stage")):
        tiles(page, 12)
        found += faults_with_each_panel(page, needed, f"{name} 12")

    host.get_by_role("button", name="Share screen").click()
    for page, needed, name in ((host, studio, "studio"), (viewer, WATCH, "watch"), (speaker, ON_STAGE, "on stage")):
        tiles(page, 13)
        found += faults_in_every_size(page, [*needed, *COMPOSER], f"{name} share")
        photograph(page, f"{name}-share")
    assert not found, "\n".join(found)
