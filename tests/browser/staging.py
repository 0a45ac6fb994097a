"""What studio and watch tests share: sessions made through the API as the signed-in page, and eyes and ears in a page."""

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.livekit import PATIENCE

#: Of a preset: nobody's picture is encoded, sent and drawn, which costs more than all else. For what stands beside the stage.
WITHOUT_CAMERA = {"host_camera_enabled": False}
#: Frames shown so far, counted by the browser itself.
FRAMES = "(video) => video.getVideoPlaybackQuality().totalVideoFrames"


def send(page: Page, method: str, path: str, **content: Any) -> Any:
    """The reply to a request with the cookies of ``page``; ``content`` is what Playwright takes: data, multipart."""
    token = next((cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken"), "")
    address, headers = f"/v1/webinar{path}", {"X-CSRFToken": token}
    return page.request.fetch(address, method=method, headers=headers, timeout=PATIENCE * 1000, **content).json()


def call(page: Page, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Call the API as the person of ``page``, which may be empty yet; the data of a success, the whole reply of a refusal."""
    answer = send(page, method, path, data=None if method == "GET" else body or {})
    return answer["data"] if answer["success"] else answer


def wait_for_reply(page: Page, ask: Callable[[], Any], what: str) -> Any:
    """Call ``ask()`` again and again, while the page goes on, until it gives something; fails naming ``what``."""
    deadline = time.monotonic() + PATIENCE
    while not (found := ask()):
        assert time.monotonic() < deadline, f"Waited in vain: {what}"
        page.wait_for_timeout(250)
    return found


def make_session(page: Page, title: str = "Open day", room_id: str | None = None, **fields: Any) -> dict[str, Any]:
    """A session in a room of its own, or in ``room_id``; ``preset`` holds flags of a preset of its own."""
    look = {"name": title, "type": "whip", "primary_color": "#0f766e", **fields.pop("preset", {})}
    preset = call(page, "POST", "/presets", look)
    room_id = room_id or call(page, "POST", "/rooms", {"title": title})["room"]["id"]
    body = {"title": title, "preset_id": preset["id"], **fields}
    return call(page, "POST", f"/rooms/{room_id}/sessions", body)["session"]


def open_studio(page: Page, session: dict[str, Any]) -> None:
    """The device check of the session's studio."""
    page.goto(f"/sessions/{session['id']}/studio")
    expect(page.get_by_role("heading", name="Check your devices")).to_be_visible()


def enter_backstage(page: Page, session: dict[str, Any]) -> None:
    """Through the device check to the rehearsal, publishing: a picture, unless the preset forbids the camera."""
    open_studio(page, session)
    page.wait_for_function("() => document.querySelector('#record') && !document.querySelector('#record').disabled")
    page.get_by_role("button", name="Enter backstage", exact=True).click()
    expect(page.locator("#link-state")).to_have_text("Connected")
    shown = "video:not([hidden])" if session["preset"]["host_camera_enabled"] else ".tile-avatar"
    expect(page.locator(f"#stage {shown}")).to_be_visible()


def go_live(page: Page) -> None:
    """From the rehearsal on air."""
    page.get_by_role("button", name="Go live").click()
    page.get_by_role("button", name="Yes, go live").click()
    expect(page.locator("#phase")).to_have_attribute("data-phase", "live")


def enter_watch(page: Page, session: dict[str, Any], name: str = "Grace") -> None:
    """Open the session's public address and give a name."""
    page.goto(f"/w/{session['room']['slug']}/{session['id']}")
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.locator("#watch")).to_have_attribute("data-view", re.compile("lobby|theatre"))


def sees_moving_picture(page: Page, kind: str = "camera") -> None:
    """Waits until frames of the tile of ``kind`` advance."""
    video = page.locator(f"#stage .tile[data-kind={kind}] video:not([hidden])")
    expect(video).to_be_visible()
    before = video.evaluate(FRAMES)
    page.wait_for_function(
        "([selector, before]) => document.querySelector(selector)?.getVideoPlaybackQuality().totalVideoFrames > before + 5",
        arg=[f"#stage .tile[data-kind={kind}] video:not([hidden])", before],
    )


def live_pair(visitors, product, **fields: Any) -> tuple[Page, Page, dict[str, Any]]:
    """A host on air, a viewer who sees them, and the session."""
    host = visitors.sign_in(product)
    session = make_session(host, **fields)
    enter_backstage(host, session)
    go_live(host)
    viewer = visitors.new()
    enter_watch(viewer, session)
    sees_moving_picture(viewer)
    return host, viewer, session
