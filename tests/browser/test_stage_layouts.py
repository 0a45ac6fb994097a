"""How the crew arranges the stage, as host and audience see it at once."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.crowd import Crowd, Guest
from tests.browser.layout import faults_in_every_size
from tests.browser.staging import call, enter_backstage, enter_watch, go_live, live_pair, make_session
from tests.browser.test_host_pages import faults
from tests.browser.test_layout import STUDIO, WATCH, photograph, tiles
from tests.browser.test_phones import PHONE

pytestmark = pytest.mark.browser

#: So many people are on stage one after the other, beside the host; more for human eyes.
PEOPLE = [2, 6, 12] if os.environ.get("LAYOUT_PICTURES") else [2]

#: Windows of phones, and how much of their width a shared screen takes at least.
PHONES = {(390, 844): 0.95, (320, 640): 0.95, (844, 390): 0.4}
SHARE, PERSON = "#stage .tile[data-kind=screen]", "#stage .tile[data-kind=camera]"


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    with Crowd() as people:
        yield people


def stands(page: Page, shape: str, large: list[str], small: int) -> None:
    """The arrangement on this page: which pictures stand large, and how many are beside them or in the grid."""
    stage = page.locator("#stage")
    expect(stage).to_have_attribute("data-layout", shape)
    expect(stage.locator(".stage-screens .tile")).to_have_count(len(large))
    for place, name in enumerate(large):
        expect(stage.locator(".stage-screens .tile-name").nth(place)).to_contain_text(name)
    expect(stage.locator(".stage-cameras .tile")).to_have_count(small)


def test_every_layout_reaches_the_audience_at_once_and_all_are_muted_with_one_button(visitors, product, crowd):
    preset = {"stage_enabled": True, "max_join_limit": 12}
    host, viewer, session = live_pair(visitors, product, preset=preset, description="Bring questions.")
    host.get_by_role("tab", name="Stage").click()
    layout, alone = host.get_by_label("What everyone sees"), host.get_by_label("Who is shown alone")
    for count in PEOPLE:
        while (number := viewer.locator("#stage .tile").count()) < count:
            guest = Guest(product, f"Guest {number}")
            body = {"participant_identity": guest.join(session)}
            call(host, "POST", f"/sessions/{session['id']}/stage/participants", body)
            crowd.publish(guest, session)
            tiles(viewer, number + 1)
        tiles(host, count)
        look(host, viewer, layout, f"{count}")

    layout.select_option("grid")
    stands(viewer, "people", [], count)
    layout.select_option("side_by_side")
    stands(viewer, "row" if count <= 4 else "people", [], count)
    layout.select_option("speaker")
    stands(viewer, "screen", ["host"], count - 1)
    expect(viewer.locator(".share-tools")).to_be_hidden()
    layout.select_option("spotlight")
    stands(viewer, "people", [], 1)
    alone.select_option("Guest 1")
    expect(viewer.locator("#stage .tile-name")).to_have_text("Guest 1")
    stands(host, "screen", ["Guest 1"], count - 1)  # the host sees everybody
    assert faults(host) == []

    host.get_by_role("button", name="Devices").click()
    host.get_by_role("switch", name="Hide my own picture").check()
    host.get_by_role("button", name="Done").click()
    tiles(host, count - 1)
    expect(host.locator("#stage-empty")).to_be_hidden()
    stands(viewer, "people", [], 1)
    host.get_by_role("button", name="Devices").click()
    host.get_by_role("switch", name="Hide my own picture").uncheck()
    host.get_by_role("button", name="Done").click()

    host.get_by_role("button", name="Share screen").click()
    stands(host, "screen", ["Guest 1"], count)
    stands(viewer, "people", [], 1)
    layout.select_option("side_by_side")
    stands(viewer, "halves", ["Screen of"], count)
    layout.select_option("screen")
    stands(viewer, "screen", ["Screen of"], count)
    look(host, viewer, layout, f"{count} share")

    mute = host.get_by_role("button", name="Mute all")
    mute.click()
    expect(mute).to_be_disabled()
    members = call(host, "GET", f"/sessions/{session['id']}/stage/participants")["participants"]
    assert {member["can_publish_audio"] for member in members} == {False}


def look(host: Page, viewer: Page, layout, state: str) -> None:
    """For human eyes, and nothing may be out of place, in each layout."""
    found = []
    for name in (
        ("grid", "speaker", "side_by_side", "spotlight", "screen")
        if os.environ.get("LAYOUT_PICTURES")
        else ("speaker",)
    ):
        layout.select_option(name)
        found += faults_in_every_size(viewer, WATCH, f"{name} {state}")
        found += faults_in_every_size(host, [*STUDIO, "#end"], f"{name} {state} studio")
        photograph(viewer, f"stage-{name}-{state}")
    assert found == []


def assert_share_is_large(page: Page) -> None:
    """As large as the phone allows, with the people below it or beside it, large enough to be seen and tapped."""
    stage = page.locator("#stage")
    expect(stage).to_have_attribute("data-layout", "screen")
    expect(stage).to_have_attribute("data-large", "screens")
    for (width, height), part in PHONES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        share, person = page.locator(SHARE).bounding_box(), page.locator(PERSON).first.bounding_box()
        # What is seen of the tile: the screen's shape is 16:9.
        seen = min(share["width"], share["height"] * 16 / 9)
        assert seen >= part * width, (width, height, share)
        assert person["height"] >= 44, (width, height, person)
        if height > width:
            assert person["y"] >= share["y"] + share["height"]


def test_on_a_phone_a_shared_screen_can_be_read_whatever_the_layout(visitors, product):
    host = visitors.sign_in(product)
    session = make_session(host)
    here = f"/sessions/{session['id']}"
    enter_backstage(host, session)
    go_live(host)
    host.get_by_role("button", name="Share screen").click()
    viewer = visitors.new(**PHONE)
    enter_watch(viewer, session)
    stage, large = viewer.locator("#stage"), viewer.get_by_role("button", name="Show the screen large")
    tiles(viewer, 2)
    assert_share_is_large(viewer)
    viewer.locator(PERSON).tap()
    expect(stage).to_have_attribute("data-large", "cameras")
    viewer.locator(SHARE).tap()
    expect(stage).to_have_attribute("data-large", "screens")
    expect(large).to_be_hidden()

    for layout, shape in (("grid", "people"), ("speaker", "screen"), ("side_by_side", "halves")):
        call(host, "PATCH", f"{here}/stage/layout", {"layout": layout})
        expect(large).to_have_attribute("aria-pressed", "false")  # also if it was large before
        expect(stage).to_have_attribute("data-layout", shape)
        assert faults(viewer) == []
        viewer.locator(SHARE).tap()
        expect(large).to_have_attribute("aria-pressed", "true")
        assert_share_is_large(viewer)
        assert faults(viewer) == []
        viewer.locator(PERSON).tap()
        expect(stage).to_have_attribute("data-layout", shape)
        large.press("Enter")
        expect(stage.locator(".stage-screens .tile[data-kind=screen]")).to_have_count(1)
        expect(large).to_have_attribute("aria-pressed", "true")

    # Two fingers enlarge the page, as everywhere: nothing forbids it.
    allowed = "width=device-width, initial-scale=1"
    assert viewer.locator("meta[name=viewport]").get_attribute("content") == allowed
    touch = """(node) => {
      const found = new Set();
      for (let each = node; each; each = each.parentElement) found.add(getComputedStyle(each).touchAction);
      return [...found];
    }"""
    assert set(viewer.locator(f"{SHARE} video").evaluate(touch)) <= {"auto", "manipulation"}
