// Watching over HLS, as a connection of the theatre: it gets its address by itself, and a new one whenever it must.
import { make } from "../shared/elements.js";
import { Emitter } from "../shared/emitter.js";
import { isFinal, keyOfError } from "../shared/failures.js";
import { gettext } from "../shared/gettext.js";
import { pause } from "../shared/page.js";
import { HLSPlayer } from "./hls_player.js";
import { mountBar } from "./live_bar.js";

const ASK_AGAIN = 4000; // milliseconds, while the recorder starts
const STALLED = 5000; // milliseconds without a picture before it is said
const STEP = 2; // seconds by which a picture that plays moves on at most between two looks; more is a seek

/**
 * Events as of MediaConnection but "room", "over" when the last picture was shown, and the player's "muted" and "blocked". `join` enters the session, `ask`
 * gives {hls_url, status}; both may reject with ApiError. `library` is the address of hls.js.
 */
export class HLSConnection extends Emitter {
  /** There is none: that is what MediaConnection has. */
  room = null;
  isConnected = false;
  /** @type {AbortController | null} */
  #stopping = null;
  #wake = () => {};
  /** @type {Timer} */
  #stalled;
  #url = "";
  #position = 0; // of the picture, in seconds

  constructor({ join, ask, library, quality }) {
    super();
    this.join = join;
    this.ask = ask;
    this.video = make("video", { playsInline: true, aria: { label: gettext("Picture of the webinar") } });
    this.figure = make("figure", { className: "tile stage-hls", dataset: { kind: "hls" } }, this.video);
    this.player = new HLSPlayer(this.video, library);
    this.setQuality(quality);
    this.bar = mountBar(this.player, {
      live: () => this.#load(null),
      back: (fraction) => this.#load(fraction),
    });
    this.player.addEventListener("playing", () => this.#playing());
    this.player.addEventListener("stalled", () => this.#wait());
    this.player.addEventListener("moved", () => this.#moved());
    for (const name of ["muted", "blocked"]) this.player.addEventListener(name, () => this.emit(name));
  }

  start() {
    if (this.#stopping) return;
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.bar.show();
    this.#run(stopping.signal);
  }

  async stop() {
    this.#stopping?.abort();
    this.#stopping = null;
    this.isConnected = false;
    clearTimeout(this.#stalled);
    this.#stalled = undefined;
    this.player.stop();
    this.bar.hide();
    this.figure.remove();
  }

  /** The server says that there is something to play now. */
  ready() {
    this.#wake();
  }

  setMuted(isMuted) {
    this.video.muted = isMuted;
  }

  setQuality(quality) {
    this.player.setQuality(quality);
    this.figure.dataset.picture = quality === "audio" ? "off" : "on";
  }

  async #run(stopped) {
    for (let attempt = 0; !stopped.aborted; attempt += 1) {
      let key = "connection_lost";
      /** @type {number | null} */
      let waitFor = null;
      try {
        await this.join();
        const url = await this.#address(stopped);
        if (stopped.aborted) return;
        this.#url = url;
        const begun = performance.now();
        const status = await this.#play(stopped);
        if (stopped.aborted) return;
        // What went well for long is tried again at once.
        if (performance.now() - begun > 30_000) attempt = 0;
        // Refused: joining again says why. Otherwise only the address was too old.
        if ([403, 404, 410].includes(status)) waitFor = 300;
      } catch (error) {
        key = error.code === "session_not_live" ? "connection_lost" : keyOfError(error);
        waitFor = error.retryAfter ? Math.min(error.retryAfter, 15) * 1000 : null;
      }
      if (stopped.aborted) return;
      this.isConnected = false;
      if (isFinal(key)) {
        this.#stopping = null;
        this.emit("failed", { key });
        return;
      }
      this.emit("waiting", { key: navigator.onLine ? key : "offline" });
      await pause(waitFor ?? Math.min(8000, 500 * 2 ** Math.min(attempt, 5)) * (0.75 + Math.random() / 2), stopped);
    }
  }

  /** The address, once there is something to play. */
  async #address(stopped) {
    for (;;) {
      const { hls_url: url, status } = await this.ask();
      if (status !== "starting" || stopped.aborted) return url;
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      stopped.addEventListener("abort", this.#wake, { once: true });
      await pause(ASK_AGAIN, woken.signal);
    }
  }

  /** Play until it cannot go on; the status of the refusal. */
  #play(stopped) {
    return new Promise((resolve) => {
      const done = new AbortController();
      const finish = (status) => {
        done.abort();
        resolve(status);
      };
      stopped.addEventListener("abort", () => finish(0), { signal: done.signal });
      this.player.addEventListener("failed", ({ detail: { status } }) => finish(status), { signal: done.signal });
      this.player.addEventListener("over", () => this.emit("over"), { signal: done.signal });
      this.#load(null);
    });
  }

  #load(fraction) {
    const url = fraction === null ? this.#url : this.#url.replace(/index\.m3u8$/, "full.m3u8");
    return this.player.load(url, fraction);
  }

  #playing() {
    clearTimeout(this.#stalled);
    this.#stalled = undefined;
    if (this.isConnected) return;
    this.isConnected = true;
    this.emit("connected", { room: null, reply: null });
  }

  /** A request that failed stalls nothing as long as there is something in store: then the video tells of neither. */
  #moved() {
    const { currentTime, paused, seeking } = this.video;
    const step = currentTime - this.#position;
    this.#position = currentTime;
    if (this.#stopping && !paused && !seeking && step > 0 && step < STEP) this.#playing();
  }

  #wait() {
    if (!this.isConnected) return;
    this.#stalled ??= setTimeout(() => {
      this.#stalled = undefined;
      if (!this.#stopping || this.video.paused) return;
      this.isConnected = false;
      this.emit("waiting", { key: navigator.onLine ? "connection_lost" : "offline" });
    }, STALLED);
  }
}
