"""The preset editor: choices to begin from, what they change, and the preview."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_host_pages import PHONE, faults

pytestmark = pytest.mark.browser


def test_a_choice_to_begin_from_fills_the_form_says_what_it_changed_and_can_be_undone(visitors, product):
    page = visitors.sign_in(product)
    page.goto("/presets/new")
    preview = page.get_by_role("region", name="What your audience sees")
    expect(preview.get_by_text("They write in the chat")).to_be_visible()

    page.get_by_role("button", name="Quiet").press("Enter")
    said = page.get_by_role("status").filter(has_text="Changed for “Quiet”:")
    expect(said.get_by_role("listitem")).to_have_text(
        ["Stage: off", "Raised hands: off", "Viewer count: off", "Chat: off", "Polls: off"]
    )
    expect(page.get_by_role("checkbox", name=re.compile("^Chat"))).not_to_be_checked()
    expect(preview.get_by_text("Nobody writes in the chat")).to_be_visible()
    expect(preview.get_by_text("They see no polls")).to_be_visible()
    assert faults(page) == []

    page.get_by_role("button", name="Undo").press("Enter")
    expect(preview.get_by_text("They write in the chat")).to_be_visible()
    page.get_by_role("button", name="Discussion").click()
    expect(page.get_by_label("Places on stage")).to_have_value("10")
    expect(preview.get_by_text("They see who else is here")).to_be_visible()
    page.get_by_role("textbox", name="Colour", exact=True).fill("#ffee00")
    mock = preview.locator("[data-mock]")
    expect(mock).to_have_attribute("data-light", re.compile("^#ffee00 #0d1117 "))
    colored = "section => getComputedStyle(section).getPropertyValue('--accent').includes('255, 238, 0')"
    page.wait_for_function(f"() => ({colored})(document.querySelector('[data-preview-section]'))")

    page.set_viewport_size(PHONE)
    page.get_by_label("Name", exact=True).fill("For discussions")
    assert faults(page) == []
    page.get_by_role("button", name="Save preset").click()
    row = page.get_by_role("listitem").filter(has_text="For discussions")
    expect(row).to_contain_text("Places on stage: 10")
    assert faults(page) == []
    row.get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Presentation").click()
    expect(page.get_by_label("Places on stage")).to_have_value("5")
