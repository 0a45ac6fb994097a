"""What the team is told while it looks at the stage: who waits, raises a hand, asks, and writes to the team."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.staging import WITHOUT_CAMERA, call, enter_backstage, enter_watch, go_live, make_session
from tests.browser.test_host_pages import faults

pytestmark = pytest.mark.browser

#: Counts the notes that a page begins to play.
COUNT_NOTES = """() => {
  window.notes = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...at) { window.notes += 1; return start.apply(this, at); };
}"""


def notice(page, kind):
    return page.locator(f"[data-notice=waiting-{kind}]")


def test_the_studio_tells_who_waits_and_what_can_be_done_at_once(visitors, product):
    host = visitors.sign_in(product)
    session = make_session(host, preset=WITHOUT_CAMERA)
    enter_backstage(host, session)
    host.evaluate(COUNT_NOTES)

    # The lobby: names, and a message to those who wait
    ann, ben = visitors.new(), visitors.new(viewport={"width": 360, "height": 640})
    enter_watch(ann, session, "Ann")
    expect(notice(host, "lobby")).to_contain_text("Ann is waiting in the lobby.")
    host.get_by_role("button", name="1 waiting").click()
    expect(notice(host, "lobby")).to_have_count(0)
    expect(host.locator("[data-lobby-names]")).to_have_text("Ann")
    host.get_by_label("Message to the lobby").fill("We start in five minutes")
    host.get_by_role("button", name="Show message").click()
    expect(ann.locator("[data-lobby-message]")).to_contain_text("We start in five minutes")
    enter_watch(ben, session, "Ben")
    expect(ben.locator("[data-lobby-message]")).to_contain_text("We start in five minutes")
    assert host.evaluate("() => window.notes") > 0
    go_live(host)
    expect(host.locator("[data-lobby]")).to_be_hidden()

    # A hand: a notice with name and actions, at the picture, in the list
    for viewer in (ann, ben):
        expect(viewer.locator("#theatre")).to_be_visible()
        call(viewer, "POST", f"/sessions/{session['id']}/join", {"as": "audience"})
    assert call(ann, "POST", f"/sessions/{session['id']}/stage/raise_hand")["status"] == "pending"
    expect(notice(host, "stage")).to_contain_text("Ann raised a hand.")
    expect(host.locator("#stage-hands")).to_contain_text("Ann")
    expect(host.locator(".person", has_text="Ann").locator(".person-hand")).to_be_visible()
    assert faults(host) == []

    # A burst is one notice; switched off, nothing sounds
    host.get_by_role("button", name="Alert sound").click()
    before = host.evaluate("() => window.notes")
    call(ben, "POST", f"/sessions/{session['id']}/stage/raise_hand")
    expect(notice(host, "stage")).to_contain_text("2 raised hands: Ann, Ben")
    assert host.evaluate("() => window.notes") == before
    call(ben, "POST", f"/sessions/{session['id']}/stage/lower_hand")
    expect(notice(host, "stage")).to_contain_text("Ann raised a hand.")
    notice(host, "stage").get_by_role("button", name="Decline").click()
    expect(notice(host, "stage")).to_have_count(0)
    expect(host.locator("#stage-hands")).to_be_hidden()

    # A question, while another panel is open
    call(ben, "POST", f"/sessions/{session['id']}/questions", {"text": "When is the next one?"})
    expect(notice(host, "questions")).to_contain_text("Ben asked a question.")
    notice(host, "questions").get_by_role("button", name="Show").click()
    expect(host.locator("#panel-questions")).to_be_visible()
    expect(notice(host, "questions")).to_have_count(0)


def test_the_team_writes_to_each_other_out_of_the_audiences_sight(visitors, product):
    host = visitors.sign_in(product)
    session = make_session(host, preset=WITHOUT_CAMERA)
    invited = call(host, "POST", f"/sessions/{session['id']}/invitations", {"name": "Sam", "role": "speaker"})
    enter_backstage(host, session)
    speaker, viewer = visitors.new(), visitors.new(viewport={"width": 390, "height": 844})
    complaints: list[str] = []
    for page in (host, speaker, viewer):
        page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    speaker.goto(invited["link"])
    speaker.get_by_role("button", name="Accept").click()
    speaker.get_by_role("button", name="Enter backstage").click()
    go_live(host)
    enter_watch(viewer, session, "Ann")
    expect(viewer.locator("#panels").get_by_role("tab", name="Chat")).to_be_visible()
    expect(viewer.get_by_role("tab", name="Team")).to_have_count(0)

    expect(speaker.locator("#booth")).to_be_visible()
    host.get_by_role("tab", name="Team").click()
    host.get_by_label("Message to the team").fill("Five minutes left")
    host.keyboard.press("Enter")
    expect(host.locator("#panel-team .chat-list")).to_contain_text("Five minutes left")
    expect(notice(speaker, "team")).to_contain_text("to the team: Five minutes left")
    expect(speaker.locator("#tab-team [data-unread]")).to_have_text("1")
    notice(speaker, "team").get_by_role("button", name="Show").click()
    expect(speaker.locator("#tab-team [data-unread]")).to_be_hidden()
    speaker.get_by_label("Message to the team").fill("Thanks")
    speaker.get_by_role("button", name="Send").click()
    expect(host.locator("#panel-team .chat-list")).to_contain_text("Thanks")
    # Reloaded, it stands there still
    host.on("dialog", lambda dialog: dialog.accept())
    host.reload()
    host.get_by_role("tab", name="Team").click()
    expect(host.locator("#panel-team .chat-list")).to_contain_text("Thanks")
    # The end leaves nothing of livekit-client in anybody's console
    expect(host.locator("#link-state")).to_have_text("Connected")
    call(host, "POST", f"/sessions/{session['id']}/end")
    for page in (host, speaker, viewer):
        expect(page.locator("#over")).to_be_visible()
    assert [
        line for line in complaints if re.search("data ?channel|createOffer|ICE|participantID", line, re.IGNORECASE)
    ] == []
