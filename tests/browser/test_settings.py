"""A webinar's settings in the studio: chat, stage, polls and places, while people watch."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.staging import WITHOUT_CAMERA, call, enter_backstage, enter_watch, go_live, make_session
from tests.browser.test_host_pages import PHONE, faults

pytestmark = pytest.mark.browser


def test_chat_stage_polls_and_places_are_switched_while_people_watch(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host, preset={**WITHOUT_CAMERA, "chat_enabled": False, "stage_enabled": False})
    enter_backstage(host, session)
    go_live(host)
    enter_watch(viewer, session)
    expect(viewer.get_by_text("The chat is switched off.")).to_be_visible()
    expect(viewer.get_by_role("button", name="Switch the chat on")).to_be_hidden()
    expect(viewer.get_by_role("tab", name="Polls")).to_be_visible()

    host.get_by_role("button", name="Switch the chat on").click()
    expect(viewer.get_by_label("Your message")).to_be_enabled()
    expect(host.get_by_role("button", name="Switch the chat on")).to_be_hidden()
    host.get_by_role("tab", name="Stage").click()
    host.get_by_role("button", name="Switch the stage on").click()
    expect(viewer.get_by_role("button", name="Raise hand")).to_be_visible()

    host.get_by_role("button", name="Settings", exact=True).press("Enter")
    dialog = host.get_by_role("dialog", name="Settings of this webinar")
    expect(dialog.get_by_text("Only this webinar; the preset says: off")).to_have_count(2)
    assert faults(host) == []
    dialog.get_by_role("switch", name=re.compile("^Polls")).uncheck()
    expect(dialog.get_by_role("status")).to_have_text("Polls are switched off: nobody sees them.")
    expect(viewer.get_by_role("tab", name="Polls")).to_be_hidden()
    dialog.get_by_label("Places on stage").fill("40")
    dialog.get_by_label("Places on stage").press("Tab")
    expect(dialog.get_by_role("status")).to_have_text("40 places on stage.")
    assert call(host, "GET", f"/sessions/{session['id']}")["effective_max_join_limit"] == 40
    host.set_viewport_size(PHONE)
    dialog.get_by_role("button", name=re.compile("^As in the preset.*Chat")).click()
    expect(viewer.get_by_text("The chat is switched off.")).to_be_visible()
    assert faults(host) == []
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_be_hidden()
