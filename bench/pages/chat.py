"""A chat of many messages in a page: what it keeps in the document, and how long it keeps the page busy at once."""

import json
import subprocess
import sys
from typing import Any, Protocol

from playwright.sync_api import Page

from tests.browser.staging import WITHOUT_CAMERA, call, make_session
from tests.product import ROOT, Product

ARRIVING = 200
LONG = 50  # ms
_FILL = """
from datetime import timedelta
from django.utils import timezone
from chat.models import ChatMessage
from sessions.models import Session
session = Session.objects.get(pk="{session}")
host, begun = session.room.host, timezone.now() - timedelta(hours=1)
ChatMessage.objects.bulk_create(
    [
        ChatMessage(session=session, user=host, username=host.username, role="host",
                    text=f"Line {{number}} " + "of words " * (number % 9),
                    published_at=begun + timedelta(milliseconds=number * 100))
        for number in range({number})
    ],
    batch_size=1000,
)
"""
#: Scroll to one end as fast as the page lets one; gives the most messages that were in the document at once.
_SCROLL = """async ([towards, first]) => {
  const box = document.querySelector("[data-scroll]");
  let most = 0;
  for (;;) {
    box.scrollTop = towards === "start" ? 0 : box.scrollHeight;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const drawn = box.querySelectorAll(".chat-message");
    most = Math.max(most, drawn.length);
    const end = towards === "start" ? drawn[0] : drawn[drawn.length - 1];
    const left = towards === "start" ? box.scrollTop : box.scrollHeight - box.scrollTop - box.clientHeight;
    if (left < 10 && end?.querySelector(".chat-text").textContent.startsWith(first)) return most;
  }
}"""


class _Bench(Protocol):
    host: Page
    product: Product

    def guest(self, session: dict[str, Any]) -> Any: ...
    def opened(self, state: Any, address: str, mark: str, conditions: dict[str, Any]) -> Any: ...


def measure_chat(bench: _Bench, number: int) -> str:
    """A sentence about it."""
    session = make_session(bench.host, preset=WITHOUT_CAMERA)
    call(bench.host, "POST", f"/sessions/{session['id']}/go_live")
    script = _FILL.format(session=session["id"], number=number)
    fill = [sys.executable, "manage.py", "shell", "-v0", "-c", script]
    subprocess.run(fill, env=bench.product.environment, cwd=ROOT, check=True)
    address = f"/w/{session['room']['slug']}/{session['id']}"
    told = []
    with bench.opened(bench.guest(session), address, "usable", {}) as (page, _weight):
        page.get_by_role("tab", name="Chat").click()
        page.locator(".chat-message", has_text=f"Line {number - 1} ").wait_for()
        page.wait_for_load_state("networkidle")

        def busy(what: str, act: Any) -> None:
            browser = page.context.browser
            assert browser is not None
            browser.start_tracing(page=page, categories=["toplevel"])
            result = act()
            tasks = _tasks(json.loads(browser.stop_tracing())["traceEvents"])
            long = sum(task >= LONG for task in tasks)
            more = f", at most {result} of them in the document" if result else ""
            told.append(f"{what}: {long} long tasks, the longest {max(tasks):.0f} ms{more}")

        busy("scrolled to its beginning", lambda: page.evaluate(_SCROLL, ["start", "Line 0 "]))
        busy("scrolled to its end", lambda: page.evaluate(_SCROLL, ["end", f"Line {number - 1} "]))
        busy(f"{ARRIVING} more that arrive", lambda: _arrive(bench.host, page, session))
    return (
        f"A chat of {number:,} messages: {'; '.join(told)}. A long task takes {LONG} ms or more, here of the "
        "processor's time: others who use the machine make it no longer."
    )


def _tasks(events: list[dict[str, Any]]) -> list[float]:
    """How many ms of the processor each task of a page's main thread took, by Chromium's trace."""
    names = (event for event in events if event["name"] == "thread_name")
    main = {(event["pid"], event["tid"]) for event in names if event["args"]["name"] == "CrRendererMain"}
    tasks = (event for event in events if event["name"].endswith("RunTask") and (event["pid"], event["tid"]) in main)
    return [event["tdur"] / 1000 for event in tasks if "tdur" in event]


def _arrive(host: Page, page: Page, session: dict[str, Any]) -> None:
    for number in range(ARRIVING):
        call(host, "POST", f"/sessions/{session['id']}/chat", {"message": f"New {number}."})
    page.locator(".chat-message", has_text=f"New {ARRIVING - 1}.").wait_for()
