"""The crew's panel "Stage": who wants to come on, who is on and may send what, bringing people on."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import RESULTS
from tests.browser.staging import call, enter_backstage, enter_watch, go_live, make_session
from tests.browser.test_host_pages import DESKTOP, PHONE, faults

pytestmark = pytest.mark.browser
EVIL = "<img src=x onerror=alert(1)> " + "W" * 20


def stage(session, path):
    return f"/sessions/{session['id']}/stage/{path}"


@pytest.fixture
def on_air(visitors, product):
    """``on_air(**look)``: the host's studio, live, with the panel open; and the session."""

    def begin(**look):
        host = visitors.sign_in(product, **look)
        session = make_session(host, "Stage", preset={"max_join_limit": 1})
        enter_backstage(host, session)
        go_live(host)
        host.get_by_role("tab", name=re.compile("^Stage")).click()
        return host, session

    return begin


def test_hands_are_approved_declined_and_people_are_muted_and_taken_off(on_air, visitors):
    host, session = on_air()
    panel = host.locator("#panel-stage")
    expect(panel.get_by_text("Nobody at the moment.")).to_be_visible()
    grace, evil = visitors.new(), visitors.new()
    enter_watch(grace, session)
    enter_watch(evil, session, EVIL)
    for page, name in ((grace, "Grace"), (evil, EVIL)):
        expect(page.locator("#connecting")).to_be_hidden()  # the page has joined
        assert "id" in call(page, "POST", stage(session, "raise_hand"), {"message": f"I am {name}"})
    queue = panel.locator("[data-queue] > li")
    expect(queue).to_have_count(2)
    expect(queue.locator(".stage-name")).to_have_text(["Grace", EVIL])
    expect(host.locator("#tab-stage [data-unread]")).to_have_text("2")
    expect(host.locator("#announcer")).to_contain_text("raised a hand")

    panel.get_by_role("button", name="Bring on stage: Grace").press("Enter")
    member = panel.locator("[data-members] > li")
    expect(member).to_have_count(1)
    expect(panel.locator("[data-stage-notice]")).to_contain_text("The stage is full")
    expect(queue.get_by_role("button", name=re.compile("Bring on stage"))).to_be_disabled()
    expect(host.locator("#tab-stage [data-unread]")).to_have_text("1")
    # The focus went on to the next in the queue.
    expect(queue.get_by_role("button", name=re.compile("Bring on stage"))).to_be_focused()

    microphone = panel.get_by_role("button", name="Microphone of Grace")
    expect(microphone).to_have_attribute("aria-pressed", "true")
    microphone.click()
    expect(microphone).to_have_attribute("aria-pressed", "false")
    (place,) = call(grace, "GET", stage(session, "participants"))["participants"]
    assert (place["can_publish_audio"], place["can_publish_video"]) == (False, True)

    queue.get_by_role("button", name=re.compile("Decline")).click()
    expect(queue).to_have_count(0)
    expect(host.locator("#tab-stage [data-unread]")).to_be_hidden()
    assert call(evil, "GET", stage(session, "hand_raise"))["status"] == "rejected"

    panel.get_by_role("button", name="Take off stage: Grace").click()
    expect(member).to_have_count(0)
    expect(panel.locator("[data-stage-notice]")).to_be_hidden()

    panel.get_by_role("button", name="Bring somebody on stage").click()
    panel.get_by_label("Name").fill("grac")
    panel.get_by_role("button", name="Bring on stage: Grace").click()
    expect(member).to_have_count(1)
    host.reload()
    assert call(host, "GET", stage(session, "participants"))["total"] == 1


def test_the_audience_has_no_such_panel(on_air, visitors):
    _host, session = on_air()
    grace = visitors.new()
    enter_watch(grace, session)
    expect(grace.locator("#watch")).to_have_attribute("data-view", "theatre")
    expect(grace.locator("#panels")).to_be_attached()
    expect(grace.locator("#tab-stage")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_state_is_accessible_and_fits(theme, size, on_air, visitors):
    host, session = on_air(color_scheme=theme, viewport=size)
    found = {}

    def look_at(state):
        RESULTS.mkdir(exist_ok=True)
        host.locator("#panel-stage").scroll_into_view_if_needed()
        host.screenshot(path=RESULTS / f"stage-panel-{state}-{theme}-{size['width']}.png")
        if wrong := faults(host):
            found[state] = wrong

    look_at("empty")
    grace, ben = visitors.new(), visitors.new()
    enter_watch(grace, session, "Grace")
    enter_watch(ben, session, "W" * 50)
    for page in (grace, ben):
        expect(page.locator("#connecting")).to_be_hidden()
    assert "id" in call(grace, "POST", stage(session, "raise_hand"), {"message": "Why so fast? " * 8})
    for page in (ben, grace):
        assert "id" in call(page, "POST", stage(session, "join_requests"))
    panel = host.locator("#panel-stage")
    expect(panel.locator("[data-queue] > li")).to_have_count(2)
    expect(panel.locator("[data-queue] .stage-about").first).to_contain_text("Raised a hand and asks to join")
    look_at("queue")
    panel.get_by_role("button", name="Bring on stage: Grace").click()
    expect(panel.locator("[data-members] > li")).to_have_count(1)
    panel.get_by_role("button", name="Camera of Grace").click()
    expect(panel.get_by_role("button", name="Camera of Grace")).to_have_attribute("aria-pressed", "false")
    panel.get_by_role("button", name="Bring somebody on stage").click()
    expect(panel.locator("[data-add-people] > li")).to_have_count(1)
    look_at("full")
    assert found == {}
