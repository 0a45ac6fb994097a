#!/usr/bin/env python3
"""Take the README's screenshots from the running product: ``make screenshots``.

Starts the real `serve` on free ports with its own data and visits its pages in Chromium with a fake camera.
"""

import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402

from tests.browser import test_chat, test_polls, test_questions  # noqa: E402
from tests.browser.launch import launch  # noqa: E402
from tests.browser.playing import expect_moving_video  # noqa: E402
from tests.product import Product  # noqa: E402

IMAGES = ROOT / "docs" / "images"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


def new_page(browser: Browser, product: Product, *, viewport: dict[str, int], dark: bool = False) -> Page:
    context = browser.new_context(
        base_url=product.base_url,
        viewport=viewport,  # type: ignore[arg-type]
        permissions=["camera", "microphone"],
        color_scheme="dark" if dark else "light",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    return context.new_page()


def shoot(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")
    sys.stdout.write(f"docs/images/{name}.png\n")


def walk(browser: Browser, product: Product) -> None:
    host = new_page(browser, product, viewport=DESKTOP)
    host.goto("/accounts/login/")
    shoot(host, "sign-in")
    host.get_by_label("E-mail").fill(product.host_email)
    host.get_by_label("Password", exact=True).fill(product.host_password)
    host.get_by_role("button", name="Sign in").click()
    host.get_by_role("link", name="New webinar").first.click()
    host.get_by_label("Title").fill("Autumn release: what is new")
    shoot(host, "new-webinar")
    host.get_by_role("button", name=re.compile("studio", re.IGNORECASE)).click()
    expect(host.get_by_text("Your camera works.")).to_be_visible(timeout=20_000)
    expect(host.get_by_text("Good: video and sound get through.")).to_be_visible(timeout=30_000)
    shoot(host, "device-check")
    link = host.get_by_role("link", name="View as attendee", include_hidden=True).get_attribute("href")
    assert link

    viewer = new_page(browser, product, viewport=PHONE)
    viewer.goto(link)
    viewer.get_by_label("Your name").fill("Ada")
    viewer.get_by_role("button", name="Join").click()
    expect(viewer.get_by_text("keep this page open")).to_be_visible()
    shoot(viewer, "lobby-phone")

    host.get_by_role("button", name="Enter backstage", exact=True).click()
    host.get_by_role("button", name="Go live", exact=True).click()
    host.get_by_role("button", name="Yes, go live").click()
    expect(viewer.locator("#stage video")).to_be_visible(timeout=30_000)
    expect(host.locator("#viewers")).to_have_text("1 watching")
    wide = new_page(browser, product, viewport=DESKTOP, dark=True)
    wide.goto(link)
    wide.get_by_label("Your name").fill("Grace")
    wide.get_by_role("button", name="Join").click()
    expect_moving_video(wide)
    converse(host, viewer, wide)
    host.get_by_role("button", name="Share screen").click()
    for page in (host, wide):
        expect_moving_video(page, 2)
    for page in (host, viewer, wide):
        # At once: otherwise they disappear by themselves.
        page.get_by_role("button", name="Close this notice").evaluate_all("all => all.forEach((one) => one.click())")
    shoot(host, "studio-live")
    shoot(viewer, "watch-phone")
    shoot(wide, "watch-dark")

    dashboard = host.context.new_page()
    dashboard.goto("/dashboard")
    shoot(dashboard, "dashboard")
    dashboard.get_by_role("link", name="Presets").first.click()
    shoot(dashboard, "presets")
    host.get_by_role("button", name="End webinar").click()
    host.get_by_role("button", name="Yes, end it").click()
    expect(host.get_by_role("heading", name="The webinar has ended")).to_be_visible()


def converse(host: Page, viewer: Page, wide: Page) -> None:
    """Fill every panel with something to read."""
    for page in (host, viewer, wide):
        test_chat.open_chat(page)
    test_chat.write(viewer, "Good morning from Lisbon!")
    expect(test_chat.said(wide, "Good morning")).to_have_count(1)
    test_chat.write(wide, "Will the slides be at https://example.com/slides afterwards?")
    expect(test_chat.said(host, "Will the slides")).to_have_count(1)
    test_chat.write(host, "Yes, right after the questions.")
    expect(test_chat.said(viewer, "Yes, right after")).to_have_count(1)
    test_polls.write_poll(host, "What shall we show first?", "The new stage", "Captions", "Reports")
    test_polls.panel(host).get_by_role("button", name="Launch", exact=True).click()
    for page, option in ((viewer, "Captions"), (wide, "The new stage")):
        test_polls.open_panel(page)
        test_polls.option(page, option).get_by_role("button").click()
        expect(test_polls.option(page, option)).to_contain_text("Your choice")
    test_questions.ask(wide, "Does it work with our own domain?")
    for page in (host, viewer):
        test_chat.open_chat(page)
    test_polls.open_panel(wide)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder))
        product.start()
        try:
            with sync_playwright() as playwright:
                browser = launch(playwright, "--auto-select-desktop-capture-source=Entire screen")
                walk(browser, product)
                browser.close()
        finally:
            product.stop()


if __name__ == "__main__":
    main()
