"""The product is restarted in the middle of a session: every page goes on, and nothing is lost or there twice."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import test_chat, test_questions
from tests.browser.playing import expect_moving_video
from tests.browser.staging import call, enter_watch
from tests.browser.test_invitations import accept, enter, invite
from tests.browser.test_stage import go_on_stage, on_air, raise_hand
from tests.browser.test_stage import invite as bring_on

pytestmark = [pytest.mark.browser, pytest.mark.product]


def panel(page: Page, name: str) -> None:
    page.get_by_role("tab", name=re.compile(f"^{name}")).click()


def test_stage_queue_talk_and_crew_are_the_same_after_a_restart(visitors, product):
    host, speaker, session = on_air(visitors, product)
    moderator, viewer = visitors.new(permissions=[]), visitors.new()
    accept(moderator, invite(host, session, "moderator"))
    enter(moderator)
    bring_on(host, speaker, session)
    go_on_stage(speaker)
    enter_watch(viewer, session, "Ada")
    expect_moving_video(viewer, 2)
    raise_hand(viewer, "May I add something?")
    pages = {"host": host, "moderator": moderator, "speaker": speaker, "viewer": viewer}
    for page in pages.values():
        page.evaluate("() => { window.neverReloaded = true; }")
        test_chat.open_chat(page)
    test_chat.write(viewer, "before")
    for page in pages.values():
        expect(test_chat.said(page, "before")).to_have_count(1)
    test_questions.ask(viewer, "Is it kept?")

    product.stop()
    for page in pages.values():
        test_chat.open_chat(page)
    test_chat.write(viewer, "meanwhile")  # nobody is there to hear it yet
    product.start()

    for page in pages.values():
        expect(test_chat.said(page, "meanwhile")).to_have_count(1)
    test_chat.write(moderator, "after")
    for name, page in pages.items():
        expect(test_chat.said(page, "after")).to_have_count(1)
        texts = page.locator(".chat-list .chat-message .chat-text").all_inner_texts()
        assert texts == ["before", "meanwhile", "after"], name
        panel(page, "Questions")
        expect(test_questions.question(page, "Is it kept?")).to_have_count(1)
    for page in pages.values():
        expect_moving_video(page, 2)
    expect(speaker.locator("#stage-bar")).to_be_visible()
    hands = call(host, "GET", f"/sessions/{session['id']}/stage/hand_raises")["hand_raises"]
    assert [hand["message"] for hand in hands] == ["May I add something?"]
    assert call(host, "GET", f"/sessions/{session['id']}/stage/participants")["total"] == 1
    panel(host, "Stage")
    expect(host.locator("#panel-stage").get_by_role("button", name=re.compile("^Bring on stage"))).to_have_count(1)
    expect(viewer.locator("#hand-position")).to_have_text("You are next")
    viewer.get_by_role("button", name="Hand raised").click()
    expect(host.locator("#panel-stage").get_by_role("button", name=re.compile("^Bring on stage"))).to_have_count(0)
    for page in pages.values():
        assert page.evaluate("() => window.neverReloaded") is True
    call(host, "POST", f"/sessions/{session['id']}/end")
    expect(viewer.get_by_role("heading", name="This webinar is over")).to_be_visible()
