"""Watching over HLS in Chromium, against the product and its own recorder: live, back, live again, banned, over."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from hls.showing import LINGERS
from tests.browser.conftest import FAILED, RESULTS, Visitors
from tests.browser.recorded import python
from tests.browser.staging import call, enter_backstage, enter_watch, go_live, make_session, wait_for_reply
from tests.browser.test_host_pages import DESKTOP, PHONE
from tests.browser.test_studio_look import faults_in_every_look
from tests.media.hls.reading import MediaPlaylist, named
from tests.product import ROOT, Product

pytestmark = pytest.mark.browser
VIDEO = "#stage .stage-hls video"


def on_air(visitors, product, **fields):
    host = visitors.sign_in(product)
    session = make_session(host, **fields)
    enter_backstage(host, session)
    go_live(host)
    return host, session


def watches(page):
    """Pictures that come over HLS are shown, and go on."""
    page.wait_for_function(
        """(selector) => {
          const video = document.querySelector(selector);
          if (!video || !video.videoWidth || video.paused) return false;
          const frames = video.getVideoPlaybackQuality().totalVideoFrames;
          window.framesOfHLS ??= frames;
          return frames > window.framesOfHLS + 10;
        }""",
        arg=VIDEO,
    )
    page.evaluate("() => { window.framesOfHLS = undefined; }")
    expect(page.locator("#connecting")).to_be_hidden()
    expect(page.locator("#away")).to_be_hidden()
    expect(page.locator("#overlay")).to_be_hidden()


def serve_modules(page):
    """Modules of static/js as they stand: the product serves bundles of them."""
    page.route(
        "**/static/js/**",
        lambda route: route.fulfill(path=ROOT / urlsplit(route.request.url).path[1:], content_type="text/javascript"),
    )


def choose(page, quality):
    page.get_by_label("Quality").select_option(quality)


def test_a_viewer_chooses_hls_goes_back_to_the_beginning_and_is_live_again(visitors, product):
    _host, session = on_air(visitors, product)
    viewer = visitors.new()
    enter_watch(viewer, session)
    choose(viewer, "steady")
    watches(viewer)
    expect(viewer.locator(".stage-cameras .tile")).to_have_count(0)
    live = viewer.get_by_role("button", name="Live", exact=True)
    expect(live).to_have_attribute("aria-pressed", "true")
    assert viewer.locator(VIDEO).evaluate("(video) => video.muted") is False
    viewer.get_by_role("button", name="Turn sound off").click()
    assert viewer.locator(VIDEO).evaluate("(video) => video.muted") is True
    viewer.get_by_role("button", name="Turn sound on").click()
    viewer.wait_for_function("(selector) => document.querySelector(selector).currentTime > 12", arg=VIDEO)
    viewer.get_by_role("button", name="From the beginning").click()
    expect(live).to_have_attribute("aria-pressed", "false")
    viewer.wait_for_function("(selector) => document.querySelector(selector).currentTime < 6", arg=VIDEO)
    watches(viewer)
    expect(viewer.locator("#hls-behind")).to_contain_text("behind live")
    viewer.get_by_role("button", name="Pause", exact=True).click()
    assert viewer.locator(VIDEO).evaluate("(video) => video.paused") is True
    viewer.get_by_role("button", name="Play", exact=True).click()
    live.click()
    expect(live).to_have_attribute("aria-pressed", "true")
    watches(viewer)
    choose(viewer, "auto")
    expect(viewer.locator("#stage .tile[data-kind=camera] video:not([hidden])")).to_be_visible()
    expect(viewer.locator("#hls-bar")).to_be_hidden()
    expect(viewer.locator(VIDEO)).to_have_count(0)


def test_a_request_that_fails_says_nothing_while_the_picture_plays_on(visitors, product):
    _host, session = on_air(visitors, product)
    viewer = visitors.new()
    enter_watch(viewer, session)
    choose(viewer, "steady")
    watches(viewer)
    viewer.wait_for_function("(selector) => document.querySelector(selector).currentTime > 16", arg=VIDEO)
    viewer.get_by_role("button", name="From the beginning").click()
    in_store = "(selector) => { const { buffered, currentTime } = document.querySelector(selector);"
    in_store += " return currentTime < 4 && buffered.length > 0 && buffered.end(0) > 12; }"
    viewer.wait_for_function(in_store, arg=VIDEO)
    viewer.evaluate(
        """() => {
          const overlay = document.getElementById("overlay");
          window.said = [];
          new MutationObserver(() => window.said.push(overlay.dataset.failure)).observe(overlay, { attributes: true });
        }"""
    )
    refused = []
    viewer.route("**/*.m3u8*", lambda route: (refused.append(route.request.url), route.abort()))
    wait_for_reply(viewer, lambda: len(refused) > 4, "the player has given up once")  # after three
    viewer.unroute("**/*.m3u8*")
    # Longer than it takes until a picture that stands still is said.
    viewer.wait_for_function("(selector) => document.querySelector(selector).currentTime > 15", arg=VIDEO)
    assert viewer.evaluate("() => window.said") == []
    expect(viewer.locator("#overlay")).to_be_hidden()


def test_a_ban_ends_it_and_the_end_comes_after_the_last_picture(visitors, product):
    host, session = on_air(visitors, product)
    viewer, banned = visitors.new(), visitors.new()
    for page, name in ((viewer, "Grace"), (banned, "Mallory")):
        enter_watch(page, session, name)
        choose(page, "steady")
    for page in (viewer, banned):
        watches(page)
    mallory = next(
        one["user_id"]
        for one in call(host, "GET", f"/sessions/{session['id']}/viewers")["viewers"]
        if one["username"] == "Mallory"
    )
    address = banned.evaluate(
        "() => performance.getEntriesByType('resource').findLast(({ name }) => name.includes('m3u8')).name"
    )
    assert banned.request.get(address).status == 200
    call(host, "POST", f"/sessions/{session['id']}/bans", {"user_id": mallory})
    expect(banned.locator("#blocking")).to_have_attribute("data-failure", "removed")
    expect(banned.locator("#stage video")).to_have_count(0)
    banned.wait_for_function("async (address) => (await fetch(address)).status === 403", arg=address)
    host.get_by_role("button", name="End webinar").click()
    host.get_by_role("button", name="Yes, end it").click()
    expect(viewer.get_by_role("heading", name="This webinar is over")).to_be_visible()
    expect(viewer.locator("#stage video")).to_have_count(0)


def test_when_the_network_lets_no_video_through_the_page_goes_over_to_hls(visitors, product):
    _host, session = on_air(visitors, product)
    viewer = visitors.new()
    viewer.add_init_script(
        """const Real = RTCPeerConnection;
        window.RTCPeerConnection = class extends Real {
          constructor(options) { super({ ...options, iceTransportPolicy: "relay" }); }
          setConfiguration(options) { super.setConfiguration({ ...options, iceTransportPolicy: "relay" }); }
        };"""
    )
    enter_watch(viewer, session)
    words = "Your network blocks direct video"
    expect(viewer.locator("[data-notice=steady]")).to_contain_text(words)
    watches(viewer)
    assert viewer.get_by_label("Quality").input_value() == "steady"


def test_beyond_a_number_of_viewers_hls_is_what_people_get(browser, tmp_path, request):
    product = Product(tmp_path, WEBRTC_VIEWERS="0")
    product.start()
    visitors = Visitors(browser, product.base_url, "crowd")
    try:
        _host, session = on_air(visitors, product)
        viewer = visitors.new()
        enter_watch(viewer, session)
        watches(viewer)
        assert viewer.evaluate("() => window.LivekitClient") is None  # nobody needs it here
        for quality in ("auto", "low", "high"):
            choose(viewer, quality)
            watches(viewer)
        choose(viewer, "audio")
        expect(viewer.locator(VIDEO)).to_have_css("visibility", "hidden")
        product.restart()
        choose(viewer, "auto")
        watches(viewer)
    finally:
        visitors.close(failed=request.node.stash.get(FAILED, True))
        product.stop()
    assert visitors.complaints == []


def test_a_server_that_cannot_make_hls_says_so_and_the_viewer_goes_back(visitors, product):
    _host, session = on_air(visitors, product)
    viewer = visitors.new()
    enter_watch(viewer, session)
    viewer.route(
        "**/hls",
        lambda route: route.fulfill(
            status=409, content_type="application/json", body='{"success": false, "code": "capture_limit", "error": ""}'
        ),
    )
    choose(viewer, "steady")
    overlay = viewer.locator("#overlay")
    expect(overlay).to_have_attribute("data-failure", "hls_unavailable")
    expect(overlay).to_contain_text("Choose another quality in the menu below")
    choose(viewer, "auto")
    expect(viewer.locator("#stage .tile[data-kind=camera] video:not([hidden])")).to_be_visible()
    expect(overlay).to_be_hidden()


def read(page, address):
    """The playlist at ``address``, as the person of ``page`` gets it."""
    reply = page.request.get(address)
    assert reply.status == 200, address
    return reply.text()


def until_there(page, session, status):
    """Ask for HLS until it is ``status``; its address."""

    def address():
        found = call(page, "POST", f"/sessions/{session['id']}/ensure_hls_egress")
        return found["hls_url"] if found.get("status") == status else None

    return wait_for_reply(page, address, f"HLS that is {status}")


class Following:
    """A player's view of both playlists: what is read later must follow on from what was read before."""

    def __init__(self, page, address):
        self.page = page
        self.addresses = [address.replace("index", f"{folder}/360p") for folder in ("full", "live")]
        self.seen = self.read()

    def read(self):
        return [MediaPlaylist(read(self.page, address)) for address in self.addresses]

    def more(self, count):
        target = len(self.entries) + count
        wait_for_reply(self.page, lambda: self.has(target), "more segments")

    def has(self, count):
        now = self.read()
        for later, earlier in zip(now, self.seen, strict=True):
            later.follows(earlier)
        self.seen = now
        return len(self.entries) >= count

    @property
    def entries(self):
        return self.seen[0].entries


def replay_of(page, session, *, shorter_than):
    """Address and playlist of the replay, once players no longer get what was live."""

    def replay():
        found = call(page, "POST", f"/sessions/{session['id']}/hls")
        if found.get("status") != "ended":
            return None
        shown = MediaPlaylist(read(page, found["hls_url"].replace("index", "full/360p")))
        return (found["hls_url"], shown) if len(shown.entries) < shorter_than else None

    return wait_for_reply(page, replay, "a replay")


def end_earlier(product, session):
    """As if it had ended when players no longer get what was live, but the replay."""
    code = """
import sys
from datetime import timedelta
from django.db.models import F
from sessions.models import Session
earlier = timedelta(seconds=float(sys.argv[2]))
Session.objects.filter(pk=sys.argv[1]).update(ended_at=F("ended_at") - earlier)
"""
    python(product, code, session["id"], str(LINGERS.total_seconds()))


def are_complete(host, session):
    recordings = call(host, "GET", f"/sessions/{session['id']}/recordings")["recordings"]
    return all(one["status"] == "completed" for one in recordings)


def test_recordings_begin_and_end_within_one_hls_and_are_its_replay(visitors, product):
    """Two recordings are started and stopped: the playlists go on as if nothing had been, and end as the recordings."""
    host, session = on_air(visitors, product)
    here = f"/sessions/{session['id']}"
    following = Following(host, until_there(host, session, "running"))
    for _turn in range(2):
        following.more(1)
        call(host, "POST", f"{here}/recordings/start")
        following.more(3)
        call(host, "POST", f"{here}/recordings/stop")
    following.more(1)
    assert not any(entry.is_break for entry in following.entries)
    assert len({named(entry.initial)[1] for entry in following.entries}) == 1
    viewer = visitors.new()
    enter_watch(viewer, session)
    library = viewer.evaluate("() => JSON.parse(document.getElementById('config').textContent).hlsLibrary")
    call(host, "POST", f"{here}/end")
    wait_for_reply(host, lambda: are_complete(host, session), "both files")
    expect(viewer.locator("#replay")).to_have_attribute("data-view", "player")
    end_earlier(product, session)
    asking = viewer.context.new_page()
    asking.goto("/v1/webinar/health")
    replay, shown = replay_of(asking, session, shorter_than=len(following.entries))
    assert (shown.kind, shown.is_over) == ("VOD", True)
    assert sum(entry.is_break for entry in shown.entries) == 1
    duration = sum(entry.duration for entry in shown.entries)
    recorded = call(host, "GET", f"{here}/recordings")["recordings"]
    assert abs(duration - sum(one["duration"] for one in recorded)) < 3
    serve_modules(viewer)
    viewer.evaluate(
        """async ([url, library]) => {
          const { HLSPlayer } = await import("/static/js/hls/hls_player.js");
          const video = Object.assign(document.createElement("video"), { id: "replay", muted: true });
          document.body.prepend(video);
          await new HLSPlayer(video, library).load(url);
          if (!window.Hls.isSupported()) throw new Error("The browser would play it by itself.");
        }""",
        [replay, library],
    )
    viewer.wait_for_function(
        "(total) => { const { currentTime, duration } = document.getElementById('replay');"
        " return currentTime > 2 && Math.abs(duration - total) < 1; }",
        arg=duration,
    )
    viewer.evaluate("() => { document.getElementById('replay').currentTime = 8; }")  # in the second recording
    viewer.wait_for_function("() => document.getElementById('replay').ended")


def test_the_picture_and_its_bar_are_accessible_and_fit_live_and_gone_back(visitors, product):
    _host, session = on_air(visitors, product, title="A title that is long enough to be broken over several lines")
    viewer = visitors.new()
    enter_watch(viewer, session)
    choose(viewer, "steady")
    watches(viewer)
    assert faults_in_every_look(viewer) == []
    photograph(viewer, "hls-live")
    viewer.wait_for_function("(selector) => document.querySelector(selector).currentTime > 12", arg=VIDEO)
    viewer.get_by_role("button", name="From the beginning").click()
    expect(viewer.locator("#hls-behind")).to_contain_text("behind live")
    assert faults_in_every_look(viewer) == []
    photograph(viewer, "hls-back")


def photograph(page, name):
    """For people to look at."""
    RESULTS.mkdir(exist_ok=True)
    for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(viewport)
        page.screenshot(path=RESULTS / f"{name}-{size}.png")
