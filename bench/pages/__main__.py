"""How soon pages are of use, what they load for it, and a chat of 10,000 messages: ``python -m bench.pages``.

Starts the product with its embedded defaults, a host with a fake camera, and Chromium without a window; everything
shares this machine. Each try begins with an empty cache. "Usable": a view is shown and its scripts run. Chromium makes
the processor slower, and the network, as its developer tools do.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.pages.chat import measure_chat
from tests.browser.launch import launch
from tests.browser.staging import enter_backstage, enter_watch, go_live, make_session
from tests.browser.weight import SLOW_NETWORK, Weight
from tests.product import Product

KIB = 1024
PATIENCE = 120_000  # ms
CONDITIONS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "a processor 4 times slower": {"cpu": 4},
    "300 ms, 1.6 Mbit/s": {"network": SLOW_NETWORK},
}
AIMS = {
    ("usable", "a processor 4 times slower"): 1500,
    ("usable", "300 ms, 1.6 Mbit/s"): 4000,
    ("picture", "as it is"): 2000,
}


class Bench:
    """Opens pages of people who are known, each with nothing in the browser's cache."""

    def __init__(self, browser: Browser, product: Product) -> None:
        self.browser, self.product = browser, product
        self.host = self._page()
        self.host.goto("/accounts/login/")
        self.host.get_by_label("E-mail").fill(product.host_email)
        self.host.get_by_label("Password", exact=True).fill(product.host_password)
        self.host.get_by_role("button", name="Sign in").click()
        self.host.wait_for_url("**/dashboard")

    def _page(self, state: Any = None) -> Page:
        context = self.browser.new_context(
            base_url=self.product.base_url,
            permissions=["camera", "microphone"],
            storage_state=state,
            viewport={"width": 1280, "height": 800},
        )
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    def guest(self, session: dict[str, Any]) -> Any:
        """What the browser of somebody keeps who gave their name in ``session``."""
        page = self._page()
        enter_watch(page, session)
        state = page.context.storage_state()
        page.context.close()
        return state

    @contextmanager
    def opened(self, state: Any, address: str, mark: str, conditions: dict[str, Any]) -> Iterator[tuple[Page, Weight]]:
        """The page at ``address``, once it has ``mark``, and what it has loaded."""
        page = self._page(state)
        weight = Weight(page)
        weight.throttle(**conditions)
        page.goto(address, wait_until="commit")
        page.wait_for_function(f"() => window.marks?.{mark}")
        try:
            yield page, weight
        finally:
            page.context.close()


class Tries:
    """What several tries of the same found."""

    def __init__(self) -> None:
        self.marks: list[float] = []
        self.requests: list[int] = []
        self.kib: list[float] = []

    def row(self, page: str, condition: str, mark: str) -> str:
        """Of the table."""
        aim = AIMS.get((mark, condition))
        times = f"{min(self.marks):,.0f} | {median(self.marks):,.0f} | {max(self.marks):,.0f}"
        loads = f"{max(self.requests)} | {max(self.kib):.0f}"
        return f"| {page} | {mark} | {condition} | {times} | {f'{aim:,}' if aim else ''} | {loads} |"


def tries(bench: Bench, state: Any, address: str, mark: str, condition: str, rounds: int) -> Tries:
    """Open ``address`` ``rounds`` times."""
    found = Tries()
    for _ in range(rounds):
        with bench.opened(state, address, mark, CONDITIONS[condition]) as (page, weight):
            found.marks.append(page.evaluate(f"() => window.marks.{mark}"))
            found.requests.append(weight.requests)
            found.kib.append(weight.bytes / KIB)
    return found


def measure(bench: Bench, rounds: int) -> list[str]:
    """The rows of the table."""
    start = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    session = make_session(bench.host, scheduled_start_time=start)
    guest, watch = bench.guest(session), f"/w/{session['room']['slug']}/{session['id']}"
    host, studio = bench.host.context.storage_state(), f"/sessions/{make_session(bench.host)['id']}/studio"
    rows = []
    for condition in CONDITIONS:
        found = tries(bench, guest, watch, "usable", condition, rounds)
        rows.append(found.row("watch, before the start", condition, "usable"))
    for condition in CONDITIONS:
        found = tries(bench, host, studio, "usable", condition, rounds)
        rows.append(found.row("studio", condition, "usable"))
    enter_backstage(bench.host, session)
    go_live(bench.host)
    for condition in CONDITIONS:
        for mark in ("usable", "picture"):
            found = tries(bench, guest, watch, mark, condition, rounds)
            rows.append(found.row("watch, live", condition, mark))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=10_000, help="that the chat has")
    options = parser.parse_args()
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory(prefix="pages-") as folder:
        product = Product(Path(folder), CHAT_BURST="1000")
        product.start()
        try:
            with sync_playwright() as playwright:
                bench = Bench(launch(playwright), product)
                rows = measure(bench, options.rounds)
                chat = measure_chat(bench, options.messages)
        finally:
            product.stop()
    print("ms from asking for the page, with an empty cache:\n")
    print("| page | until | processor, network | least | median | most | aim | requests | KiB |")
    print("|---|---|---|--:|--:|--:|--:|--:|--:|")
    print("\n".join(rows))
    print(f"\nThe aims are 40 requests and 220 KiB too. {chat}")


if __name__ == "__main__":
    main()
