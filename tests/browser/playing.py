"""What a page really shows and plays, measured in the page."""

from playwright.sync_api import Page

_LOUDNESS = """async () => {
  const element = [...document.querySelectorAll("audio, video")].find(
    (each) => each.srcObject && each.srcObject.getAudioTracks().length && !each.muted && !each.paused);
  if (!element) return 0;
  const context = new AudioContext();
  try {
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(element.srcObject).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    for (let turn = 0; turn < 20; turn += 1) {
      await new Promise((done) => { setTimeout(done, 50); });
      analyser.getFloatTimeDomainData(samples);
      loudest = Math.max(loudest, Math.hypot(...samples) / Math.sqrt(samples.length));
    }
    return loudest;
  } finally {
    context.close();
  }
}"""


def expect_moving_video(page: Page, number: int = 1) -> None:
    """At least ``number`` videos of the stage have a picture, and ten more frames of each are shown."""
    page.wait_for_function(
        """(number) => {
          const videos = [...document.querySelectorAll("#stage video")].filter((each) => each.videoWidth > 0);
          window.framesAt ??= new WeakMap();
          const moved = videos.filter((each) => {
            const frames = each.getVideoPlaybackQuality().totalVideoFrames;
            if (!window.framesAt.has(each)) window.framesAt.set(each, frames);
            return frames >= window.framesAt.get(each) + 10;
          });
          return moved.length >= number;
        }""",
        arg=number,
    )
    page.evaluate("() => { window.framesAt = undefined; }")


def expect_sound(page: Page) -> None:
    """The page plays sound that is not silence (the fake microphone beeps once a second)."""
    for _attempt in range(10):
        if page.evaluate(_LOUDNESS) > 0.01:
            return
    raise AssertionError("The page is silent.")


def expect_silence(page: Page) -> None:
    """Nothing audible for three seconds' worth of measurements in a row."""
    quiet = 0
    for _attempt in range(20):
        quiet = quiet + 1 if page.evaluate(_LOUDNESS) < 0.001 else 0
        if quiet == 3:
            return
    raise AssertionError("The page still plays sound.")


#: What stands at the left edge of a picture over HLS that has somebody alone in it, or nobody.
EDGES = {"plate": "#232733", "beside a high picture": "#14161c", "slate": "#0f766e", "picture": "#a0a0a0"}
_EDGE = """([wanted, edges]) => {
  const video = document.querySelector("#stage .stage-hls video");
  if (!video?.videoWidth) return false;
  const { videoWidth: width, videoHeight: height } = video;
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.drawImage(video, 0.09 * width, 0.45 * height, 4, 4, 0, 0, 1, 1);
  const seen = context.getImageData(0, 0, 1, 1).data;
  const distance = (color) => [1, 3, 5].reduce((sum, at, place) => sum + Math.abs(parseInt(color.slice(at, at + 2), 16) - seen[place]), 0);
  const [nearest] = Object.keys(edges).sort((one, other) => distance(edges[one]) - distance(edges[other]));
  return nearest === wanted;
}"""


def expect_over_hls(page: Page, what: str) -> None:
    """The picture over HLS shows this one of ``EDGES``; the preset's colour is that of ``make_session``."""
    page.wait_for_function(_EDGE, arg=[what, EDGES])
