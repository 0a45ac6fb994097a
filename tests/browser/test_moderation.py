"""The crew keeps order: people, bans, removals, and "Chat rules", in real browsers on the real media server."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staging import call, enter_watch, live_pair, make_session, sees_moving_picture

pytestmark = pytest.mark.browser
#: Connects to LiveKit with a token of before; what becomes of the connection.
CONNECT = """async ({ livekit_url, livekit_token }) => {
  const { DisconnectReason, Room, RoomEvent } = window.LivekitClient;
  const room = new Room();
  const gone = new Promise((resolve) => { room.once(RoomEvent.Disconnected, resolve); });
  try {
    await room.connect(livekit_url, livekit_token);
  } catch {
    return "removed";  // before the connection was complete
  }
  return (await gone) === DisconnectReason.PARTICIPANT_REMOVED ? "removed" : "left";
}"""


def people_of(page: Page):
    page.get_by_role("tab", name=re.compile("^People")).click()
    panel = page.locator("#panel-people")
    expect(panel).to_be_visible()
    return panel


def act(page: Page, name: str, what: str) -> None:
    """Choose what to do with a person of the list."""
    row = people_of(page).locator(".person", has_text=name)
    more = row.get_by_role("button", name=f"Actions for {name}")
    if more.get_attribute("aria-expanded") != "true":
        more.click()
    row.get_by_role("button", name=f"{what}: {name}", exact=True).click()


def expect_blocked(page: Page, key: str, title: str) -> None:
    expect(page.locator("#blocking")).to_have_attribute("data-failure", key)
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_a_ban_throws_the_page_out_and_lets_no_name_of_that_browser_in_again(visitors, product):
    host, viewer, session = live_pair(visitors, product)
    old = viewer.evaluate(
        """async (api) => {
          const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
          const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
          return (await (await fetch(api, { method: "POST", headers, body: "{}" })).json()).data;
        }""",
        f"/v1/webinar/sessions/{session['id']}/join",
    )
    act(host, "Grace", "Ban")
    host.get_by_label("Reason").fill("Advertising <b>again</b>")
    host.get_by_role("button", name="Ban", exact=True).click()
    expect_blocked(viewer, "removed", "You were removed")
    expect(viewer.get_by_text("Advertising <b>again</b>")).to_be_visible()
    expect(host.get_by_text("1 person is banned")).to_be_visible()
    expect(host.locator("#panel-people .person", has_text="Grace").first).not_to_be_visible()

    assert viewer.evaluate(CONNECT, old) == "removed"

    viewer.reload()
    expect(viewer.locator("[data-failure=removed]")).to_be_visible()
    viewer.context.clear_cookies(name="sessionid")
    viewer.context.clear_cookies(name="device_token")
    enter = f"/w/{session['room']['slug']}/{session['id']}"
    viewer.goto(enter)
    viewer.get_by_label("Your name").fill("Somebody else")
    viewer.get_by_role("button", name="Join", exact=True).click()
    expect(viewer.locator("[data-failure=removed]")).to_be_visible()

    host.get_by_text("1 person is banned").click()
    host.get_by_role("button", name="Let in again: Grace").click()
    expect(host.get_by_text("1 person is banned")).to_be_hidden()
    viewer.goto(enter)
    sees_moving_picture(viewer)


def test_who_is_kicked_may_come_back(visitors, product):
    host, viewer, _session = live_pair(visitors, product)
    act(host, "Grace", "Remove from webinar")
    expect_blocked(viewer, "kicked", "The host removed you")
    viewer.get_by_role("button", name="Come back").click()
    sees_moving_picture(viewer)


def test_chat_rules_work_at_once_and_the_lock_keeps_newcomers_out(visitors, product):
    host, viewer, session = live_pair(visitors, product)
    people_of(host).get_by_role("button", name="Chat rules").click()
    dialog = host.get_by_role("dialog", name="Settings of this webinar")
    dialog.get_by_label("Slow mode").select_option("30")
    expect(dialog.get_by_role("status")).to_have_text("Slow mode: A message every 30 seconds")
    dialog.get_by_role("switch", name=re.compile("^Lock the webinar")).check()
    expect(dialog.get_by_role("status")).to_have_text("The webinar is locked.")
    dialog.get_by_label("Blocked words").fill("spam\nbuy now")
    dialog.get_by_label("Slow mode").focus()
    expect(dialog.get_by_role("status")).to_have_text("The list of words was saved.")
    dialog.get_by_role("button", name="Done").click()
    expect(host.get_by_role("button", name="Chat rules: on")).to_be_visible()
    rules = call(host, "GET", f"/sessions/{session['id']}/moderation")
    assert (rules["slow_mode"], rules["is_door_closed"], rules["blocked_words"]) == (30, True, ["spam", "buy now"])

    newcomer = visitors.new()
    newcomer.goto(f"/w/{session['room']['slug']}/{session['id']}")
    expect(newcomer.locator("[data-failure=door_closed]")).to_be_visible()
    viewer.reload()
    sees_moving_picture(viewer)


def test_a_lock_while_people_are_in_the_lobby_keeps_whoever_waits_there(visitors, product):
    host, viewer, newcomer = visitors.sign_in(product), visitors.new(), visitors.new()
    session = make_session(host)
    enter_watch(viewer, session)
    expect(viewer.locator("[data-viewers]").first).to_contain_text("1")  # once they were counted
    call(host, "PATCH", f"/sessions/{session['id']}/moderation", {"is_door_closed": True})
    newcomer.goto(f"/w/{session['room']['slug']}/{session['id']}")
    expect(newcomer.locator("[data-failure=door_closed]")).to_be_visible()
    viewer.reload()
    expect(viewer.locator("#watch")).to_have_attribute("data-view", "lobby")


def test_the_audience_sees_the_list_only_where_the_preset_says_so_and_never_actions(visitors, product):
    host, viewer, _session = live_pair(visitors, product, preset={"audience_can_see_participants": True})
    panel = people_of(viewer)
    expect(panel.locator(".person")).to_have_count(2)
    expect(panel.locator(".person").first).to_contain_text("Host")
    expect(panel.get_by_role("button")).to_have_count(0)
    others_host, others_viewer, _other = live_pair(visitors, product)
    expect(others_viewer.get_by_role("tab", name=re.compile("^People"))).to_be_hidden()
    expect(people_of(others_host).locator(".person")).to_have_count(2)
    assert host is not others_host


def test_a_moderator_is_made_from_the_list_and_the_badge_follows(visitors, product):
    host, _viewer, _session = live_pair(visitors, product)
    act(host, "Grace", "Make moderator")
    row = people_of(host).locator(".person", has_text="Grace")
    expect(row.locator(".chat-badge")).to_have_text("Moderator")
    act(host, "Grace", "Remove as moderator")
    expect(row.locator(".chat-badge")).to_have_count(0)
