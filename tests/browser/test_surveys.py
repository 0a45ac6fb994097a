"""The survey when a webinar is over: for who stayed to the end, for who comes later, and on the host's report."""

import pytest
from playwright.sync_api import expect

from tests.browser.recorded import add_recording, address_of, ended_session
from tests.browser.staging import call, enter_watch, make_session
from tests.browser.test_host_pages import DESKTOP, PHONE, faults

pytestmark = pytest.mark.browser

THANKS = "Thank you, and until next month."
SURVEY = {"questions": [{"text": "What was missing?"}, {"text": "Again?", "options": ["Yes", "No"]}]}


def on_air(host, title):
    session = make_session(host, title)
    call(host, "PATCH", f"/rooms/{session['room']['id']}", {"survey": SURVEY, "thank_you_text": THANKS})
    call(host, "POST", f"/sessions/{session['id']}/go_live")
    return session


def stay_to_the_end(visitors, host, session, **options):
    guest = visitors.new(**options)
    enter_watch(guest, session)
    expect(guest.locator("#watch")).to_have_attribute("data-view", "theatre")
    expect(guest.locator("#connecting")).to_be_hidden()
    call(host, "POST", f"/sessions/{session['id']}/end")
    expect(guest.get_by_role("heading", name="How was it?")).to_be_visible()
    expect(guest.locator("#over")).to_contain_text(THANKS)
    expect(guest.get_by_text("Thank you for coming.")).to_be_hidden()  # one thank you is enough
    return guest


@pytest.mark.parametrize(("theme", "size"), [("light", DESKTOP), ("dark", PHONE)])
def test_who_stayed_answers_changes_the_answer_and_the_host_reads_it(theme, size, visitors, product):
    host = visitors.sign_in(product, color_scheme=theme, viewport=size)
    session = on_air(host, f"Asked in the {theme}")
    guest = stay_to_the_end(visitors, host, session, color_scheme=theme, viewport=size)
    assert faults(guest) == []
    send = guest.get_by_role("button", name="Send")
    send.click()
    expect(guest.get_by_label("1 – poor")).to_be_focused()  # the rating is asked for
    guest.get_by_label("4", exact=True).check()
    guest.get_by_label("What was missing?").fill("<b>Tea</b>\nand time")
    guest.get_by_label("Yes").check()
    send.click()
    expect(guest.get_by_text("your answer was sent")).to_be_visible()
    expect(guest.get_by_role("heading", name="How was it?")).to_be_focused()
    guest.get_by_role("button", name="Change my answer").click()
    expect(guest.get_by_label("What was missing?")).to_have_value("<b>Tea</b>\nand time")
    guest.get_by_label("5 – very good").check()
    send.click()
    expect(guest.get_by_text("your answer was sent")).to_be_visible()
    host.goto(f"/sessions/{session['id']}/report")
    expect(host.locator("[data-number=rating]")).to_have_text("5.0")
    expect(host.get_by_text("<b>Tea</b>")).to_be_visible()
    assert faults(host) == []
    # Who comes back by the link finds the answer.
    guest.goto(address_of(session))
    expect(guest.get_by_text("your answer was sent")).to_be_visible()
    assert faults(guest) == []


def test_a_replay_that_becomes_ready_takes_nothing_away_that_is_being_written(visitors, product):
    host = visitors.sign_in(product)
    session = on_air(host, "Half an answer")
    guest = stay_to_the_end(visitors, host, session)
    guest.get_by_label("What was missing?").fill("I am still wri")
    add_recording(product, session["id"])
    guest.get_by_role("link", name="Watch the replay").wait_for()
    expect(guest.get_by_label("What was missing?")).to_have_value("I am still wri")
    guest.get_by_label("3", exact=True).check()
    guest.get_by_role("button", name="Send").click()
    expect(guest.locator("#replay")).to_be_visible()  # as soon as nothing is lost any more


def test_who_did_not_come_is_not_asked_and_who_came_is_below_the_replay(visitors, product):
    host = visitors.sign_in(product)
    session = on_air(host, "Later")
    guest = stay_to_the_end(visitors, host, session)
    add_recording(product, session["id"])
    guest.goto(address_of(session))
    expect(guest.locator("#video")).to_be_visible()
    expect(guest.get_by_role("heading", name="How was it?")).to_be_visible()
    late = visitors.new()
    late.goto(address_of(session))
    late.get_by_label("Your name").fill("Late")
    late.get_by_role("button", name="Watch the replay").click()
    expect(late.locator("#video")).to_be_visible()
    expect(late.get_by_role("heading", name="How was it?")).to_have_count(0)


def test_the_host_writes_the_survey_by_keyboard(visitors, product):
    host = visitors.sign_in(product)
    session = ended_session(host, "Written")
    host.goto(f"/rooms/{session['room']['id']}/edit")
    host.get_by_label("Ask for a short survey").check()
    host.get_by_text("Questions of your own").click()
    host.get_by_label("Question 1").fill("Which day suits you?")
    host.get_by_label("Answers to choose from").first.fill("Monday\nFriday")
    assert faults(host) == []
    host.get_by_role("button", name="Save").click()
    expect(host.get_by_text("The room was saved.")).to_be_visible()
    asked = call(host, "GET", f"/rooms/{session['room']['id']}")["survey"]
    assert asked == {"questions": [{"text": "Which day suits you?", "options": ["Monday", "Friday"]}]}
