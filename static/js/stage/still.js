// A camera that is announced and sends nothing, or stops: the plate of its person stands in place of a black or frozen picture.

const STILL = 3_900; // ms without a frame: whoever watches reads the name within five seconds
const LOOK = 500; // ms between two looks
const GAP = 3_000; // ms between two looks after which the page itself stood still, not the cameras

/** Whether frames of this tile reach the eye if its camera sends any. A shared screen may stand still. */
const shouldMove = ({ figure, video, track }) => Boolean(track) && figure.dataset.kind === "camera" && figure.isConnected && !video.paused;

/**
 * Look after the tiles of `stage` from now on: `isStill` of each, and its plate.
 * @param {{tiles: Map<string, any>, room: LivekitRoom | null, draw(): void}} stage
 */
export function watchFrames(stage) {
  if (!("requestVideoFrameCallback" in HTMLVideoElement.prototype)) return;
  /** The frame that is awaited of each tile: of which track, and since when. */
  const awaited = new WeakMap();
  let lookedAt = performance.now();

  function mark(tile, isStill) {
    if (tile.isStill === isStill) return;
    tile.isStill = isStill;
    stage.draw();
  }

  function awaitFrame(tile, since) {
    const frame = { track: tile.track, since };
    awaited.set(tile, frame);
    tile.video.requestVideoFrameCallback(() => {
      if (awaited.get(tile) !== frame) return;
      awaited.delete(tile);
      mark(tile, false);
    });
  }

  function look() {
    const now = performance.now();
    // Pages in the background, and all pages of a machine that slept, are shown no frames.
    const isAwake = !document.hidden && now - lookedAt < GAP && stage.room?.state === "connected";
    lookedAt = now;
    for (const tile of stage.tiles.values()) {
      const frame = awaited.get(tile);
      if (!isAwake || !shouldMove(tile)) awaited.delete(tile);
      else if (frame?.track !== tile.track) awaitFrame(tile, now);
      else if (now - frame.since > STILL) mark(tile, true);
    }
  }

  setInterval(look, LOOK);
}
