"""The host's page of a recording: trim with pointer and keys, preview, show, captions, download."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.recorded import PROCESSING, VTT, add_recording, ended_session, upload, video_of
from tests.browser.staging import call
from tests.browser.test_host_pages import DESKTOP, PHONE, faults

pytestmark = pytest.mark.browser


def wait_for(page, condition):
    page.wait_for_function(f"() => {{ const video = document.querySelector('#video'); return {condition}; }}")


def open_page(host, product, title, **fields):
    session = ended_session(host, title)
    recording = add_recording(product, session["id"], is_published=False, **fields)
    host.goto(f"/recordings/{recording}")
    wait_for(host, "video.readyState >= 1")
    return session, recording


def test_a_recording_is_trimmed_previewed_and_saved(visitors, product):
    host = visitors.sign_in(product)
    _session, recording = open_page(host, product, "Trimmed")
    host.get_by_label("Position").fill("20")
    wait_for(host, "video.currentTime === 20 && !video.seeking")
    host.get_by_role("button", name="Set start here").click()
    expect(host.get_by_label("Start of the shown part")).to_have_value("20")
    host.get_by_label("End of the shown part").focus()
    host.keyboard.press("ArrowLeft")
    expect(host.get_by_label("End of the shown part")).to_have_attribute("aria-valuetext", "0:59.9")
    host.get_by_label("End of the shown part").fill("24")
    expect(host.locator("[data-length]")).to_have_text("0:04.0 of 1:00.0 are shown")
    host.get_by_role("button", name="Play the trimmed recording").click()
    expect(host.locator("[data-time]")).to_contain_text("/ 0:04")
    wait_for(host, "video.paused && video.currentTime >= 23.9 && video.currentTime < 24.5")
    host.get_by_role("button", name="Back to the whole recording").click()
    expect(host.locator("[data-time]")).to_contain_text("/ 1:00")
    expect(host.get_by_text("Not saved yet")).to_be_visible()
    host.get_by_role("button", name="Save", exact=True).first.click()
    expect(host.get_by_text("Viewers get only this part")).to_be_visible()
    kept = call(host, "GET", f"/recordings/{recording}")
    assert (kept["trim_start"], kept["trim_end"]) == (20, 24)
    # The file of the span is cut by the worker meanwhile.
    expect(host.get_by_role("link", name="The trimmed recording")).to_be_visible()
    with host.expect_download() as downloading:
        host.get_by_role("link", name="The trimmed recording").click()
    download = downloading.value
    assert download.suggested_filename == "Bees.mp4"
    with host.expect_download() as downloading:
        host.get_by_role("link", name="The whole recording").click()
    assert 0 < download.path().stat().st_size < downloading.value.path().stat().st_size
    host.get_by_role("button", name="Show the whole recording").click()
    expect(host.get_by_text("The whole recording is shown again.")).to_be_visible()


def test_the_handles_are_dragged(visitors, product):
    host = visitors.sign_in(product)
    open_page(host, product, "Dragged")
    track = host.locator(".trim-track")
    track.scroll_into_view_if_needed()
    box = track.bounding_box()
    middle = box["y"] + box["height"] / 2
    for start, end in ((8, 0.25 * box["width"]), (box["width"] - 8, 0.75 * box["width"])):
        host.mouse.move(box["x"] + start, middle)
        host.mouse.down()
        host.mouse.move(box["x"] + end, middle, steps=4)
        host.mouse.up()
    start, end = (float(host.get_by_label(name).input_value()) for name in ("Starts at (seconds)", "Ends at (seconds)"))
    assert abs(start - 15) < 1.5
    assert abs(end - 45) < 1.5
    wait_for(host, f"Math.abs(video.currentTime - {end}) < 0.2")


def test_captions_are_uploaded_on_the_page(visitors, product, tmp_path):
    host = visitors.sign_in(product)
    open_page(host, product, "With captions")
    for name, text in (("bad.vtt", "WEBVTT\n\nHello"), ("good.vtt", VTT)):
        (tmp_path / name).write_text(text)
    if not host.get_by_label("File", exact=True).is_visible():
        host.get_by_text("Upload captions").click()
    host.get_by_label("File", exact=True).set_input_files(tmp_path / "bad.vtt")
    host.get_by_role("button", name="Upload", exact=True).click()
    expect(host.get_by_text("Line 3: two times with --> between them are missing here.")).to_be_visible()
    host.get_by_label("File", exact=True).set_input_files(tmp_path / "good.vtt")
    host.get_by_role("button", name="Upload", exact=True).click()
    expect(host.get_by_text("The captions were added: English.")).to_be_visible()
    with host.expect_download() as downloading:
        host.get_by_role("link", name="Download: English").click()
    assert downloading.value.suggested_filename == "captions-en.vtt"
    host.get_by_role("link", name="Delete: English").click()
    host.get_by_role("button", name="Delete").click()
    expect(host.get_by_text("The captions were deleted.")).to_be_visible()


def test_a_recording_is_shown_and_taken_back(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session, _recording = open_page(host, product, "Published")
    address = f"/w/{session['room']['slug']}/{session['id']}"
    viewer.goto(address)
    viewer.get_by_label("Your name").fill("Grace")
    viewer.get_by_role("button", name="Watch the replay").click()
    expect(viewer.locator("#making-words")).to_contain_text("The host looks at the recording first")
    host.get_by_role("button", name="Publish", exact=True).click()
    expect(host.get_by_text("Everyone with the link can watch it.")).to_be_visible()
    viewer.reload()
    expect(viewer.locator("#video")).to_be_visible()
    host.get_by_role("button", name="Unpublish").click()
    viewer.reload()
    expect(viewer.locator("#video")).to_be_hidden()
    expect(viewer.locator("#making-words")).to_contain_text("The host looks at the recording first")


def test_the_page_waits_until_the_recording_is_ready(visitors, product):
    host = visitors.sign_in(product)
    session = ended_session(host, "Waits")
    from tests.browser.recorded import change_recording

    processing = {**PROCESSING, "progress": 5}
    recording = add_recording(product, session["id"], is_published=False, **processing)
    host.goto(f"/recordings/{recording}")
    expect(host.locator("#making-percent")).to_have_text("5 %")
    change_recording(product, recording, status="completed", phase="done", progress=100)
    expect(host.locator("#video")).to_be_visible()
    wait_for(host, "video.readyState >= 1")
    assert video_of(host)["duration"] > 59


@pytest.mark.parametrize(("theme", "size"), [("light", DESKTOP), ("dark", PHONE), ("dark", DESKTOP), ("light", PHONE)])
def test_the_page_is_accessible_and_fits(theme, size, visitors, product):
    host = visitors.sign_in(product, color_scheme=theme, viewport=size)
    _session, recording = open_page(host, product, "Accessible " + "long " * 12, trim_start=10.0, trim_end=30.0)
    upload(host, recording)
    host.reload()
    host.get_by_text("Upload captions").click()
    wait_for(host, "video.readyState >= 1")
    expect(host.locator("#trim")).to_be_visible()
    assert faults(host) == []


def test_a_moment_of_the_player_becomes_the_poster(visitors, product):
    host = visitors.sign_in(product)
    session, recording = open_page(host, product, "Poster")
    card = host.locator("section", has=host.get_by_role("heading", name="Poster"))
    before = card.get_by_alt_text("The present poster").get_attribute("src")
    expect(card.get_by_role("button", name=re.compile("^At "))).to_have_count(4)
    for image in card.locator(".poster-moment img").all():
        image.scroll_into_view_if_needed()
        host.wait_for_function("(image) => image.complete && image.naturalWidth > 0", arg=image.element_handle())
    host.get_by_label("Position").fill("20")
    wait_for(host, "video.currentTime === 20 && !video.seeking")
    card.get_by_role("button", name="Take the player’s moment").click()
    expect(card.get_by_label("Second of the recording")).to_have_value("20")
    card.get_by_role("button", name="Use this moment").click()
    # The worker makes it meanwhile, and it appears by itself.
    expect(card.get_by_text("The moment that you chose.")).to_be_visible()
    shown = card.get_by_alt_text("The present poster").get_attribute("src")
    assert shown != before
    host.wait_for_function("() => document.querySelector('.poster-picture').naturalWidth > 0")
    call(host, "POST", f"/recordings/{recording}/publish")
    [part] = call(host, "GET", f"/sessions/{session['id']}/replay")["recordings"]
    assert part["poster"] == shown
    card.get_by_role("button", name="Let it be chosen by itself").click()
    expect(card.get_by_text("Chosen by itself.")).to_be_visible()
    assert faults(host) == []
