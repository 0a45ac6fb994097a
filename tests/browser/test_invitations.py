"""Speakers, moderators and co-hosts by personal link: into the studio, on stage and off, and out at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.playing import expect_moving_video
from tests.browser.staging import call, enter_backstage, enter_watch, go_live, make_session

pytestmark = pytest.mark.browser


def invite(host: Page, session: dict, role: str = "speaker", name: str = "Ada Lovelace") -> dict:
    return call(host, "POST", f"/sessions/{session['id']}/invitations", {"name": name, "role": role})


def accept(page: Page, invitation: dict) -> None:
    """Open the link and take it under the name that it suggests."""
    page.goto(invitation["link"])
    expect(page.get_by_label("Your name")).to_have_value(invitation["name"])
    page.get_by_role("button", name="Accept").click()
    page.wait_for_url("**/studio")


def enter(page: Page) -> None:
    """From the check into the booth."""
    if page.locator("#record").count():
        page.wait_for_function("() => !document.querySelector('#record').disabled")
    page.locator("#start").click()
    expect(page.locator("#link-state")).to_have_text("Connected")


def me(page: Page) -> str:
    return call(page, "GET", "/auth/me")["id"]


def bring_on(host: Page, session: dict, user_id: str) -> None:
    place = call(host, "POST", f"/sessions/{session['id']}/stage/participants", {"participant_identity": user_id})
    assert place["participant_identity"] == user_id, place


def test_a_speaker_comes_by_link_waits_is_brought_on_and_taken_off(visitors, product):
    host, speaker, viewer = visitors.sign_in(product), visitors.new(), visitors.new()
    session = make_session(host)
    accept(speaker, invite(host, session))
    expect(speaker.get_by_role("heading", name="Check your devices")).to_be_visible()
    expect(speaker.get_by_text("This webinar is not being recorded at the moment.").first).to_be_visible()
    enter(speaker)
    expect(speaker.locator("#waiting")).to_be_visible()
    expect(speaker.locator("#waiting-video")).to_be_visible()
    enter_backstage(host, session)
    expect_moving_video(speaker, 1)
    go_live(host)
    enter_watch(viewer, session)
    expect_moving_video(viewer, 1)
    ada = me(speaker)
    bring_on(host, session, ada)
    expect(speaker.locator("#on-air")).to_contain_text("Everyone sees and hears you.")
    expect(speaker.locator("#waiting")).to_be_hidden()
    for page in (host, viewer, speaker):
        expect_moving_video(page, 2)
    expect(host.locator("#stage .tile-caption", has_text="Ada Lovelace")).to_be_visible()
    off = call(host, "POST", f"/sessions/{session['id']}/stage/participants/remove", {"participant_identity": ada})
    assert off["left_stage_at"]
    expect(speaker.locator("#waiting")).to_be_visible()
    expect(speaker.locator("[data-notice=off-stage]")).to_be_visible()
    for page in (host, viewer):
        expect(page.locator("#stage video:not([hidden])")).to_have_count(1)
    call(host, "POST", f"/sessions/{session['id']}/end")
    expect(speaker.get_by_role("heading", name="The webinar has ended")).to_be_visible()


def test_who_loses_the_role_is_off_the_air_and_out_of_the_studio_at_once(visitors, product):
    host, co_host, viewer = visitors.sign_in(product), visitors.new(), visitors.new()
    session = make_session(host)
    invitation = invite(host, session, "co_host")
    accept(co_host, invitation)
    enter(co_host)
    go_live(co_host)
    enter_watch(viewer, session)
    expect_moving_video(viewer, 1)
    taken = call(host, "DELETE", f"/sessions/{session['id']}/co_hosts/{me(co_host)}")
    assert not taken["is_active"]
    expect(co_host.locator("#blocking")).to_have_attribute("data-failure", "role_removed")
    expect(co_host.get_by_role("heading", name="You are no longer in the studio")).to_be_visible()
    expect(viewer.locator("#stage video:not([hidden])")).to_have_count(0)
    assert call(co_host, "POST", f"/sessions/{session['id']}/end")["code"] == "not_allowed"
    answer = co_host.goto(invitation["link"])
    assert answer.status == 410
    expect(co_host.locator("[data-failure=invitation_revoked]")).to_be_visible()
    call(host, "POST", f"/sessions/{session['id']}/end")


def test_a_co_host_goes_on_and_ends_when_the_hosts_laptop_closes(visitors, product):
    host, co_host, viewer = visitors.sign_in(product), visitors.new(), visitors.new()
    session = make_session(host)
    accept(co_host, invite(host, session, "co_host"))
    enter_backstage(host, session)
    enter(co_host)
    expect_moving_video(host, 2)
    go_live(host)
    expect(co_host.locator("#phase")).to_have_attribute("data-phase", "live")
    enter_watch(viewer, session)
    expect_moving_video(viewer, 2)
    host.context.close()
    expect(viewer.locator("#stage video:not([hidden])")).to_have_count(1)
    expect_moving_video(viewer, 1)
    expect(co_host.locator("#link-state")).to_have_text("Connected")
    assert call(co_host, "GET", f"/sessions/{session['id']}")["idle_ends_at"] is None
    co_host.get_by_role("button", name="End webinar").click()
    co_host.get_by_role("button", name="Yes, end it").click()
    expect(co_host.get_by_role("heading", name="The webinar has ended")).to_be_visible()
    expect(viewer.get_by_role("heading", name="This webinar is over")).to_be_visible()


def test_a_moderator_comes_without_camera_and_hides_and_shows_the_stage(visitors, product):
    host, moderator, viewer = visitors.sign_in(product), visitors.new(permissions=[]), visitors.new()
    session = make_session(host)
    accept(moderator, invite(host, session, "moderator"))
    expect(moderator.get_by_role("heading", name="Enter studio")).to_be_visible()
    enter(moderator)
    expect(moderator.get_by_role("button", name="Go live")).to_have_count(0)
    for control in ("Mute", "Unmute", "Start camera", "Share screen", "Devices"):
        expect(moderator.get_by_role("button", name=control)).to_have_count(0)
    enter_backstage(host, session)
    go_live(host)
    enter_watch(viewer, session)
    expect_moving_video(viewer, 1)
    moderator.get_by_role("button", name="Pause").click()
    for page in (host, moderator):
        expect(page.get_by_role("heading", name="Paused")).to_be_visible()
    expect(viewer.locator("#stage video:not([hidden])")).to_have_count(0)
    host.get_by_role("button", name="Resume").click()
    host.get_by_role("button", name="Not yet").click()
    expect(host.get_by_role("heading", name="Paused")).to_be_visible()
    host.get_by_role("button", name="Resume").click()
    host.get_by_role("button", name="Yes, resume").click()
    for page in (host, moderator, viewer):
        expect_moving_video(page, 1)
    call(host, "POST", f"/sessions/{session['id']}/end")


def test_a_speaker_comes_with_another_device_by_a_new_link(visitors, product):
    host, phone, laptop = visitors.sign_in(product), visitors.new(), visitors.new()
    session = make_session(host)
    invitation = invite(host, session)
    accept(phone, invitation)
    assert laptop.goto(invitation["link"]).status == 410
    expect(laptop.locator("[data-failure=invitation_used]")).to_be_visible()
    host.goto(f"/sessions/{session['id']}/people")
    host.get_by_role("button", name=re.compile("^New link")).click()
    accept(laptop, invitation | {"link": host.get_by_label("Link for Ada Lovelace").input_value()})
    assert me(laptop) != me(phone)
    expect(phone.locator("#blocking")).to_have_attribute("data-failure", "role_removed")


def test_a_link_that_never_was_says_so(visitors, product):
    page = visitors.new()
    assert page.goto("/i/iv_nonsense").status == 404
    expect(page.locator("[data-failure=invitation_unknown]")).to_be_visible()


def test_the_host_invites_copies_and_takes_back_on_a_page(visitors, product):
    host = visitors.sign_in(product)
    session = make_session(host)
    host.goto(f"/sessions/{session['id']}")
    host.get_by_role("link", name="People and invitations").click()
    host.get_by_label("Name").fill("<b>Ada</b>")
    host.get_by_label("E-mail").fill("ada@example.com")
    host.get_by_role("button", name="Create invitation").click()
    expect(host.get_by_text("The invitation was sent to ada@example.com.")).to_be_visible()
    link = host.get_by_label("Link for <b>Ada</b>")
    assert re.fullmatch(r"http://localhost:\d+/i/iv_[\w-]{43}", link.input_value())
    speaker = visitors.new()
    speaker.goto(link.input_value())
    speaker.get_by_role("button", name="Accept").click()
    speaker.wait_for_url("**/studio")
    host.reload()
    expect(host.get_by_role("link", name=re.compile("^Remove.*Ada"))).to_be_visible()
    host.get_by_role("link", name=re.compile("^Revoke link.*Ada")).click()
    expect(host.get_by_text("This cannot be undone")).to_be_visible()
    host.get_by_role("button", name="Revoke link").click()
    expect(host.get_by_text("No invitations yet.")).to_be_visible()
    expect(speaker.locator("#blocking")).to_have_attribute("data-failure", "role_removed")
