"""Names and roles of people while a webinar is live: changed by themselves and by the team, seen by everybody at once."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.staging import WITHOUT_CAMERA, call, enter_backstage, enter_watch, go_live, live_pair, make_session
from tests.browser.test_alerts import COUNT_NOTES, notice
from tests.browser.test_host_pages import faults
from tests.browser.test_invitations import accept, enter, invite
from tests.browser.test_moderation import act, people_of
from tests.browser.test_stage import go_on_stage

pytestmark = pytest.mark.browser


def rename(page, name):
    """In the open dialog."""
    dialog = page.get_by_role("dialog", name="Change your name")
    expect(dialog.get_by_label("Your name")).to_be_focused()
    dialog.get_by_label("Your name").fill(name)
    dialog.get_by_role("button", name="Save name").click()
    return dialog


def test_a_new_name_stands_on_the_picture_and_in_the_lists_of_everybody_at_once(visitors, product):
    host, viewer, session = live_pair(visitors, product)
    people_of(host).locator(".person", has_text="you").get_by_role("button", name=re.compile("Actions for")).click()
    before = call(host, "GET", "/auth/me")["username"]
    host.get_by_role("button", name=re.compile("^Change your name:")).click()
    dialog = rename(host, "\u200b")
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    assert faults(host) == []
    expect(rename(host, "Ada Lovelace")).to_have_count(0)
    expect(viewer.locator("#stage .tile-name")).to_have_text("Ada Lovelace")
    expect(host.locator("#stage .tile-name")).to_contain_text("Ada Lovelace")
    expect(people_of(host).locator(".person", has_text="you")).to_contain_text("Ada Lovelace")

    # On stage with a name that is taken: a number, and no notice that somebody has the name already
    call(viewer, "POST", f"/sessions/{session['id']}/join", {"as": "audience"})
    act(host, "Grace", "Bring on stage")
    go_on_stage(viewer)
    viewer.locator("#stage-bar").get_by_role("button", name="Devices").click()
    viewer.get_by_role("button", name="Change your name").click()
    assert faults(viewer) == []
    rename(viewer, "Ada Lovelace")
    expect(host.locator("#stage .tile-name", has_text="Ada Lovelace (2)")).to_be_visible()
    expect(people_of(host).locator(".person", has_text="Ada Lovelace (2)")).to_be_visible()
    expect(viewer.locator("[data-notice=name]")).to_have_count(0)
    # The account of the host serves other tests, too.
    assert call(host, "PATCH", f"/sessions/{session['id']}/participants/me", {"name": before})["username"] == before


def test_the_list_of_people_makes_speakers_and_takes_that_back(visitors, product):
    host, viewer, session = live_pair(visitors, product)
    act(host, "Grace", "Make speaker")
    expect(host.locator("#panel-people .person", has_text="Grace").locator("[data-role=speaker]")).to_be_visible()
    expect(viewer.locator("[data-notice=role]")).to_contain_text("You are a speaker in this webinar.")
    act(host, "Grace", "Remove as speaker")
    expect(viewer.locator("[data-notice=role]")).to_have_count(0)
    assert call(host, "GET", f"/sessions/{session['id']}/participants")["total"] == 0


def test_a_moderator_on_the_watch_page_hears_of_what_waits_as_in_the_studio(visitors, product):
    host, moderator, viewer = visitors.sign_in(product), visitors.new(), visitors.new()
    session = make_session(host, preset=WITHOUT_CAMERA)
    accept(moderator, invite(host, session, "moderator", "Mona"))
    moderator.goto(f"/w/{session['room']['slug']}/{session['id']}")
    with moderator.expect_response(lambda reply: reply.url.endswith("/waiting")):  # who comes later is news
        moderator.get_by_role("button", name="Continue as Mona").click()
    expect(moderator.locator("#lobby")).to_be_visible()
    enter_watch(viewer, session, "Ann")
    # Before it is live this page has no panels: the studio has.
    expect(notice(moderator, "lobby")).to_contain_text("Ann is waiting in the lobby.")
    expect(notice(moderator, "lobby").get_by_role("button", name="Open studio")).to_be_visible()

    enter_backstage(host, session)
    go_live(host)
    for page in (moderator, viewer):
        expect(page.locator("#theatre")).to_be_visible()
    moderator.evaluate(COUNT_NOTES)
    call(viewer, "POST", f"/sessions/{session['id']}/join", {"as": "audience"})
    call(viewer, "POST", f"/sessions/{session['id']}/questions", {"text": "When is the next one?"})
    expect(notice(moderator, "questions")).to_contain_text("Ann asked a question.")
    moderator.wait_for_function("() => window.notes > 0")
    notice(moderator, "questions").get_by_role("button", name="Show").click()
    expect(moderator.locator("#panel-questions")).to_be_visible()
    assert faults(moderator) == []

    moderator.get_by_role("button", name="Alert sound").click()
    before = moderator.evaluate("() => window.notes")
    call(viewer, "POST", f"/sessions/{session['id']}/stage/raise_hand")
    expect(notice(moderator, "stage")).to_contain_text("Ann raised a hand.")
    assert moderator.evaluate("() => window.notes") == before
    notice(moderator, "stage").get_by_role("button", name="Decline").click()
    expect(notice(moderator, "stage")).to_have_count(0)
    expect(viewer.get_by_role("button", name="Alert sound")).to_have_count(0)

    # Without the role nothing is told any more
    act(host, "Mona", "Remove as moderator")
    expect(moderator.get_by_role("button", name="Alert sound")).to_have_count(0)


def test_a_hidden_number_of_viewers_is_followed_by_who_is_on_stage_and_by_nobody_else(visitors, product):
    host, speaker, viewer = visitors.sign_in(product), visitors.new(), visitors.new()
    session = make_session(host, preset={**WITHOUT_CAMERA, "viewer_count_visible": False, "onstage_viewer_view": True})
    accept(speaker, invite(host, session, "speaker", "Ada"))
    enter_backstage(host, session)
    enter(speaker)
    go_live(host)
    expect(speaker.locator("#viewers")).to_have_text("–")
    act(host, "Ada", "Bring on stage")
    expect(speaker.locator("#on-air")).to_be_visible()
    enter_watch(viewer, session, "Ann")
    expect(speaker.locator("#viewers")).to_contain_text("1")
    expect(viewer.locator("#theatre")).to_be_visible()
    expect(viewer.locator("[data-viewers]")).to_have_count(0)
    another = visitors.new()
    enter_watch(another, session, "Ben")
    expect(speaker.locator("#viewers")).to_contain_text("2")
