"""The replay in a real browser on the real product: plays, seeks, speaks to keys, goes on with fresh links."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.recorded import (
    PROCESSING,
    add_recording,
    address_of,
    change_recording,
    ended_session,
    enter_replay,
    upload,
    video_of,
)
from tests.browser.staging import call, enter_watch, make_session
from tests.browser.test_host_pages import DESKTOP, PHONE, faults
from tests.browser.test_phones import LOW_POWER, WRONG_CLOCK

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bees(browser, product):
    """A session with a published recording of a minute, and captions in English: {session, recording}."""
    from tests.browser.conftest import Visitors, in_browser_thread

    def make():
        people = Visitors(browser, product.base_url, "bees")
        host = people.sign_in(product)
        session = ended_session(host)
        recording = add_recording(product, session["id"])
        assert upload(host, recording)["success"] is True
        people.close(failed=False)
        return {"session": session, "recording": recording}

    return in_browser_thread(make)


def wait_for(page, condition):
    """Until ``condition`` of the video ``video`` holds."""
    page.wait_for_function(f"() => {{ const video = document.querySelector('#video'); return {condition}; }}")


def open_player(page, session):
    enter_replay(page, session)
    expect(page.locator("#replay")).to_have_attribute("data-view", "player")
    wait_for(page, "video.readyState >= 1")


def start(page):
    page.get_by_role("button", name="Play the recording").click()
    wait_for(page, "!video.paused && video.currentTime > 0.3 && video.getVideoPlaybackQuality().totalVideoFrames > 2")


def test_a_guest_plays_seeks_and_changes_speed_and_volume(visitors, bees):
    page = visitors.new()
    open_player(page, bees["session"])
    assert page.locator("#video").get_attribute("poster").startswith("/files/")
    expect(page.locator("[data-time]")).to_have_text("0:00 / 1:00")
    start(page)
    wait_for(page, "video.currentTime > 1")
    position = page.get_by_label("Position")
    position.fill("40")
    wait_for(page, "video.currentTime >= 40 && !video.seeking && !video.paused")
    expect(position).to_have_attribute("aria-valuetext", re.compile(r"^0:4\d of 1:00$"))
    page.get_by_label("Speed").select_option("1.5")
    assert video_of(page)["rate"] == 1.5
    page.get_by_label("Volume").fill("0.5")
    assert video_of(page)["volume"] == 0.5
    page.get_by_role("button", name="Turn sound off").click()
    assert video_of(page)["muted"] is True
    page.get_by_role("button", name="Pause").click()
    wait_for(page, "video.paused")


def test_speed_and_sound_are_remembered_and_so_is_the_place(visitors, bees):
    page = visitors.new()
    open_player(page, bees["session"])
    page.get_by_label("Speed").select_option("2")
    page.get_by_role("button", name="Turn sound off").click()
    page.get_by_label("Position").fill("25")
    wait_for(page, "video.currentTime === 25 && !video.seeking")
    page.reload()
    wait_for(page, "video.readyState >= 1 && Math.abs(video.currentTime - 25) < 0.2")
    assert (video_of(page)["rate"], video_of(page)["muted"]) == (2, True)
    expect(page.locator("[data-notice=place]")).to_contain_text("You have watched this before. It continues at 0:25.")
    page.get_by_role("button", name="From the beginning").click()
    wait_for(page, "video.currentTime < 0.1")


def test_everything_can_be_done_with_keys(visitors, bees):
    page = visitors.new()
    open_player(page, bees["session"])
    page.keyboard.press("k")
    wait_for(page, "!video.paused && video.currentTime > 0.2")
    page.keyboard.press("Space")
    wait_for(page, "video.paused")
    page.keyboard.press("5")
    wait_for(page, "Math.abs(video.currentTime - 30) < 0.1")
    for key, time in (("ArrowRight", 35), ("l", 45), ("ArrowLeft", 40), ("j", 30), ("0", 0), ("9", 54)):
        page.keyboard.press(key)
        wait_for(page, f"Math.abs(video.currentTime - {time}) < 0.1")
    page.keyboard.press("m")
    assert video_of(page)["muted"] is True
    page.keyboard.press("m")
    page.locator("[data-play]").focus()
    page.keyboard.press("ArrowDown")
    assert video_of(page)["volume"] == 0.95
    page.keyboard.press("Shift+>")
    assert video_of(page)["rate"] == 1.25
    page.keyboard.press("c")
    expect(page.get_by_label("Captions")).to_have_value(re.compile("."))
    expect(page.locator("#announcer")).to_contain_text("Captions on")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Play or pause")
    page.keyboard.press("k")  # keys are the dialog's now
    assert video_of(page)["paused"] is True
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement?.id === 'player'")
    page.keyboard.press("f")
    page.wait_for_function("() => !document.fullscreenElement")


def test_the_seek_bar_shows_a_picture_of_the_place(visitors, bees):
    page = visitors.new()
    open_player(page, bees["session"])
    preview, picture = page.locator("[data-preview]"), page.locator("[data-picture]")
    box = page.get_by_label("Position").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    expect(preview).to_be_visible()
    expect(page.locator("[data-moment]")).to_have_text(re.compile("0:(29|30)"))
    # The picture of second 30 is the 16th: fourth row, first column; a moment before, the row above.
    expect(picture).to_have_css("background-position", re.compile(r"0px -135px|-320px -90px"))
    expect(picture).to_have_css("background-image", re.compile(r"/files/"))
    page.mouse.move(0, 0)
    expect(preview).to_be_hidden()
    page.keyboard.press("0")
    page.get_by_label("Position").focus()
    page.keyboard.press("ArrowRight")
    expect(preview).to_be_visible()
    expect(page.locator("[data-moment]")).to_have_text("0:05")


def test_the_transcript_follows_is_clicked_and_searched(visitors, bees):
    page = visitors.new()
    open_player(page, bees["session"])
    lines = page.locator("[data-lines] button")
    expect(lines).to_have_count(5)
    expect(lines.nth(2)).to_have_text("0:20The café opens at noon.")
    lines.nth(2).click()
    wait_for(page, "Math.abs(video.currentTime - 20) < 0.1")
    expect(page.locator("[data-lines] [aria-current]")).to_have_text("0:20The café opens at noon.")
    page.keyboard.press("ArrowDown")
    expect(lines.nth(3)).to_be_focused()
    page.keyboard.press("Enter")
    wait_for(page, "Math.abs(video.currentTime - 30) < 0.1")
    search = page.get_by_label("Search the transcript")
    search.fill("bees")
    expect(page.locator("[data-found]")).to_have_text("2 lines")
    expect(page.locator("[data-lines] button:visible")).to_have_count(2)
    expect(page.locator("[data-lines] mark")).to_have_text(["bees", "Bees"])
    search.press("Enter")
    wait_for(page, "Math.abs(video.currentTime - 10) < 0.1")
    search.fill("cafe")
    expect(page.locator("[data-found]")).to_have_text("1 line")
    search.fill("k9")  # letters are words here, not keys
    expect(page.locator("[data-found]")).to_have_text("Nothing found")
    search.press("Escape")
    expect(page.locator("[data-lines] button:visible")).to_have_count(5)


def test_captions_are_shown_over_the_video(visitors, bees):
    page = visitors.new()
    open_player(page, bees["session"])
    page.get_by_label("Captions").select_option(label="English")
    page.get_by_label("Position").fill("51")
    page.wait_for_function(
        """() => [...document.querySelector("#video").textTracks].some((track) => track.mode === "showing"
             && [...(track.activeCues ?? [])].some((cue) => cue.text === "Thank you &amp; goodbye."))"""
    )


def test_a_link_that_has_ended_is_replaced_and_the_video_goes_on_at_its_place(visitors, bees):
    page = visitors.new()
    open_player(page, bees["session"])
    start(page)
    old = page.locator("#video").get_attribute("src")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/replay") else None)
    page.evaluate("() => document.querySelector('#video').pause()")
    # As if the address were over: nothing more comes from it.
    page.evaluate("() => { const video = document.querySelector('#video'); video.currentTime = 33; }")
    wait_for(page, "!video.seeking && video.currentTime === 33")
    page.evaluate("() => { document.querySelector('#video').src = '/files/0-forged/recordings/nothing.mp4'; }")
    wait_for(page, "video.readyState >= 2 && video.currentTime > 33.3 && !video.paused")
    assert asked != []
    assert page.locator("#video").get_attribute("src").rpartition("/")[2] == old.rpartition("/")[2]


def test_it_plays_after_one_tap_where_the_clock_is_a_day_ahead_and_the_browser_plays_nothing_by_itself(visitors, bees):
    page = visitors.new(viewport=PHONE, has_touch=True)
    page.add_init_script(WRONG_CLOCK % 86_400_000)
    page.add_init_script(LOW_POWER)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/replay") else None)
    open_player(page, bees["session"])
    before = len(asked)
    page.get_by_role("button", name="Play the recording").tap()
    wait_for(page, "video.currentTime > 0.5 && !video.paused")
    assert len(asked) == before


def test_a_video_that_cannot_be_had_is_explained_and_tried_again(visitors, bees):
    page = visitors.new()
    page.route("**/files/**/*.mp4", lambda route: route.fulfill(status=410, body=""))
    enter_replay(page, bees["session"])
    expect(page.locator("[data-failure=replay_failed]")).to_contain_text("The recording does not play")
    page.unroute("**/files/**/*.mp4")
    page.get_by_role("button", name="Try again").click()
    wait_for(page, "video.readyState >= 2")
    expect(page.locator("#trouble")).to_be_hidden()


def test_only_the_part_that_the_host_left_is_played_and_the_next_part_follows(visitors, product):
    host, page = visitors.sign_in(product), visitors.new()
    session = ended_session(host, "Trimmed")
    first = add_recording(product, session["id"], name="Morning")
    call(host, "PATCH", f"/recordings/{first}", {"trim_start": 10, "trim_end": 14})
    enter_replay(page, session)
    expect(page.locator("#replay")).to_have_attribute("data-view", "player")  # its file is made first
    second = add_recording(product, session["id"], name="Afternoon")
    page.reload()
    expect(page.locator("#parts button")).to_have_text(["Morning0:04", "Afternoon1:00"])
    expect(page.locator("[data-time]")).to_have_text("0:00 / 0:04")
    wait_for(page, "video.duration > 3.5 && video.duration < 4.5")  # there is no more in the video than that
    start(page)
    wait_for(
        page,
        "video.currentTime < 5 && !video.paused && document.querySelector('#parts [aria-current]').textContent.startsWith('Afternoon')",
    )
    page.get_by_role("button", name="Morning").click()
    wait_for(page, "video.readyState >= 1 && video.duration < 5")
    page.get_by_role("button", name="Pause").click()
    page.keyboard.press("9")
    wait_for(page, "Math.abs(video.currentTime - 3.6) < 0.2")
    page.keyboard.press("l")
    wait_for(page, "Math.abs(video.currentTime - 4) < 0.2")
    call(host, "POST", f"/recordings/{second}/unpublish")
    page.reload()
    expect(page.locator("[data-time]")).to_have_text("0:00 / 0:04")
    expect(page.locator("#parts")).to_be_hidden()


def test_a_recording_taken_back_gets_no_new_links(visitors, product):
    host, page = visitors.sign_in(product), visitors.new()
    session = ended_session(host, "Taken back")
    recording = add_recording(product, session["id"])
    open_player(page, session)
    call(host, "POST", f"/recordings/{recording}/unpublish")
    page.evaluate("() => { document.querySelector('#video').src = '/files/0-forged/recordings/nothing.mp4'; }")
    expect(page.locator("[data-failure=replay_gone]")).to_contain_text("No longer available")


def test_the_page_waits_for_the_recording_and_for_the_host(visitors, product):
    host, page = visitors.sign_in(product), visitors.new()
    session = ended_session(host, "Reviewed")
    call(host, "PATCH", f"/sessions/{session['id']}/replay", {"publishing": "review"})
    processing = {**PROCESSING, "progress": 40}
    recording = add_recording(product, session["id"], is_published=False, **processing)
    enter_replay(page, session)
    expect(page.locator("#making-words")).to_contain_text("is being prepared")
    expect(page.locator("#making-percent")).to_have_text("40 %")
    change_recording(product, recording, status="completed", phase="done", progress=100)
    expect(page.locator("#making-words")).to_contain_text("The host looks at the recording first")
    expect(page.locator("#video")).to_be_hidden()
    call(host, "POST", f"/recordings/{recording}/publish")
    page.reload()
    expect(page.locator("#replay")).to_have_attribute("data-view", "player")


def test_an_open_watch_page_turns_into_the_replay(visitors, product):
    host, page = visitors.sign_in(product), visitors.new()
    session = make_session(host, "Turns")
    call(host, "POST", f"/sessions/{session['id']}/go_live")
    enter_watch(page, session)
    processing = {**PROCESSING, "progress": 10}
    recording = add_recording(product, session["id"], is_published=False, **processing)
    call(host, "POST", f"/sessions/{session['id']}/end")
    expect(page.locator("#over-replay")).to_contain_text("The recording is being prepared")
    change_recording(product, recording, status="completed", phase="done", progress=100)
    expect(page.locator("#replay")).to_have_attribute("data-view", "player")
    start(page)
    attendance = call(host, "GET", f"/sessions/{session['id']}/attendance")
    assert attendance["currently_watching"] == 0


def test_somebody_banned_sees_no_replay(visitors, product, bees):
    page, host = visitors.new(), visitors.sign_in(product)
    open_player(page, bees["session"])
    me = call(page, "GET", "/auth/me")["id"]
    # Nobody joins a session that is over: the ban comes as from before its end.
    from tests.browser.recorded import python

    code = """
import sys
from sessions.models import Ban, Session
session = Session.objects.get(pk=sys.argv[1])
Ban.objects.create(session=session, user_id=sys.argv[2], banned_by=session.room.host)
"""
    python(product, code, bees["session"]["id"], me)
    assert call(page, "GET", f"/sessions/{bees['session']['id']}/replay")["code"] == "banned"
    page.reload()
    expect(page.locator("[data-failure=removed]")).to_be_visible()
    assert host is not None


def test_the_rooms_address_plays_the_latest_replay_and_lists_the_others(visitors, product, bees):
    host, page = visitors.sign_in(product), visitors.new()
    room = bees["session"]["room"]
    later = ended_session(host, "Without a recording", room_id=room["id"])
    page.goto(f"/w/{room['slug']}")
    expect(page.get_by_role("button", name="Watch the replay")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bees")
    expect(page.locator(".others")).to_contain_text("Without a recording")
    page.goto(address_of(later))
    expect(page.locator("[data-failure=ended]")).to_be_visible()
    expect(page.locator(".others")).to_contain_text("Replay")


@pytest.mark.parametrize(("theme", "size"), [("light", DESKTOP), ("dark", PHONE), ("dark", DESKTOP), ("light", PHONE)])
def test_the_replay_is_accessible_and_fits(theme, size, visitors, product, bees):
    page = visitors.new(color_scheme=theme, viewport=size)
    found = {}

    def look_at(state):
        if wrong := faults(page):
            found[state] = wrong

    page.goto(address_of(bees["session"]))
    look_at("door")
    open_player(page, bees["session"])
    look_at("before")
    page.get_by_label("Captions").select_option(label="English")
    start(page)
    page.get_by_label("Search the transcript").fill("bees")
    look_at("searched")
    page.keyboard.press("Escape")
    page.locator("[data-play]").focus()
    page.keyboard.press("?")
    look_at("help")
    assert found == {}
