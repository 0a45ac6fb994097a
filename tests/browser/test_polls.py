"""Polls across three browsers: the host's studio and two viewers."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staging import WITHOUT_CAMERA, enter_backstage, enter_watch, go_live, make_session

pytestmark = pytest.mark.browser


def on_air(visitors, product, *names: str) -> tuple[Page, list[Page]]:
    """A host on air and viewers of these names, each in a browser of their own."""
    host = visitors.sign_in(product)
    session = make_session(host, preset=WITHOUT_CAMERA)
    enter_backstage(host, session)
    go_live(host)
    viewers = []
    for name in names:
        viewer = visitors.new()
        enter_watch(viewer, session, name)
        expect(viewer.get_by_role("tab", name="Polls")).to_be_visible()
        viewers.append(viewer)
    return host, viewers


def panel(page: Page):
    return page.get_by_role("tabpanel", name="Polls")


def open_panel(page: Page):
    page.get_by_role("tab", name="Polls").click()
    return panel(page)


def write_poll(host: Page, question: str, *options: str) -> None:
    """Fill the form in; the last press is the test's."""
    polls = open_panel(host)
    polls.get_by_role("button", name="New poll").click()
    polls.get_by_label("Question", exact=True).fill(question)
    for number, option in enumerate(options, start=1):
        if number > 2:
            polls.get_by_role("button", name="Add an option").click()
        polls.get_by_label(f"Option {number}", exact=True).fill(option)


def option(page: Page, text: str):
    return panel(page).locator(".poll-option").filter(has_text=text)


def test_votes_show_live_in_three_browsers_until_the_poll_is_closed(visitors, product):
    host, (ada, grace) = on_air(visitors, product, "Ada", "Grace")
    write_poll(host, "Which colour <b>now</b>?", "red", "blue", "green")
    panel(host).get_by_role("button", name="Launch", exact=True).click()
    expect(grace.locator("[data-notice=poll] p")).to_have_text("New poll: Which colour <b>now</b>?")
    expect(grace.locator("#announcer")).not_to_contain_text("New poll")  # a notice is read out too
    expect(grace.get_by_role("tab", name="Polls").locator("[data-unread]")).to_have_text("1")
    grace.locator("#notices").get_by_role("button", name="Show").click()
    expect(grace.get_by_role("tab", name="Polls").locator("[data-unread]")).to_be_hidden()
    open_panel(ada)
    option(ada, "red").get_by_role("button").click()
    option(grace, "blue").get_by_role("button").focus()
    grace.keyboard.press("Enter")
    for page in (host, ada, grace):
        expect(option(page, "red")).to_contain_text("1 vote · 50%")
        expect(option(page, "blue")).to_contain_text("1 vote · 50%")
        expect(option(page, "green")).to_contain_text("0 votes · 0%")
        expect(panel(page)).to_contain_text("2 people voted.")
    expect(option(grace, "blue").get_by_role("button")).to_have_attribute("aria-pressed", "true")
    expect(option(grace, "red").get_by_role("button")).to_have_attribute("aria-disabled", "true")
    grace.reload()
    open_panel(grace)
    expect(option(grace, "blue")).to_contain_text("Your choice")
    panel(host).get_by_role("button", name="Close voting").click()
    for page in (host, ada, grace):
        expect(panel(page).locator(".poll[data-kind=closed]")).to_be_visible()
        expect(panel(page).locator("button.poll-choice")).to_have_count(0)


def test_a_prepared_poll_with_hidden_results_is_launched_and_shown_later(visitors, product):
    host, (ada, grace) = on_air(visitors, product, "Ada", "Grace")
    write_poll(host, "Who knows?", "yes", "no")
    panel(host).get_by_label("Results", exact=True).select_option("when_shown")
    panel(host).get_by_role("button", name="Move option 2 up").click()
    panel(host).get_by_role("button", name="Save for later").click()
    prepared = panel(host).locator(".poll[data-kind=prepared]")
    expect(prepared.locator(".poll-option-text")).to_have_text(["no", "yes"])
    open_panel(ada)
    expect(panel(ada)).to_contain_text("No polls yet.")
    prepared.get_by_role("button", name="Launch").click()
    option(ada, "yes").get_by_role("button").click()
    expect(option(host, "yes")).to_contain_text("1 vote · 100%")
    open_panel(grace)
    for viewer in (ada, grace):
        expect(panel(viewer)).to_contain_text("The team shows the results later.")
        expect(viewer.locator(".poll-option-count:visible")).to_have_count(0)
    panel(host).get_by_role("button", name="Show results").click()
    for viewer in (ada, grace):
        expect(option(viewer, "yes")).to_contain_text("1 vote · 100%")
    expect(host.locator(".poll-buttons [data-does=show]")).to_have_count(0)


def test_several_choices_are_sent_by_one_button_and_an_anonymous_poll_is_asked_again(visitors, product):
    host, (ada,) = on_air(visitors, product, "Ada")
    write_poll(host, "Which colours?", "red", "green", "blue")
    panel(host).get_by_label("Several choices").check()
    panel(host).get_by_label("Anonymous").check()
    panel(host).get_by_label("Results", exact=True).select_option("after_vote")
    panel(host).get_by_role("button", name="Launch").click()
    open_panel(ada)
    expect(panel(ada)).to_contain_text("Anonymous: nobody sees who voted for what.")
    expect(ada.locator(".poll-option-count:visible")).to_have_count(0)
    for colour in ("red", "green", "red", "blue"):
        option(ada, colour).get_by_role("button").click()
    expect(option(ada, "red").get_by_role("button")).to_have_attribute("aria-pressed", "false")
    expect(option(host, "green")).to_contain_text("0 votes")
    panel(ada).get_by_role("button", name="Vote: Which colours?").click()
    for page in (host, ada):
        expect(option(page, "green")).to_contain_text("1 vote · 100%")
        expect(option(page, "red")).to_contain_text("0 votes · 0%")
    expect(panel(ada)).to_contain_text("Your vote counts.")
    ada.reload()
    open_panel(ada)
    expect(panel(ada)).to_contain_text("Your vote counts.")
    panel(host).get_by_role("button", name="Close voting").click()
    panel(host).get_by_role("button", name="Ask again").click()
    for page in (host, ada):
        expect(panel(page).locator(".poll[data-kind=open]")).to_contain_text("Which colours?")
        expect(panel(page).locator(".poll[data-kind=closed]")).to_contain_text("1 vote · 100%")
