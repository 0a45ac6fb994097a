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
from tests.browser.test_invitations import accept, bring_on, enter, me
from tests.browser.test_invitations import invite as invite_by_link
from tests.browser.test_stage import go_on_stage, invite
from tests.product import Product

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
        call(host, "POST", f"{path}/captions", {"text": text, "language": "en"})
        body = {"question": text, "options": [text[:200], text[:199] + "!", "No"]}
        poll = call(host, "POST", f"{path}/polls", body)
        assert "id" in poll, poll


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
    raise_hands(product, session)
    viewer.locator("#captions-control").click()
    viewer.get_by_label("Show captions").check()
    found += faults_in_every_size(viewer, [*WATCH, *COMPOSER, "#captions-on", "#captions-speak"], "watch captions")
    photograph(viewer, "watch-captions")
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
    session = make_session(host, "A title that is long enough to be broken over several lines on a phone", preset=PRESET)
    found = []
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
    found = []
    for name, address in own.items():
        host.goto(address)
        found += faults_in_every_size(host, [], name, may_scroll=True)
        photograph(host, name.replace(" ", "-"))
    viewer = visitors.new()
    enter_replay(viewer, session)
    expect(viewer.locator("[data-captions]")).to_be_visible()
    found += faults_in_every_size(viewer, [], "replay", may_scroll=True)
    viewer.set_viewport_size({"width": 1280, "height": 800})
    tops = [viewer.locator(selector).bounding_box()["y"] for selector in ("#player [data-play]", "#player [data-fullscreen]")]
    assert tops[0] == tops[1], "the bar of the player has two rows"
    photograph(viewer, "replay")
    assert not found, "\n".join(found)
