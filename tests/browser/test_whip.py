"""A WHIP encoder publishes straight to LiveKit through our own port; Chromium plays the encoder (RFC 9725)."""

import pytest
from playwright.sync_api import expect

from tests.browser.playing import expect_moving_video
from tests.browser.staging import call, make_session

pytestmark = [pytest.mark.browser, pytest.mark.product]

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
