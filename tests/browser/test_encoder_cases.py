"""What encoders in the field do, seen by a viewer over WebRTC, by one over HLS, and in the recorded file."""

import itertools
import os
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RESULTS
from tests.browser.playing import expect_over_hls, expect_sound
from tests.browser.relay import Relay
from tests.browser.staging import call, enter_watch, make_session, wait_for_reply
from tests.media.clips import BITS, FPS, NUMBERS, Encoder, make_clip
from tests.media.engines.recorder.probe import watch
from tests.media.processing.ffprobe import assert_decodes

pytestmark = [pytest.mark.browser, pytest.mark.product]

KBPS = 400
STALL = 7.5  # seconds: the recorder shows the plate after five, and after twenty the encoder counts as gone
BACK = 8 * FPS  # a step back by so many pictures at most is one; a larger one is a step ahead, past the clip's end
AGAIN = 0.3  # seconds
#: Brightness at the left edge of the recording: nobody, a plate, beside a high picture, the clip.
SLATE, PLATE, BESIDE, CLIP = 98, 50, 35, 156
#: Of the element that `selector` finds: each picture that it shows from now on, while it is a wide one of a clip.
FOLLOW = """([selector, bits]) => {
  const video = document.querySelector(selector);
  const context = new OffscreenCanvas(8 * bits, 8).getContext("2d", { willReadFrequently: true });
  const light = (x) => context.getImageData(x, 4, 1, 1).data[0] > 128;
  window.seen = [];
  const look = (now, { rtpTimestamp, mediaTime }) => {
    const { videoWidth: width, videoHeight: height } = video;
    context.drawImage(video, 0.05 * width, 0.4 * height, 4, 4, 0, 0, 8, 8);
    if (width > height && light(4)) {
      context.drawImage(video, 0, 0.9 * height, width, 0.05 * height, 0, 0, 8 * bits, 8);
      const number = [...Array(bits).keys()].reduce((sum, bit) => sum + (light(8 * bit + 4) ? 2 ** bit : 0), 0);
      window.seen.push({ number, now, rtpTimestamp, mediaTime });
    }
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
}"""
#: By how many pictures the newest one is behind a clock that began with the first.
LATE = """([fps, numbers]) => {
  const [first, last] = [window.seen[0], window.seen.at(-1)];
  const due = first.number + ((performance.now() - first.now) * fps) / 1000;
  return (((due - last.number) % numbers) + numbers) % numbers;
}"""
CAMERA = "#stage .tile[data-kind=camera]"
HLS = "#stage .stage-hls video"


@pytest.fixture
def relay(product):
    network = Relay(product.rtmp_port)
    yield network
    network.close()


def follow(page: Page, selector: str) -> None:
    page.evaluate(FOLLOW, [selector, BITS])
    page.wait_for_function("() => window.seen.length > 20")


def assert_time_never_goes_back(page: Page) -> None:
    seen = page.evaluate("() => window.seen")
    steps = [(later["number"] - earlier["number"]) % NUMBERS for earlier, later in itertools.pairwise(seen)]
    assert max(steps) < NUMBERS - BACK, steps
    sent = [each["rtpTimestamp"] for each in seen if each.get("rtpTimestamp") is not None]
    assert sent == sorted(sent)
    played = [each["mediaTime"] for each in seen]
    # The player's own clock may step back by a picture on a slow machine; the pictures' numbers above may not.
    assert all(later > earlier - AGAIN for earlier, later in itertools.pairwise(played)), played


def warnings(host: Page, session: dict[str, Any]) -> list[str]:
    return call(host, "GET", f"/sessions/{session['id']}/stream_health")["warning_codes"]


def wait_for_warning(host: Page, session: dict[str, Any], code: str) -> None:
    wait_for_reply(host, lambda: code in warnings(host, session), code)


def photograph(name: str, **pages: Page) -> None:
    """For human eyes, when CASE_PICTURES is set."""
    if os.environ.get("CASE_PICTURES"):
        RESULTS.mkdir(exist_ok=True)
        for kind, page in pages.items():
            page.screenshot(path=RESULTS / f"case-{name}-{kind}.png")


def sees(page: Page, shape: str) -> None:
    """Pictures of this shape, high or wide, move."""
    page.wait_for_function(
        """([selector, isHigh]) => {
          const video = document.querySelector(selector);
          if (!video?.videoWidth || video.videoHeight > video.videoWidth !== isHigh) return false;
          const frames = video.getVideoPlaybackQuality().totalVideoFrames;
          if (window.countsOf !== video) Object.assign(window, { countsOf: video, from: frames });
          return frames > window.from + 10;
        }""",
        arg=[f"{CAMERA}[data-picture=on] video", shape == "high"],
    )
    page.evaluate("() => { window.countsOf = undefined; }")


def recorded(host: Page, session: dict[str, Any], folder: Path) -> Path:
    """The file of the session's only recording, once it is processed."""

    def completed() -> dict[str, Any] | None:
        [one] = call(host, "GET", f"/sessions/{session['id']}/recordings")["recordings"]
        assert one["status"] != "failed", one
        return one if one["status"] == "completed" else None

    recording = wait_for_reply(host, completed, "the file")
    link = call(host, "GET", f"/recordings/{recording['id']}/download")["download_url"]
    file = folder / "recording.mp4"
    file.write_bytes(httpx.get(link, trust_env=False, timeout=60).content)
    return file


def test_whatever_an_encoder_does_is_seen_over_webrtc_and_hls_and_is_in_the_recording(
    visitors, product, relay, tmp_path
):
    host = visitors.sign_in(product)
    session = make_session(host, "From the field", mode="rtmp")
    here = f"/sessions/{session['id']}"
    call(host, "POST", f"{here}/go_live")
    call(host, "POST", f"{here}/recordings/start")
    key = call(host, "GET", f"{here}/stream_key")["rtmp"]["stream_key"]
    viewer, steady = visitors.new(), visitors.new()
    enter_watch(viewer, session)
    enter_watch(steady, session, "Ada")
    steady.get_by_label("Quality").select_option("steady")
    pages = {"webrtc": viewer, "hls": steady}
    wide, high = make_clip(kbps=KBPS), make_clip((180, 320), kbps=KBPS)
    url = f"rtmp://127.0.0.1:{relay.port}/live"

    with Encoder(url, key, wide, has_video=False):
        expect(viewer.locator(f"{CAMERA} .tile-avatar")).to_be_visible()
        expect_sound(viewer)
        expect_over_hls(steady, "plate")
        wait_for_warning(host, session, "no_video")
        photograph("sound-only", **pages)

    with Encoder(url, key, wide) as encoder:
        sees(viewer, "wide")
        expect_over_hls(steady, "picture")
        encoder.turn_to(high)
        sees(viewer, "high")
        expect_over_hls(steady, "beside a high picture")
        photograph("turned", **pages)
        encoder.turn_to(wide)
        sees(viewer, "wide")
        expect_over_hls(steady, "picture")

        follow(viewer, f"{CAMERA} video")
        follow(steady, HLS)
        relay.hold()
        expect(viewer.locator(f"{CAMERA}[data-picture=off] .tile-avatar")).to_be_visible()
        wait_for_warning(host, session, "no_video")
        wait_for_reply(viewer, lambda: relay.kept * 8 > STALL * KBPS * 1000, "some seconds of the stream")
        relay.release()
        expect_over_hls(steady, "plate")
        photograph("stalled", **pages)
        sees(viewer, "wide")
        late = f"(arg) => {{ const late = ({LATE})(arg); return late < arg[0] || late > arg[1] - arg[0]; }}"
        viewer.wait_for_function(late, arg=[FPS, NUMBERS])  # of the present again, to a second
        expect_over_hls(steady, "picture")
        photograph("goes-on", **pages)
        for page in (viewer, steady):
            assert_time_never_goes_back(page)
        assert "no_video" not in warnings(host, session)

    with Encoder(url, key, wide, has_audio=False):
        sees(viewer, "wide")
        expect_over_hls(steady, "picture")
        wait_for_warning(host, session, "no_audio")
        photograph("picture-only", **pages)

    with Encoder(url, key, make_clip((1280, 720), seconds=8, kbps=13_000, noise=90)) as encoder:

        def comes_whole() -> bool:
            return (call(host, "GET", f"{here}/stream_health")["ingest"]["bitrate"] or 0) > 12_000_000

        wait_for_reply(host, comes_whole, "12 Mbit/s")
        sees(viewer, "wide")
        viewer.wait_for_function(f"() => document.querySelector('{CAMERA} video').videoWidth === 1280")
        expect_over_hls(steady, "picture")
        photograph("high-rate", **pages)
        assert encoder.is_running
        assert not {"high_bitrate", "turned_away", "interrupted"} & {*warnings(host, session)}

    call(host, "POST", f"{here}/recordings/stop")
    call(host, "POST", f"{here}/end")
    file = recorded(host, session, tmp_path)
    if os.environ.get("CASE_PICTURES"):
        (RESULTS / "case.mp4").write_bytes(file.read_bytes())
    assert_decodes(file)
    seen = watch(str(file))
    assert (seen.width, seen.height) == (640, 360)
    assert seen.times == sorted(set(seen.times))
    nearest = [min((SLATE, PLATE, BESIDE, CLIP), key=lambda shade: abs(shade - edge)) for edge in seen.edges]
    stood = [shade for shade, _ in itertools.groupby(shade for shade in nearest if shade != SLATE)]
    assert stood[:6] == [PLATE, CLIP, BESIDE, CLIP, PLATE, CLIP]
    assert set(stood[6:]) <= {PLATE, CLIP}  # a slow encoder's start takes as long as a stall
    assert stood[-1] == CLIP
    offsets = seen.offsets(is_live=True)
    assert len(offsets) > 5
    assert abs(median(offsets)) <= 0.08, offsets
