"""Questions across three browsers: the host's studio and two viewers."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_polls import on_air

pytestmark = pytest.mark.browser


def panel(page: Page):
    return page.get_by_role("tabpanel", name="Questions")


def open_panel(page: Page):
    page.get_by_role("tab", name="Questions").click()
    return panel(page)


def question(page: Page, text: str):
    return panel(page).locator(".question").filter(has_text=text)


def ask(page: Page, text: str) -> None:
    open_panel(page).get_by_label("Your question").fill(text)
    page.keyboard.press("Enter")
    expect(question(page, text)).to_be_visible()
    expect(panel(page).get_by_label("Your question")).to_have_value("")


def test_a_question_is_asked_voted_for_and_answered(visitors, product):
    host, (ada, grace) = on_air(visitors, product, "Ada", "Grace")
    ask(ada, "How long does it last?")
    ask(ada, "Is there <i>tea</i>?")
    expect(host.get_by_role("tab", name="Questions").locator("[data-unread]")).to_have_text("2")
    open_panel(host)
    open_panel(grace)
    tea = question(grace, "Is there <i>tea</i>?").get_by_role("button", name="I want to know this too")
    tea.focus()
    grace.keyboard.press("Enter")
    expect(tea).to_have_attribute("aria-pressed", "true")
    for page in (host, ada):
        expect(panel(page).locator("[data-open] .question-text").first).to_have_text("Is there <i>tea</i>?")
        expect(question(page, "tea").locator(".question-votes")).to_have_text("1")
    grace.reload()
    open_panel(grace)
    expect(tea).to_have_attribute("aria-pressed", "true")
    tea.click()
    expect(question(host, "tea").locator(".question-votes")).to_have_text("0")
    row = question(host, "tea")
    row.get_by_role("button", name="Answer:").click()
    row.get_by_label("Answer to:").fill("Yes, and cake.")
    row.get_by_role("button", name="Send answer").click()
    for page in (ada, grace):
        expect(panel(page).locator("[data-answered] .question-answer-text")).to_have_text("Yes, and cake.")
    expect(ada.locator("#announcer")).to_have_text("Your question was answered: Yes, and cake.")


def test_the_crew_pins_and_dismisses_and_the_asker_withdraws(visitors, product):
    host, (ada, grace) = on_air(visitors, product, "Ada", "Grace")
    for text in ("First?", "Second?", "Third?"):
        ask(ada, text)
    open_panel(host)
    open_panel(grace)
    question(host, "Third?").get_by_role("button", name="Pin:").click()
    for page in (ada, grace):
        expect(question(page, "Third?").locator(".question-pinned")).to_have_text("Pinned")
    question(host, "Second?").get_by_role("button", name="Dismiss:").click()
    expect(question(grace, "Second?")).to_have_count(0)
    panel(ada).get_by_text("Dismissed (1)").click()
    expect(question(ada, "Second?")).to_contain_text("Only you and the team see it.")
    panel(host).get_by_text("Dismissed (1)").click()
    question(host, "Second?").get_by_role("button", name="Restore:").click()
    expect(question(grace, "Second?")).to_be_visible()
    question(ada, "First?").get_by_role("button", name="Withdraw:").click()
    for page in (host, ada, grace):
        expect(question(page, "First?")).to_have_count(0)
