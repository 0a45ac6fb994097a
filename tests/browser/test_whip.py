"""A WHIP encoder publishes straight to LiveKit through our own port; Chromium plays the encoder (RFC 9725)."""

import pytest
from playwright.sync_api import expect

from tests.browser.playing import expect_moving_video, expect_over_hls
from tests.browser.staging import call, enter_watch, make_session, sees_moving_picture, wait_for_reply
from tests.browser.test_encoder import enter

pytestmark = [pytest.mark.browser, pytest.mark.product]

#: A camera in place of the device's: it is there, and sends pictures only while ``window.sends``.
SILENT_CAMERA = """const draw = document.createElement("canvas").getContext("2d");
const [camera] = draw.canvas.captureStream(0).getVideoTracks();
setInterval(() => {
  if (!window.sends) return;
  draw.fillStyle = `hsl(0 0% ${55 + ((Date.now() / 100) % 10)}%)`;
  draw.fillRect(0, 0, 300, 150);
  camera.requestFrame();
}, 100);
const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async () => new MediaStream([camera, ...(await real({ audio: true })).getTracks()]);"""
PUBLISH = """async ([address, token]) => {
  const media = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
  const encoder = new RTCPeerConnection();
  window.encoder = encoder;
  for (const track of media.getTracks()) encoder.addTransceiver(track, { direction: "sendonly", streams: [media] });
  await encoder.setLocalDescription(await encoder.createOffer());
  if (encoder.iceGatheringState !== "complete") {
    await new Promise((done) => {
      encoder.onicegatheringstatechange = () => encoder.iceGatheringState === "complete" && done();
    });
  }
  const reply = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${token}` },
    body: encoder.localDescription.sdp,
  });
  await encoder.setRemoteDescription({ type: "answer", sdp: await reply.text() });
  return [reply.status, new URL(reply.headers.get("Location"), address).href];
}"""


def test_an_encoder_publishes_by_whip_and_the_audience_sees_it(visitors, product):
    encoder = visitors.sign_in(product)
    session = make_session(encoder, "From an encoder", mode="rtmp")
    encoder.goto(f"/sessions/{session['id']}")
    live = call(encoder, "POST", f"/sessions/{session['id']}/go_live")
    status, resource = encoder.evaluate(PUBLISH, [live["whip_url"], live["whip_token"]])
    assert status == 201
    assert resource.startswith(f"{product.base_url}/livekit/whip/")

    viewer = visitors.new()
    viewer.goto(f"/w/{session['room']['slug']}")
    viewer.get_by_label("Your name").fill("Ada")
    viewer.get_by_role("button", name="Join").click()
    expect_moving_video(viewer)

    gone = encoder.evaluate(
        "async ([address, token]) => (await fetch(address, { method: 'DELETE', "
        "headers: { Authorization: `Bearer ${token}` } })).status",
        [resource, live["whip_token"]],
    )
    assert gone == 200
    expect(viewer.locator("#away")).to_be_visible()
    call(encoder, "POST", f"/sessions/{session['id']}/end")


def test_a_camera_that_sends_nothing_is_a_plate_everywhere_until_pictures_come(visitors, product):
    encoder = visitors.sign_in(product)
    session = make_session(encoder, "From an encoder", mode="rtmp")
    encoder.goto(f"/sessions/{session['id']}")
    encoder.evaluate(SILENT_CAMERA)
    live = call(encoder, "POST", f"/sessions/{session['id']}/go_live")
    assert encoder.evaluate(PUBLISH, [live["whip_url"], live["whip_token"]])[0] == 201
    studio, viewer, steady = encoder.context.new_page(), visitors.new(), visitors.new()
    enter(studio, session)
    enter_watch(viewer, session)
    enter_watch(steady, session, "Ada")
    steady.get_by_label("Quality").select_option("steady")

    def warns() -> bool:
        return "no_video" in call(encoder, "GET", f"/sessions/{session['id']}/stream_health")["warning_codes"]

    for turn in ("before the first", "after the last"):
        for page in (studio, viewer):
            tile = page.locator("#stage .tile[data-kind=camera]")
            expect(tile).to_have_attribute("data-picture", "off")
            expect(tile.locator(".tile-avatar")).to_be_visible()
        expect_over_hls(steady, "plate")
        wait_for_reply(encoder, warns, f"no_video {turn} picture")
        encoder.evaluate("() => { window.sends = true; }")
        for page in (studio, viewer):
            expect(page.locator("#stage .tile[data-kind=camera]")).to_have_attribute("data-picture", "on")
            sees_moving_picture(page)
        expect_over_hls(steady, "picture")
        wait_for_reply(encoder, lambda: not warns(), "no warning any more")
        encoder.evaluate("() => { window.sends = false; }")
    call(encoder, "POST", f"/sessions/{session['id']}/end")
