"""Chat and reactions across three browsers: a host and two guests."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staging import WITHOUT_CAMERA, call, enter_backstage, enter_watch, go_live, make_session
from tests.browser.test_host_pages import PHONE, faults
from tests.product import ROOT

pytestmark = pytest.mark.browser


def open_chat(page: Page) -> None:
    page.get_by_role("tab", name="Chat").click()
    expect(page.get_by_label("Your message")).to_be_enabled()


def write(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def said(page: Page, text: str):
    return page.locator(".chat-list .chat-message:not(.pending)", has_text=text)


def choose(page: Page, text: str, action: str) -> None:
    """Open the menu of the message ``text`` and press ``action``."""
    said(page, text).locator(".chat-more").click()
    said(page, text).get_by_role("button", name=action, exact=True).click()


@pytest.fixture
def three(visitors, product):
    """(host, Ada, Bob, session), all of them in a live session with the chat open."""

    def meet(**options):
        host = visitors.sign_in(product)
        session = make_session(host, preset=WITHOUT_CAMERA)
        enter_backstage(host, session)
        go_live(host)
        open_chat(host)
        guests = [visitors.new(**options), visitors.new()]
        for guest, name in zip(guests, ("Ada", "Bob"), strict=True):
            enter_watch(guest, session, name)
            open_chat(guest)
        return host, *guests, session

    return meet


def test_three_people_talk_and_two_of_them_alone(three):
    host, ada, bob, _session = three()
    write(ada, "Hello from Ada https://example.com/a?b=1.")
    for page in (host, ada, bob):
        expect(said(page, "Hello from Ada")).to_have_count(1)
    link = said(bob, "Hello from Ada").get_by_role("link")
    expect(link).to_have_attribute("href", "https://example.com/a?b=1")
    expect(link).to_have_attribute("rel", re.compile("noopener noreferrer nofollow"))
    write(host, "Welcome <b>all</b>")
    expect(said(bob, "Welcome <b>all</b>").locator(".chat-badge")).to_have_text("Host")
    expect(said(ada, "Hello from Ada").locator(".chat-badge")).to_have_count(0)

    choose(ada, "Welcome", "Write to " + said(ada, "Welcome").locator(".chat-name").inner_text() + " privately")
    expect(ada.locator("[data-to]")).to_contain_text("Only ")
    write(ada, "Psst, host")
    expect(said(host, "Psst, host")).to_contain_text("Privately to you")
    expect(said(ada, "Psst, host")).to_contain_text("Privately to ")
    ada.get_by_role("button", name="Write to everyone").click()
    write(ada, "Back in public")
    expect(said(bob, "Back in public")).to_have_count(1)
    expect(said(bob, "Psst, host")).to_have_count(0)
    assert "Psst, host" not in bob.content()


def test_messages_are_pinned_and_deleted_for_all(three):
    host, ada, bob, _session = three()
    write(ada, "Buy my things")
    write(bob, "Slides are at the door")
    choose(host, "Slides", "Pin")
    for page in (host, ada, bob):
        expect(page.locator("[data-pinned]")).to_contain_text("Slides are at the door")
    choose(host, "Buy my things", "Delete")
    for page in (host, ada, bob):
        expect(said(page, "Buy my things")).to_have_count(0)
    choose(bob, "Slides", "Delete")
    for page in (host, ada, bob):
        expect(page.locator("[data-pinned]")).to_be_hidden()


def test_a_chat_that_is_switched_off_closes_at_once_and_keeps_what_was_begun(three):
    host, ada, bob, session = three()
    ada.get_by_label("Your message").fill("Half a senten")
    call(host, "PATCH", f"/sessions/{session['id']}/settings", {"chat_enabled": False})
    for page in (host, ada, bob):
        expect(page.get_by_label("Your message")).to_be_disabled()
        expect(page.locator("#panel-chat [data-composer] [data-state]")).to_have_text("The chat is switched off.")
    call(host, "PATCH", f"/sessions/{session['id']}/settings", {"chat_enabled": None})
    expect(ada.get_by_label("Your message")).to_be_enabled()
    expect(ada.get_by_label("Your message")).to_have_value("Half a senten")


def test_what_was_written_without_a_connection_arrives_once(three):
    _host, ada, bob, _session = three()
    write(ada, "Before")
    expect(said(bob, "Before")).to_have_count(1)
    ada.context.set_offline(True)
    ada.evaluate("() => dispatchEvent(new Event('pagehide'))")  # the socket closes, as in a tunnel
    write(ada, "From the tunnel")
    expect(ada.locator(".chat-message.pending")).to_contain_text("Not sent yet")
    write(bob, "Meanwhile")
    ada.context.set_offline(False)
    ada.evaluate("() => dispatchEvent(new Event('online'))")
    expect(said(bob, "From the tunnel")).to_have_count(1)
    expect(said(ada, "Meanwhile")).to_have_count(1)
    expect(said(ada, "From the tunnel")).to_have_count(1)
    expect(ada.locator(".chat-message.pending")).to_have_count(0)


def test_a_held_message_waits_for_the_crew(three):
    host, ada, bob, session = three()
    call(host, "PATCH", f"/sessions/{session['id']}/moderation", {"hold_messages": True})
    write(ada, "May I ask?")
    expect(said(ada, "May I ask?")).to_contain_text("Waiting for the team")
    queue = host.locator("details[data-held]")
    expect(queue).to_contain_text("1 message is waiting for approval")
    queue.get_by_role("button", name="Approve").click()
    expect(said(bob, "May I ask?")).to_have_count(1)
    expect(said(ada, "May I ask?")).not_to_contain_text("Waiting for the team")
    expect(queue).to_be_hidden()


def test_reports_reach_the_crew_who_leaves_the_message_or_deletes_it(three):
    host, ada, bob, _session = three()
    for text in ("Cheap watches", "A harmless joke"):
        write(ada, text)
        choose(bob, text, "Report")
        bob.get_by_label("What is wrong with it?").fill(f"About {text}")
        bob.get_by_role("button", name="Report", exact=True).click()
        expect(bob.get_by_text("The team will look at it.").first).to_be_visible()
    queue = host.locator("[data-reports]")
    expect(queue).to_contain_text("2 messages were reported")
    expect(ada.locator("[data-reports]")).to_be_hidden()
    item = queue.locator("li", has_text="Cheap watches")
    expect(item).to_contain_text("Reported by Bob: About Cheap watches")
    item.get_by_role("button", name="Delete the message").click()
    for page in (host, ada, bob):
        expect(said(page, "Cheap watches")).to_have_count(0)
    queue.get_by_role("button", name="Keep the message").click()
    expect(queue).to_be_hidden()
    expect(said(bob, "A harmless joke")).to_have_count(1)


def test_all_that_somebody_wrote_goes_in_one_step(three):
    host, ada, bob, _session = three()
    for text in ("One", "Two", "Three"):
        write(ada, text)
    write(bob, "Mine stays")
    expect(said(host, "Three")).to_have_count(1)  # what comes after the deletion would stay
    choose(host, "Two", "Delete all from Ada")
    dialog = host.get_by_role("dialog", name="Delete all messages from Ada?")
    dialog.get_by_role("button", name="Delete all").click()
    for page in (host, ada, bob):
        expect(said(page, "Mine stays")).to_have_count(1)
        expect(page.locator(".chat-list .chat-message")).to_have_count(1)


def test_who_leads_downloads_the_public_chat_alone(three):
    host, ada, bob, session = three()
    expect(host.get_by_role("link", name="Download the public chat")).to_be_hidden()
    write(ada, "For everybody")
    choose(bob, "For everybody", "Write to Ada privately")
    write(bob, "For Ada only")
    expect(said(ada, "For Ada only")).to_have_count(1)
    link = host.get_by_role("link", name="Download the public chat")
    with host.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith(".xlsx")
    public = host.request.get(f"/v1/webinar/sessions/{session['id']}/chat/export?format=csv").text()
    assert ("For everybody" in public, "For Ada only" in public) == (True, False)
    expect(ada.get_by_role("link", name="Download the public chat")).to_be_hidden()


FILL = """
from datetime import timedelta
from django.utils import timezone
from chat.models import ChatMessage
from sessions.models import Session
session = Session.objects.get(pk="{session}")
host, begun = session.room.host, timezone.now() - timedelta(minutes=1)
ChatMessage.objects.bulk_create(
    ChatMessage(session=session, user=host, username=host.username, role="host", text=f"Line {{number:03}}",
                published_at=begun + timedelta(milliseconds=number))
    for number in range({number})
)
"""
DRAWN = 200  # messages in the document, at most


def lines(page: Page) -> list[str]:
    """The lines of FILL that are in the document, in their order."""
    texts = page.locator(".chat-list .chat-text").all_inner_texts()
    assert len(texts) <= DRAWN
    return [text for text in texts if text.startswith("Line")]


def test_a_long_history_loads_upwards_and_who_reads_it_stays_there(three, product):
    _host, ada, bob, session = three()
    script = FILL.format(session=session["id"], number=420)
    fill = [sys.executable, "manage.py", "shell", "-v0", "-c", script]
    subprocess.run(fill, env=product.environment, cwd=ROOT, check=True)
    bob.reload()
    open_chat(bob)
    expect(said(bob, "Line 419")).to_have_count(1)
    expect(said(bob, "Line 300")).to_have_count(0)
    scroller = bob.locator("#panel-chat [data-scroll]")
    while (first := lines(bob)[0]) != "Line 000":
        scroller.evaluate("(box) => { box.scrollTop = 0; }")
        expect(bob.locator(".chat-list .chat-text").first).not_to_have_text(first)
    # What is drawn is a piece of the chat without gaps, however long that is, and a new message changes nothing in it.
    drawn = lines(bob)
    assert drawn == [f"Line {number:03}" for number in range(len(drawn))]
    scroller.evaluate("(box) => { box.scrollTop = 700; }")
    seen = "(box) => document.elementFromPoint(box.getBoundingClientRect().x + 20, box.getBoundingClientRect().y + 20).textContent"
    at = scroller.evaluate(seen)
    write(ada, "Something new")
    expect(bob.locator("#panel-chat [data-new]")).to_have_text("1 new message")
    assert scroller.evaluate(seen) == at
    while "Line 419" not in lines(bob):
        last = lines(bob)[-1]
        scroller.evaluate("(box) => { box.scrollTop = box.scrollHeight; }")
        expect(bob.locator(".chat-list .chat-text").last).not_to_have_text(last)
    drawn = lines(bob)
    assert drawn == [f"Line {number:03}" for number in range(420 - len(drawn), 420)]
    scroller.evaluate("(box) => { box.scrollTop = box.scrollHeight / 2; }")
    write(ada, "Something newer")
    expect(bob.locator("#panel-chat [data-new]")).to_be_visible()
    bob.locator("#panel-chat [data-new]").click()
    expect(said(bob, "Something newer")).to_be_in_viewport()
    expect(bob.locator("#panel-chat [data-new]")).to_be_hidden()
    lines(bob)


def test_reactions_rise_for_everybody(three):
    _host, ada, bob, _session = three()
    ada.get_by_role("button", name="Applause").click()
    expect(bob.locator(".reaction-figure[data-emoji='👏']").first).to_be_visible()


def test_messages_are_read_out_in_few_words_unless_switched_off(three):
    _host, ada, bob, _session = three()
    expect(bob.locator("#panel-chat [data-scroll]")).to_have_attribute("aria-live", "off")
    write(ada, "Hello")
    expect(bob.locator("#announcer")).to_have_text("Ada: Hello")
    bob.get_by_label("Screen readers: read new messages out").uncheck()
    write(ada, "And more")
    expect(said(bob, "And more")).to_have_count(1)
    expect(bob.locator("#announcer")).to_have_text("Ada: Hello")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_panel_is_accessible_and_fits_a_phone(three, visitors, theme):
    host, ada, bob, session = three(color_scheme=theme, viewport=PHONE)
    write(bob, "A question, in many words and with a link: https://example.com/" + "long-" * 30)
    choose(host, "A question", "Pin")
    write(host, "Welcome!")
    choose(ada, "Welcome!", f"Write to {said(ada, 'Welcome!').locator('.chat-name').inner_text()} privately")
    write(ada, "Psst")
    expect(said(ada, "Psst")).to_contain_text("Privately to")
    said(ada, "Welcome!").locator(".chat-more").click()
    call(host, "PATCH", f"/sessions/{session['id']}/moderation", {"hold_messages": True})
    write(bob, "May I?")
    expect(host.locator("details[data-held]")).to_be_visible()
    for page in (ada, host):
        assert faults(page) == []
