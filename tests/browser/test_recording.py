"""Recording from the studio: everybody is told, the list follows, and the file plays."""

import json
import subprocess

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.staging import call, enter_backstage, enter_watch, go_live, live_pair, make_session
from tests.browser.test_host_pages import DESKTOP, PHONE, faults
from tests.browser.test_invitations import bring_on, me
from tests.media.engines.recorder.probe import watch

pytestmark = [pytest.mark.browser, pytest.mark.product]


def probe(file) -> dict:
    """What ffprobe says of a file."""
    asked = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", str(file)]
    return json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)


def badge(page: Page):
    return page.locator("[data-recorded-badge]:visible").first


def record(host: Page, seconds: float) -> None:
    """Press the button, and let it run for so long as its clock says."""
    host.get_by_role("button", name="Record", exact=True).click()
    expect(badge(host)).to_contain_text("Recording")
    host.wait_for_function(
        "(seconds) => Number(document.getElementById('recording-clock').textContent.split(':')[1]) >= seconds",
        arg=seconds,
    )


def test_a_host_records_twice_everybody_is_told_and_the_files_play(visitors, product, tmp_path):
    host, viewer, session = live_pair(visitors, product)
    expect(viewer.locator("[data-recorded-badge]:visible")).to_have_count(0)
    record(host, 3)
    expect(badge(viewer)).to_have_text("Recording")
    expect(viewer.locator("#announcer")).to_have_text("This webinar is being recorded now.")
    host.get_by_role("button", name="Stop recording").click()
    expect(viewer.locator("[data-recorded-badge]:visible")).to_have_count(0)
    record(host, 2)

    host.locator("#recordings").click()
    rows = host.locator("#recordings-list [data-recording]")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Being recorded")
    expect(rows.last).to_have_attribute("data-state", "completed")
    recordings = call(host, "GET", f"/sessions/{session['id']}/recordings")["recordings"]
    assert recordings[0]["egress_id"] == recordings[1]["egress_id"]
    host.get_by_role("button", name="Done").click()

    host.get_by_role("button", name="End webinar").click()
    host.get_by_role("button", name="Yes, end it").click()
    host.get_by_role("link", name="Go to session").click()
    card = host.locator("#session-recordings")
    expect(card.get_by_text("Ready")).to_have_count(2)
    for recording in call(host, "GET", f"/sessions/{session['id']}/recordings")["recordings"]:
        link = call(host, "GET", f"/recordings/{recording['id']}/download")["download_url"]
        file = tmp_path / f"{recording['id']}.mp4"
        answer = httpx.get(link, trust_env=False)
        file.write_bytes(answer.content)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert httpx.get(link, trust_env=False, headers={"Range": "bytes=0-9"}).status_code == 206
        found = probe(file)
        kinds = {stream["codec_type"]: stream["codec_name"] for stream in found["streams"]}
        assert kinds == {"video": "h264", "audio": "aac"}
        assert float(found["format"]["duration"]) == pytest.approx(recording["duration"], abs=0.6)
        assert recording["duration"] >= 1
        assert watch(str(file)).width == 640  # all of it can be decoded

    card.get_by_role("link", name="Rename “Open day (2)”").click()
    host.get_by_label("Name").fill("Questions")
    host.get_by_role("button", name="Save").click()
    expect(card.get_by_text("Questions", exact=True)).to_be_visible()
    card.get_by_role("link", name="Delete “Questions”").click()
    host.get_by_role("button", name="Delete").click()
    expect(card.locator("[data-recording]")).to_have_count(1)
    with host.expect_download() as download:
        card.get_by_role("link", name="Download “Open day”").click()
    assert download.value.suggested_filename == "Open day.mp4"


def test_a_preset_records_by_itself_and_says_so_before(visitors, product):
    host = visitors.sign_in(product)
    session = make_session(host, preset={"recording_enabled": True})
    viewer = visitors.new()
    enter_watch(viewer, session)
    expect(viewer.get_by_text("This webinar will be recorded.")).to_be_visible()
    enter_backstage(host, session)
    expect(host.get_by_role("button", name="Record", exact=True)).to_be_hidden()
    go_live(host)
    expect(badge(host)).to_contain_text("Recording")
    expect(badge(viewer)).to_have_text("Recording")
    late = visitors.new()
    enter_watch(late, session, "Ada")
    expect(badge(late)).to_have_text("Recording")
    bring_on(host, session, me(late))
    sentence = "This webinar is being recorded, and you with it while you are on stage."
    expect(late.locator("#preview-recorded")).to_have_text(sentence)
    call(host, "POST", f"/sessions/{session['id']}/end")


def test_that_nothing_more_can_be_recorded_is_said(visitors, product):
    host = visitors.sign_in(product)
    session = make_session(host)
    enter_backstage(host, session)
    go_live(host)
    host.route(
        "**/recordings/start",
        lambda route: route.fulfill(
            status=409, json={"success": False, "error": "As many as possible.", "code": "capture_limit"}
        ),
    )
    host.get_by_role("button", name="Record", exact=True).click()
    expect(host.locator("[data-notice=recording] p")).to_have_text("As many as possible.")
    expect(host.get_by_role("button", name="Record", exact=True)).to_be_enabled()
    call(host, "POST", f"/sessions/{session['id']}/end")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_is_shown_of_recordings_is_accessible_and_fits(theme, size, visitors, product):
    look = {"color_scheme": theme, "viewport": size}
    host, viewer = visitors.sign_in(product, **look), visitors.new(**look)
    session = make_session(host, "A title that is long enough to be broken over several lines on a phone")
    enter_backstage(host, session)
    go_live(host)
    enter_watch(viewer, session)
    record(host, 1)
    expect(badge(viewer)).to_be_visible()
    found = {"studio": faults(host), "watch": faults(viewer)}
    host.screenshot(path=f"test-results/recording-studio-{theme}-{size['width']}.png")
    viewer.screenshot(path=f"test-results/recording-watch-{theme}-{size['width']}.png")
    host.locator("#recordings").click()
    found["list"] = faults(host)
    host.screenshot(path=f"test-results/recording-list-{theme}-{size['width']}.png")
    host.get_by_role("button", name="Done").click()
    call(host, "POST", f"/sessions/{session['id']}/end")
    host.goto(f"/sessions/{session['id']}")
    expect(host.locator("#session-recordings")).to_be_visible()
    found["session"] = faults(host)
    host.screenshot(path=f"test-results/recording-session-{theme}-{size['width']}.png", full_page=True)
    host.locator("#session-recordings").get_by_role("link", name="Rename").click()
    found["rename"] = faults(host)
    assert {state: wrong for state, wrong in found.items() if wrong} == {}
