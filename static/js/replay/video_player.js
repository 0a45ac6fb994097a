// The video of a replay: shows the published part of it, and gets a fresh link when the old one has ended.
import { Emitter } from "../shared/emitter.js";
import { keyOfError } from "../shared/failures.js";
import { ApiError, serverNow, pause as wait } from "../shared/page.js";
import { fileOf, spanOf, within } from "./times.js";

const TRIES = 3; // fresh links in a row without a picture in between
const RETRY_AFTER = 4000; // ms, while offline

/**
 * Events: "loaded" (the video's length is known), "time", "state", "finished" (the shown part is over),
 * "trouble" ({detail: {key}}, a row of the failure table, or null when it is over).
 */
export class Player extends Emitter {
  /** @type {Published} null until the first load */
  #part = null;
  /** @type {number | null} where to go on as soon as the video can */
  #place = null;
  #last = 0; // where it was last: a video whose link has ended may have forgotten
  #wantsToPlay = false;
  #tries = 0;
  /** @type {Timer} */
  #timer;
  /** @type {Promise<void> | null} */
  #recovering = null;

  /**
   * @param {HTMLVideoElement} video
   * @param {(id: string) => Promise<Published>} renew resolves to the part with fresh links, rejects with ApiError, or null: gone
   */
  constructor(video, renew) {
    super();
    this.video = video;
    this.renew = renew;
    /** Whether the browser wants a click before it plays. */
    this.isBlocked = false;
    video.addEventListener("loadedmetadata", () => this.#loaded());
    video.addEventListener("timeupdate", () => this.#moved());
    video.addEventListener("seeked", () => this.#moved());
    video.addEventListener("error", () => this.#broke());
    video.addEventListener("ended", () => this.#finish());
    for (const name of ["play", "playing", "pause", "waiting", "canplay", "seeking", "seeked", "volumechange", "ratechange"]) {
      video.addEventListener(name, () => this.emit("state"));
    }
    video.addEventListener("playing", () => this.#watchEnd());
    video.addEventListener("canplay", () => this.#works());
  }

  get part() {
    return this.#part;
  }

  /** {start, end} in seconds of the video. */
  get span() {
    return this.#part ? spanOf(this.#part, this.video.duration) : { start: 0, end: 0 };
  }

  /** Seconds of the shown part, from its beginning. */
  get length() {
    return this.span.end - this.span.start;
  }

  get time() {
    const { span } = this;
    return within(span, this.#place ?? this.video.currentTime) - span.start;
  }

  set time(seconds) {
    this.videoTime = this.span.start + seconds;
  }

  /** Seconds of the whole video. */
  get videoTime() {
    return within(this.span, this.#place ?? this.video.currentTime);
  }

  set videoTime(seconds) {
    const place = within(this.span, seconds);
    if (this.video.readyState === 0) this.#place = place;
    else this.video.currentTime = place;
    this.emit("time");
  }

  get isPlaying() {
    return this.#wantsToPlay;
  }

  get isFinished() {
    return this.video.readyState > 0 && this.video.currentTime >= this.span.end - 0.05;
  }

  get isWaiting() {
    return this.#wantsToPlay && this.video.readyState < 3;
  }

  /**
   * Show `part` (as in the API) from second `at` of the video.
   * @param {Published} part
   * @param {{at?: number | null, play?: boolean}} options
   */
  load(part, { at = null, play = false } = {}) {
    const isSame = this.#part?.id === part.id;
    this.#part = part;
    this.#place = at ?? part.trim_start ?? 0; // kept within the shown part as soon as the video's length is known
    if (!isSame) this.#tries = 0;
    this.#wantsToPlay = play;
    if (part.poster) this.video.poster = part.poster;
    this.video.src = part.url;
    this.video.load();
    if (play) this.play();
  }

  /** The host renamed it, or cut it differently, which is another video, while somebody watches. */
  update(part) {
    if (fileOf(part.url) !== fileOf(this.#part.url)) {
      this.load(part, { play: this.#wantsToPlay });
      return;
    }
    this.#part = { ...part, url: this.#part.url, expires_at: this.#part.expires_at };
    if (this.video.readyState) this.videoTime = this.video.currentTime;
    this.emit("loaded");
  }

  async play() {
    if (this.isFinished) this.time = 0;
    this.#wantsToPlay = true;
    this.isBlocked = false;
    this.emit("state");
    if (this.#isOver()) {
      await this.#renewed();
      return;
    }
    try {
      await this.video.play();
    } catch (error) {
      // AbortError: another video or link was put in meanwhile, and plays on by itself.
      if (error.name !== "NotAllowedError") return;
      this.#wantsToPlay = false;
      this.isBlocked = true;
      this.emit("state");
    }
  }

  pause() {
    this.#wantsToPlay = false;
    this.video.pause();
    this.emit("state");
  }

  toggle() {
    if (this.#wantsToPlay) this.pause();
    else this.play();
  }

  /** After trouble: once more from the same place. */
  again() {
    this.#tries = 0;
    this.#renewed();
  }

  #isOver() {
    return Boolean(this.#part?.expires_at) && serverNow() > Date.parse(this.#part.expires_at) && this.video.readyState < 4;
  }

  #loaded() {
    if (this.#place !== null) this.video.currentTime = within(this.span, this.#place);
    this.#place = null;
    this.emit("loaded");
    if (this.#wantsToPlay) this.play();
  }

  #works() {
    this.#tries = 0;
    this.emit("trouble", { key: null });
  }

  #moved() {
    if (this.#place !== null || this.video.readyState === 0) return;
    this.#last = this.video.currentTime;
    const { start, end } = this.span;
    if (this.video.currentTime < start - 0.05) this.video.currentTime = start;
    if (this.#wantsToPlay && this.video.currentTime >= end - 0.03) this.#finish();
    else this.#watchEnd();
    this.emit("time");
  }

  /** `timeupdate` comes four times a second: the last moment has its own timer. */
  #watchEnd() {
    clearTimeout(this.#timer);
    const left = this.span.end - this.video.currentTime;
    if (this.video.paused || left > 1 || left <= 0) return;
    this.#timer = setTimeout(() => this.#moved(), (left * 1000) / this.video.playbackRate);
  }

  #finish() {
    if (!this.#wantsToPlay) return;
    this.pause();
    this.emit("finished");
  }

  /** The video cannot be had or read: most often its link has ended. */
  #broke() {
    if (this.#part === null || !this.video.getAttribute("src")) return;
    if (this.#tries >= TRIES) this.#fail("replay_failed");
    else this.#renewed();
  }

  #renewed() {
    this.#recovering ??= this.#recover().finally(() => {
      this.#recovering = null;
    });
    return this.#recovering;
  }

  async #recover() {
    const [at, { id, url }] = [this.#place ?? this.#last, this.#part];
    const video = fileOf(url);
    this.#place = at;
    this.#tries += 1;
    for (;;) {
      try {
        const part = await this.renew(id);
        if (this.#part.id !== id) return;
        if (part === null) this.#fail("replay_gone");
        else this.load(part, { at: fileOf(part.url) === video ? at : null, play: this.#wantsToPlay });
        return;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status === 403 || error.status === 404 || error.status === 401) {
          this.#fail(error.status === 404 ? "replay_gone" : keyOfError(error));
          return;
        }
        this.#trouble(error.status === 0 ? "offline" : "connection_lost");
        await wait(RETRY_AFTER);
      }
    }
  }

  #fail(key) {
    this.pause();
    this.#trouble(key);
  }

  #trouble(key) {
    this.emit("trouble", { key });
  }
}
