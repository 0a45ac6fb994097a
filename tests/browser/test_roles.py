"""What each role sees in the studio, on the watch page and in the panels is what the server says that it may do."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.staging import WITHOUT_CAMERA, call, enter_backstage, enter_watch, go_live, make_session
from tests.browser.test_invitations import accept, enter, invite

pytestmark = pytest.mark.browser
CREW, LEADERS = {"host", "co_host", "moderator"}, {"host", "co_host"}


@dataclass(frozen=True)
class Control:
    """A control of a page, and whether somebody with these rights should see it: ``shown(may, role)``."""

    selector: str
    shown: Callable[[dict[str, bool], str], bool]


def right(*names: str) -> Callable[[dict[str, bool], str], bool]:
    """Who has any of these rights."""
    return lambda may, _role: any(may[name] for name in names)


def of(roles: set[str]) -> Callable[[dict[str, bool], str], bool]:
    return lambda _may, role: role in roles


STUDIO = [
    Control("#hide-stage", right("hide_stage")),
    Control("#end", right("end")),
    Control("#recording", right("record")),
    Control("#recordings", right("record")),
    Control("#health-open", right("start")),
    Control(".booth-facts a[href$='/people']", right("invite")),
    Control(".booth-facts a[href*='/captions']", right("caption")),
    Control(".booth-facts [data-open-settings]", right("change_settings", "manage_chat")),
    Control("#viewers-open", of(CREW)),
    Control("#alert-sound", of(CREW)),
    Control("#microphone", of(LEADERS | {"speaker"})),  # a moderator's appears with the place on stage
    Control("#share", lambda may, role: may["use_screen"] and role in LEADERS),
]
WATCH = [Control("#hand", right("ask_for_stage"))]
TABS = [
    Control("#tab-chat", right("read_chat", "chat", "react")),
    Control("#tab-questions", right("see_questions")),
    Control("#tab-polls", right("see_polls", "create_polls", "vote")),
    Control("#tab-people", right("see_people")),
    Control("#tab-stage", right("manage_stage")),
    Control("#tab-team", right("join_backstage")),
]
PANELS = {
    "chat": [
        Control("[data-composer] textarea:not([disabled])", right("chat")),
        Control("[data-reactions] button", right("react")),
        Control("[data-export] a", of(LEADERS)),
    ],
    "questions": [
        Control("[data-ask] textarea", right("ask")),
        Control(".question-vote:not([disabled])", right("vote_on_questions")),
        Control("[data-does=answer]", right("manage_questions")),
        Control("[data-does=pin]", right("manage_questions")),
        Control("[data-does=dismiss]", right("manage_questions")),
        Control("[data-export] a", of(LEADERS)),
    ],
    "polls": [
        Control("[data-new-poll]", right("create_polls")),
        Control("button.poll-choice", right("vote")),
        Control("[data-does=close]", right("manage_polls")),
        Control("[data-does=delete]", right("manage_polls")),
        Control("[data-polls-export] a", of(LEADERS)),
    ],
    "people": [Control("[data-chat-rules-button]", right("change_settings", "manage_chat"))],
    "stage": [
        Control("[data-layout-choice]", right("manage_stage")),
        Control("[data-add-toggle]", right("manage_stage")),
    ],
    "team": [Control("textarea", right("join_backstage"))],
}
#: What can be done with a message, and with a person of the list, of the audience.
WITH_MESSAGE = {
    "Write to Ann privately": right("chat"),
    "Pin": right("manage_chat"),
    "Delete": right("manage_chat"),
    "Delete all from Ann": right("manage_chat"),
    "Report": lambda may, _role: may["read_chat"] and not may["manage_chat"],
}
WITH_PERSON = {
    "Write privately": right("manage_chat"),
    "Bring on stage": right("manage_stage"),
    "Make moderator": right("add_moderators"),
    "Make speaker": right("add_moderators"),
    "Make co-host": right("add_co_hosts"),
    "Delete all messages": right("manage_chat"),
    "Remove from webinar": right("moderate"),
    "Ban": right("moderate"),
}


def rights_told_to(page: Page) -> list[dict[str, Any]]:
    """What the server says of the person of ``page``, the latest last, as it comes over the page's socket."""
    told: list[dict[str, Any]] = []

    def read(frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            return  # of LiveKit
        found = json.loads(frame)
        replies = [reply for reply in (found, *found.values()) if isinstance(reply, dict)]
        told.extend(reply["state"]["me"] for reply in replies if "may" in reply.get("state", {}).get("me", {}))

    page.on("websocket", lambda socket: socket.on("framereceived", read))
    return told


def compare(root: Locator, controls: list[Control], me: dict[str, Any]) -> list[str]:
    """Waits for the controls that ``me`` should see; names those that are there all the same."""
    shown = {control.selector: control.shown(me["may"], me["role"]) for control in controls}
    for selector, is_shown in shown.items():
        if is_shown:
            expect(root.locator(selector).first, f"{selector} for {me['role']}").to_be_visible()
    return [
        selector for selector, is_shown in shown.items() if not is_shown and root.locator(selector).first.is_visible()
    ]


def offered(menu: Locator) -> set[str]:
    """The names of the buttons that the menu button ``menu`` shows."""
    menu.click()
    row = menu.locator("xpath=ancestor::li[1]").locator(".chat-actions, .person-actions")
    return {button.inner_text() for button in row.get_by_role("button").all()}


def wanted(actions: dict[str, Callable[[dict[str, bool], str], bool]], me: dict[str, Any]) -> set[str]:
    return {name for name, is_shown in actions.items() if is_shown(me["may"], me["role"])}


def look(page: Page, own: list[Control], told: list[dict[str, Any]]) -> list[str]:
    """What stands on the page against the rights of its person."""
    expect(page.locator("#tab-chat")).to_be_visible()
    me = told[-1]
    may, role = me["may"], me["role"]
    wrong = compare(page.locator("body"), own, me) + compare(page.locator("#panels"), TABS, me)
    for name, controls in PANELS.items():
        tab, panel = page.locator(f"#tab-{name}"), page.locator(f"#panel-{name}")
        if tab.is_visible():
            tab.click()
            wrong += [f"{name}: {selector}" for selector in compare(panel, controls, me)]
    page.locator("#tab-chat").click()
    found = offered(page.locator(".chat-message", has_text="Hello from Ann").get_by_role("button", name="Actions for"))
    if found != wanted(WITH_MESSAGE, me):
        wrong.append(f"message: {sorted(found)}")
    if may["see_people"]:
        page.locator("#tab-people").click()
        found = offered(page.locator(".person", has_text="Ann").get_by_role("button", name="Actions for Ann"))
        if found != wanted(WITH_PERSON, me):
            wrong.append(f"person: {sorted(found)}")
    assert role in {"host", "co_host", "moderator", "speaker", "audience"}
    return wrong


def live(visitors, product) -> tuple[Page, dict[str, Any], list[dict[str, Any]]]:
    """(host, session, what the host was told): live, with a message, a question and a poll of Ann's.

    Its preset takes one right from moderators and gives one to the audience, so that roles alone tell nothing.
    """
    host = visitors.sign_in(product)
    flags = {"moderator_manage_poll": False, "audience_poll_create": True}
    session = make_session(host, preset={**WITHOUT_CAMERA, **flags})
    told = rights_told_to(host)
    enter_backstage(host, session)
    go_live(host)
    ann = visitors.new()
    enter_watch(ann, session, "Ann")
    expect(ann.locator("#tab-chat")).to_be_visible()
    here = f"/sessions/{session['id']}"
    call(ann, "POST", f"{here}/chat", {"message": "Hello from Ann"})
    call(ann, "POST", f"{here}/questions", {"text": "When is the next one?"})
    call(host, "POST", f"{here}/polls", {"question": "Which colour?", "options": ["red", "blue"]})
    return host, session, told


def test_the_host_sees_what_a_host_may_do(visitors, product):
    host, _session, told = live(visitors, product)
    assert look(host, STUDIO, told) == []
    assert told[-1]["role"] == "host"


@pytest.mark.parametrize("role", ["co_host", "moderator", "speaker"])
def test_the_studio_shows_what_the_role_may_do(role, visitors, product):
    host, session, _told = live(visitors, product)
    page = visitors.new()
    told = rights_told_to(page)
    accept(page, invite(host, session, role))
    enter(page)
    assert look(page, STUDIO, told) == []
    assert told[-1]["role"] == role


@pytest.mark.parametrize("role", ["moderator", "audience"])
def test_the_watch_page_shows_what_the_role_may_do(role, visitors, product):
    host, session, _told = live(visitors, product)
    page = visitors.new()
    told = rights_told_to(page)
    if role == "moderator":
        accept(page, invite(host, session, role))
        page.goto(f"/w/{session['room']['slug']}/{session['id']}")
        page.get_by_role("button", name=re.compile("^Continue as ")).click()
    else:
        enter_watch(page, session, "Ben")
    assert look(page, WATCH, told) == []
    assert told[-1]["role"] == role


def test_who_has_not_come_in_sees_the_door_alone(visitors, product):
    _host, session, _told = live(visitors, product)
    page = visitors.new()
    page.goto(f"/w/{session['room']['slug']}/{session['id']}")
    main = page.locator("main")
    assert [button.inner_text() for button in main.get_by_role("button").all()] == ["Join"]
    assert main.get_by_role("link").all() == []
