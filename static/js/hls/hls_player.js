// One <video> that plays an HLS playlist: with hls.js, or by the browser itself where that cannot run (iPhones).
import { Emitter } from "../shared/emitter.js";
import { loadScript } from "../shared/libraries.js";
import { serverNow } from "../shared/page.js";

const RECOVERIES = 2; // of the decoder, before the player gives up
const NETWORK_TRIES = 6;
const LIVE_WITHIN = 12; // seconds behind the newest picture that still count as live

/** hls.js; undefined where it did not arrive, or does not run. */
async function loadLibrary(address) {
  await loadScript(address).catch(() => {});
  return window.Hls;
}

const playsItself = (video) => video.canPlayType("application/vnd.apple.mpegurl") !== "";

/**
 * Three and a half seconds behind the end of the playlist, which is a second old, and faster for a while when it became
 * more. With less the next segment would not be there in time: it takes its two seconds, the recorder's half, and up to
 * one until it is asked for.
 */
const settings = () => ({
  liveSyncDuration: 3.4,
  liveMaxLatencyDuration: 12,
  maxLiveSyncPlaybackRate: 1.1,
  backBufferLength: 60,
  maxBufferLength: 20,
  capLevelToPlayerSize: true,
});

/**
 * Events: "playing", "stalled", "over", "failed" {status} (of the refused request, 0 for anything else), "moved" whenever
 * the position changed, "muted" when the browser wants a click before there is sound, "blocked" when it wants one before
 * there is a picture.
 */
export class HLSPlayer extends Emitter {
  /** @type {HlsPlayer | null} */
  #hls = null;
  #recoveries = 0;
  #tries = 0;
  #quality = "auto";
  #isPaused = false; // by the person
  /** @type {number | null} */
  #fraction = null;

  /** `address` of hls.js. */
  constructor(video, address) {
    super();
    this.video = video;
    this.address = address;
    /** Whether the whole list is played, for going back, rather than the newest part. */
    this.isWhole = false;
    video.addEventListener("playing", () => this.emit("playing"));
    video.addEventListener("waiting", () => this.emit("stalled"));
    video.addEventListener("ended", () => this.emit("over"));
    video.addEventListener("error", () => !this.#hls && video.getAttribute("src") && this.emit("failed", { status: 0 }));
    for (const name of ["timeupdate", "durationchange", "progress", "pause"]) video.addEventListener(name, () => this.emit("moved"));
  }

  /** Play `url`. `fraction` (0–1): begin there in the whole list; null: as live as can be. */
  async load(url, fraction = null) {
    const Hls = await loadLibrary(this.address);
    this.stop();
    this.isWhole = fraction !== null;
    this.#fraction = fraction;
    if (Hls?.isSupported()) {
      this.#loadWith(Hls, url);
    } else if (playsItself(this.video)) {
      this.video.src = url;
      this.video.addEventListener("loadedmetadata", () => this.#seekToFraction(), { once: true });
    } else {
      this.emit("failed", { status: 0 });
      return;
    }
    await this.play();
  }

  /** Play; without sound, or not at all, until a click where the browser insists. */
  async play() {
    this.#isPaused = false;
    try {
      await this.video.play();
    } catch (error) {
      if (error.name !== "NotAllowedError") return;
      const wasMuted = this.video.muted;
      this.video.muted = true;
      try {
        await this.video.play();
        if (!wasMuted) this.emit("muted");
      } catch (stricter) {
        if (stricter.name !== "NotAllowedError") return;
        this.video.muted = wasMuted;
        this.emit("blocked");
      }
    }
  }

  pause() {
    this.#isPaused = true;
    this.video.pause();
  }

  /** Play on unless the person paused: phones stop videos while they are locked. */
  goOn() {
    if (this.video.paused && !this.#isPaused && !this.video.ended && (this.#hls || this.video.getAttribute("src"))) this.play();
  }

  stop() {
    this.#hls?.destroy();
    this.#hls = null;
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** "auto", "high", "medium", "low", or "audio": the smallest, which the page does not show. */
  setQuality(quality) {
    this.#quality = quality;
    const hls = this.#hls;
    if (!hls?.levels?.length) return;
    const last = hls.levels.length - 1; // hls.js sorts them, the smallest first
    const wanted = { high: last, medium: Math.floor(last / 2), low: 0, audio: 0 };
    // Whoever asks for the best wants it in a small window too.
    hls.config.capLevelToPlayerSize = quality === "auto";
    hls.nextLevel = wanted[quality] ?? -1;
  }

  /** {start, end, current} in seconds of the video's clock; null before there is anything. */
  get position() {
    const { seekable, currentTime } = this.video;
    if (!seekable.length) return null;
    return { start: seekable.start(0), end: seekable.end(seekable.length - 1), current: currentTime };
  }

  get isLive() {
    const { position } = this;
    return position !== null && !this.isWhole && !this.video.paused && position.end - position.current < LIVE_WITHIN;
  }

  /** How many seconds ago what is shown now was recorded, by the recorder's clock; null when the list does not say. */
  get delay() {
    const shown = this.#hls?.playingDate ?? this.video.getStartDate?.();
    if (!shown || Number.isNaN(shown.getTime())) return null;
    const at = this.#hls ? shown.getTime() : shown.getTime() + this.video.currentTime * 1000;
    return (serverNow() - at) / 1000;
  }

  seek(seconds) {
    this.video.currentTime = seconds;
    this.play();
  }

  /** As live as this list gets. */
  catchUp() {
    const { position } = this;
    if (position) this.seek(this.#hls?.liveSyncPosition ?? Math.max(position.start, position.end - 3));
  }

  #loadWith(Hls, url) {
    const hls = new Hls(settings());
    this.#hls = hls;
    this.#recoveries = 0;
    this.#tries = 0;
    hls.on(Hls.Events.MANIFEST_PARSED, () => this.setQuality(this.#quality));
    hls.on(Hls.Events.LEVEL_LOADED, () => this.#seekToFraction());
    hls.on(Hls.Events.FRAG_BUFFERED, () => {
      this.#tries = 0;
    });
    hls.on(Hls.Events.ERROR, (_name, data) => this.#hls === hls && this.#handle(Hls, data));
    hls.loadSource(url);
    hls.attachMedia(this.video);
  }

  #seekToFraction() {
    const { position } = this;
    const total = this.#hls?.latestLevelDetails?.totalduration ?? (position ? position.end - position.start : 0);
    if (this.#fraction === null || !total) return;
    const wanted = this.#fraction * total;
    this.#fraction = null;
    const go = () => {
      this.video.currentTime = wanted;
    };
    // Before there is metadata a position does not hold.
    if (this.video.readyState > 0) go();
    else this.video.addEventListener("loadedmetadata", go, { once: true });
  }

  #handle(Hls, { fatal, type, response }) {
    const hls = this.#hls;
    if (!hls) return;
    const status = response?.code ?? 0;
    const isRefused = [401, 403, 404, 410].includes(status);
    if (!fatal && (!isRefused || status === 404)) return;
    if (isRefused) {
      this.emit("failed", { status });
    } else if (type === Hls.ErrorTypes.MEDIA_ERROR && this.#recoveries < RECOVERIES) {
      this.#recoveries += 1;
      hls.recoverMediaError();
    } else if (type === Hls.ErrorTypes.NETWORK_ERROR && hls.levels?.length && this.#tries < NETWORK_TRIES) {
      this.#tries += 1;
      this.emit("stalled");
      setTimeout(() => this.#hls === hls && hls.startLoad(), 500 * this.#tries);
    } else {
      this.emit("failed", { status: 0 });
    }
  }
}
