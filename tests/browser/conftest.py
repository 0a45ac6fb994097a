"""Chromium with a fake camera against the real product.

Playwright's sync API keeps an event loop in its thread, which would break the ORM and asyncio in other tests; so the bodies of
tests marked ``browser`` and the fixtures below run in one thread of their own. Tests wait with ``expect`` and
``wait_for_function("() => …")`` (a bare expression would need unsafe-eval).
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.launch import launch
from tests.livekit import PATIENCE
from tests.product import Product

RESULTS = Path(__file__).parents[2] / "test-results"
_thread = ThreadPoolExecutor(1, thread_name_prefix="browser")


def in_browser_thread(function, *args, **kwargs):
    """Run it where Playwright lives and wait for it."""
    return _thread.submit(function, *args, **kwargs).result()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    if pyfuncitem.get_closest_marker("browser") is None:
        return None
    names = pyfuncitem._fixtureinfo.argnames
    in_browser_thread(pyfuncitem.obj, **{name: pyfuncitem.funcargs[name] for name in names})
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def playwright():
    started = in_browser_thread(sync_playwright().start)
    yield started
    in_browser_thread(started.stop)


@pytest.fixture(scope="session")
def browser(playwright):
    chromium = in_browser_thread(launch, playwright)
    in_browser_thread(expect.set_options, timeout=PATIENCE * 1000)
    yield chromium
    in_browser_thread(chromium.close)


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    """The product as `make run` starts it, on free ports with data of its own; shared by the browser tests."""
    running = Product(tmp_path_factory.mktemp("product"))
    running.start()
    yield running
    running.stop()


#: Cookies of the demo host, by product: signing in takes seconds, and only test_walk is about it.
_signed_in: dict[str, Any] = {}


class Visitors:
    """Opens browser contexts — each a person of their own — and watches what their pages complain about."""

    def __init__(self, browser: Browser, base_url: str, name: str) -> None:
        self.browser, self.base_url, self.name = browser, base_url, name
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def new(self, *, permissions=("camera", "microphone"), **options) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 800})
        options.setdefault("reduced_motion", "reduce")
        context = self.browser.new_context(base_url=self.base_url, permissions=list(permissions), **options)
        context.set_default_timeout(PATIENCE * 1000)
        self.contexts.append(context)
        page = context.new_page()
        self.watch(page)
        context.on("page", self.watch)
        return page

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        page.on("console", self.note)

    def note(self, message) -> None:
        if re.search(r"Content.Security.Policy|Refused to|violates", message.text):
            self.complaints.append(f"policy: {message.text}")

    def sign_in(self, product: Product, **options) -> Page:
        """A new page of the demo host, with nothing opened in it yet."""
        known = _signed_in.get(product.base_url)
        page = self.new(storage_state=known, **options)
        if known is not None:
            return page
        page.goto("/accounts/login/")
        page.get_by_label("E-mail").fill(product.host_email)
        page.get_by_label("Password", exact=True).fill(product.host_password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/dashboard")
        _signed_in[product.base_url] = page.context.storage_state()
        page.goto("about:blank")
        return page

    def close(self, *, failed: bool) -> None:
        for number, context in enumerate(self.contexts):
            for page in context.pages:
                if failed:
                    RESULTS.mkdir(exist_ok=True)
                    page.screenshot(path=RESULTS / f"{self.name}-{number}.png", timeout=5_000)
            context.close()


def end_what_is_live(product: Product) -> None:
    """So that no session keeps media server and recorders busy during the next test, or counts against their limits."""
    if product.base_url not in _signed_in:
        return
    cookies = {each["name"]: each["value"] for each in _signed_in[product.base_url]["cookies"]}
    host = {"X-CSRFToken": cookies["csrftoken"], "Origin": product.base_url}
    api = f"{product.base_url}/v1/webinar"
    with httpx.Client(base_url=api, cookies=cookies, headers=host, trust_env=False, timeout=PATIENCE) as http:
        for session in http.get("/sessions/live", params={"limit": 100}).json()["data"]["sessions"]:
            ended = http.post(f"/sessions/{session['id']}/end", json={})
            assert ended.is_success, ended.text


@pytest.fixture
def visitors(browser, product, request):
    """``visitors.new()`` and ``visitors.sign_in(product)`` open pages; exceptions and policy violations in them fail the test."""
    people = in_browser_thread(Visitors, browser, product.base_url, re.sub(r"\W+", "-", request.node.name))
    yield people
    in_browser_thread(people.close, failed=request.node.stash.get(FAILED, False))
    end_what_is_live(product)
    assert people.complaints == []


@pytest.fixture
def new_page(visitors) -> Callable[..., Page]:
    return visitors.new
