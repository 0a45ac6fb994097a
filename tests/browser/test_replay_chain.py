"""From the host's camera to the replay, nothing left out: the open watch page turns into it and plays, with captions."""

import pytest
from playwright.sync_api import expect

from tests.browser.recorded import video_of
from tests.browser.staging import call, enter_backstage, enter_watch, go_live, make_session, sees_moving_picture

pytestmark = [pytest.mark.browser, pytest.mark.product]


def test_an_open_watch_page_turns_into_the_replay_of_what_was_recorded(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host, "The whole way", preset={"recording_enabled": True})
    enter_backstage(host, session)
    go_live(host)
    enter_watch(viewer, session)
    sees_moving_picture(viewer)
    host.wait_for_function("() => Number(document.getElementById('recording-clock').textContent.split(':')[1]) >= 4")
    call(host, "POST", f"/sessions/{session['id']}/captions", {"text": "Said on air.", "language": "en"})
    host.wait_for_function("() => Number(document.getElementById('recording-clock').textContent.split(':')[1]) >= 10")
    call(host, "POST", f"/sessions/{session['id']}/end")
    expect(viewer.locator("#over-replay")).to_contain_text("The recording is being prepared")
    expect(viewer.locator("#replay")).to_have_attribute("data-view", "player")
    viewer.wait_for_function("() => document.querySelector('#video').readyState >= 1")
    found = video_of(viewer)
    assert found["duration"] > 8
    assert found["width"] > 0
    viewer.get_by_role("button", name="Play the recording").click()
    viewer.wait_for_function(
        "() => { const video = document.querySelector('#video');"
        " return video.currentTime > 1 && video.getVideoPlaybackQuality().totalVideoFrames > 5; }"
    )
    line = viewer.locator("[data-lines] button")
    expect(line).to_contain_text("Said on air.")
    line.click()
    # It was written some seconds after the recording began.
    viewer.wait_for_function("() => document.querySelector('#video').currentTime > 2")
    assert viewer.locator("#video").get_attribute("poster").startswith("/files/")
    box = viewer.get_by_label("Position").bounding_box()
    viewer.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(viewer.locator("[data-picture]")).to_be_visible()
    host.goto(f"/sessions/{session['id']}")
    host.get_by_role("link", name="Watch and edit").click()
    expect(host.locator(".page-head .badge")).to_have_text("Published")
    expect(host.locator("#trim")).to_be_visible()
