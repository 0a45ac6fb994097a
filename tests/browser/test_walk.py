"""The walk that the product is for: from sign-in to the end of a webinar, host and viewer side by side."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import test_chat, test_polls, test_questions
from tests.browser.playing import expect_moving_video, expect_silence, expect_sound

pytestmark = [pytest.mark.browser, pytest.mark.product]


def make_webinar(page: Page, title: str) -> str:
    """From the dashboard to the studio; the link to share."""
    page.get_by_role("link", name="New webinar").first.click()
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name=re.compile("studio", re.IGNORECASE)).click()
    page.wait_for_url("**/studio")
    link = page.get_by_role("link", name="View as attendee", include_hidden=True).get_attribute("href")
    assert link
    return link


def go_live(page: Page) -> None:
    page.get_by_role("button", name="Go live", exact=True).click()
    page.get_by_role("button", name="Yes, go live").click()
    expect(page.locator("#phase")).to_contain_text("Live")


def enter(page: Page, link: str, name: str) -> None:
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Join").click()


def test_a_webinar_from_sign_in_to_end(visitors, product):
    host = visitors.sign_in(product)
    host.goto("/dashboard")
    link = make_webinar(host, "The whole walk")
    host.get_by_role("button", name="Enter backstage", exact=True).click()
    expect(host.get_by_text("Only the team sees this", exact=True)).to_be_visible()
    expect_moving_video(host)
    host.get_by_role("button", name="Copy link").click()
    expect(host.get_by_role("button", name="Copied")).to_be_visible()
    expect(host.locator("#studio-link")).to_have_value(f"{product.base_url}{link}")

    viewer = visitors.new()
    enter(viewer, link, "Ada")
    expect(viewer.get_by_text("keep this page open")).to_be_visible()
    viewer.evaluate("() => { window.neverReloaded = true; }")

    go_live(host)
    expect_moving_video(viewer)
    expect_sound(viewer)
    expect(host.locator("#viewers")).to_have_text("1 watching")
    assert viewer.evaluate("() => window.neverReloaded") is True

    host.locator("#microphone").click()
    expect(viewer.get_by_text("The host turned the microphone off")).to_be_visible()
    expect_silence(viewer)
    host.locator("#microphone").click()
    expect_sound(viewer)

    host.get_by_role("button", name="Share screen").click()
    expect_moving_video(viewer, 2)
    host.get_by_role("button", name="Stop sharing").click()
    expect(viewer.locator("#stage video")).to_have_count(1)

    address = host.url
    host.goto("about:blank")  # the host's tab is gone: no camera, no microphone
    expect(viewer.locator("#away")).to_be_visible()
    host.goto(address)
    host.get_by_role("button", name="Go on air").click()
    expect(viewer.locator("#away")).to_be_hidden()
    expect_moving_video(viewer)

    host.get_by_role("button", name="End webinar").click()
    expect(host.get_by_text("1 person is watching")).to_be_visible()
    host.get_by_role("button", name="Yes, end it").click()
    expect(host.get_by_role("heading", name="The webinar has ended")).to_be_visible()
    expect(viewer.get_by_role("heading", name="This webinar is over")).to_be_visible()
    assert viewer.evaluate("() => window.neverReloaded") is True


def test_a_stranger_is_live_within_six_clicks(visitors, product):
    page = visitors.new()
    page.goto("/")
    page.add_init_script(
        "addEventListener('click', (event) => { if (event.isTrusted) "
        "sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1; }, true);"
    )
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(product.host_email)
    page.get_by_label("Password", exact=True).fill(product.host_password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/dashboard")
    make_webinar(page, "Six clicks")
    page.get_by_role("button", name="Enter backstage", exact=True).click()
    go_live(page)
    assert int(page.evaluate("() => sessionStorage.clicks")) <= 6
    page.get_by_role("button", name="End webinar").click()
    page.get_by_role("button", name="Yes, end it").click()


def test_the_product_killed_while_live_goes_on_when_it_is_started_again(visitors, product):
    host = visitors.sign_in(product)
    host.goto("/dashboard")
    link = make_webinar(host, "The product dies")
    host.get_by_role("button", name="Enter backstage", exact=True).click()
    go_live(host)
    viewer = visitors.new()
    enter(viewer, link, "Mary")
    expect_moving_video(viewer)
    for page in (host, viewer):
        page.evaluate("() => { window.neverReloaded = true; }")
        test_chat.open_chat(page)
    test_polls.write_poll(host, "Shall we go on?", "yes", "no")
    test_polls.panel(host).get_by_role("button", name="Launch", exact=True).click()
    test_polls.open_panel(viewer)
    test_polls.option(viewer, "yes").get_by_role("button").click()
    expect(test_polls.option(host, "yes")).to_contain_text("1 vote")
    test_questions.ask(viewer, "When is lunch?")
    for page in (host, viewer):
        test_chat.open_chat(page)
    test_chat.write(viewer, "said before")
    expect(test_chat.said(host, "said before")).to_have_count(1)

    product.kill()
    test_chat.write(viewer, "said meanwhile")  # nobody is there to hear it yet
    product.start()

    for page in (host, viewer):
        expect(test_chat.said(page, "said meanwhile")).to_have_count(1)
    test_chat.write(host, "said after")
    for page in (host, viewer):
        expect(test_chat.said(page, "said after")).to_have_count(1)
        texts = page.locator(".chat-list .chat-message .chat-text").all_inner_texts()
        assert texts == ["said before", "said meanwhile", "said after"]
        test_polls.open_panel(page)
        expect(test_polls.panel(page).locator(".poll")).to_have_count(1)
        expect(test_polls.option(page, "yes")).to_contain_text("1 vote")
        test_questions.open_panel(page)
        expect(test_questions.question(page, "When is lunch?")).to_have_count(1)
    test_questions.question(host, "When is lunch?").get_by_role("button", name="Dismiss").click()
    expect(test_questions.question(viewer, "When is lunch?")).to_contain_text("dismissed this question")

    expect_moving_video(viewer)
    expect_sound(viewer)
    expect(host.locator("#viewers")).to_have_text("1 watching")
    for page in (host, viewer):
        assert page.evaluate("() => window.neverReloaded") is True
    host.get_by_role("button", name="End webinar").click()
    host.get_by_role("button", name="Yes, end it").click()
    expect(viewer.get_by_role("heading", name="This webinar is over")).to_be_visible()
