// The theatre: pictures and sound of the webinar, from whichever connection is in use, and what is said over them.
import { watchForFallback } from "../hls/fallback.js";
import { HLSConnection } from "../hls/hls_connection.js";
import { MediaConnection } from "../room/media_connection.js";
import { setToggle } from "../shared/controls.js";
import { find } from "../shared/elements.js";
import { hideFailure, showFailure } from "../shared/failures.js";
import { gettext } from "../shared/gettext.js";
import { onWake } from "../shared/wake.js";
import { Stage } from "../stage/stage.js";
import { mountQuality } from "./quality.js";

const hasSound = () => document.querySelector("audio[data-sound]") !== null;

const STEADY = "steady"; // the choice of HLS in the menu of qualities

const FALLBACK = {
  blocked: gettext(
    "Your network blocks direct video, so you are watching a few seconds behind. To try direct video again, choose another quality.",
  ),
  weak: gettext(
    "Your connection is weak, so you are watching a few seconds behind, in a quality that it can carry. " +
      "To try direct video again, choose another quality.",
  ),
};

/**
 * `join` asks for the audience's token, `hls` {ask, library, isOnly} for HLS. `failed(key)` hears when the audience's connection cannot be had; `changed()`
 * whenever somebody came, left, or the connection in use changed.
 */
export class Theatre {
  /** @type {MediaConnection | HLSConnection | null} */
  #connection = null;
  #isConnected = false;
  #isHidden = false;
  #isSilent = false;
  #hadScreen = false;
  /** Whether the browser shows no picture until the person taps, as iPhones in Low Power Mode do. */
  #needsTap = false;
  #mustBeHLS = false;
  /** @type {MediaConnection | null} our own connection over WebRTC, which is no one's on stage */
  #audience = null;
  #stopFallback = () => {};

  constructor({ join, hls, announce, notices, failed, changed }) {
    this.join = join;
    this.hls = hls;
    this.announce = announce;
    this.notices = notices;
    this.failed = failed;
    this.changed = changed;
    this.#mustBeHLS = hls.isOnly;
    this.overlay = find("overlay");
    this.unmute = find("unmute");
    this.tap = find("tap-to-play");
    this.stage = new Stage(find("stage"), { onDraw: (tiles, hasScreen) => this.#drawn(tiles, hasScreen) });
    this.quality = mountQuality(find("quality"), { remeasure: () => this.stage.remeasure() });
    this.unmute.addEventListener("click", async () => {
      await this.room?.startAudio();
      this.#drawSound();
      this.unmute.hidden = true;
    });
    this.tap.addEventListener("click", () => this.#play());
    // Phones stop pictures while they are locked.
    onWake(() => this.#goOn());
    find("quality").addEventListener("change", () => this.#chooseWay());
    find("sound").addEventListener("click", () => this.#turnSound());
    setToggle(find("sound"), true, gettext("Turn sound off"));
    this.#mountFullscreen();
  }

  get room() {
    return this.#connection?.room ?? null;
  }

  /** The connection in use where it is one over HLS. */
  get #overHLS() {
    return this.#connection instanceof HLSConnection ? this.#connection : null;
  }

  /** How many seconds ago what is shown now happened. */
  get late() {
    return Math.max(0, this.#overHLS?.player.delay ?? 0);
  }

  /** Watch as one of the audience, unless a connection is in use already. */
  enter() {
    if (this.#connection) return;
    if (this.#mustBeHLS || find("quality").value === STEADY) this.#watchOverHLS();
    else this.#watchOverWebRTC();
  }

  /** There is HLS to watch now. */
  hlsReady() {
    this.#overHLS?.ready();
  }

  /** Call `done` when what is on its way was shown too: over HLS that takes some seconds. */
  afterLast(done, milliseconds) {
    const connection = this.#overHLS;
    if (!connection || !this.#isConnected) {
      done();
      return;
    }
    const timer = setTimeout(done, milliseconds);
    connection.addEventListener("over", () => {
      clearTimeout(timer);
      done();
    });
  }

  #watchOverWebRTC() {
    const connection = new MediaConnection({
      join: this.join,
      roomOptions: () => ({ adaptiveStream: this.quality.adaptive }),
      takes: ({ mode }) => mode !== "hls",
    });
    const isCurrent = () => this.#connection === connection;
    connection.addEventListener("failed", ({ detail: { key } }) => isCurrent() && this.failed(key));
    connection.addEventListener("declined", () => {
      if (!isCurrent()) return;
      this.#mustBeHLS = true;
      this.#watchOverHLS();
    });
    this.#audience = connection;
    this.use(connection);
    this.#stopFallback = watchForFallback(connection, (reason) => isCurrent() && this.#fallBack(reason));
    connection.start();
  }

  #watchOverHLS() {
    find("quality").value = find("quality").value === "auto" ? STEADY : find("quality").value;
    const connection = new HLSConnection({
      join: this.join,
      ask: this.hls.ask,
      library: this.hls.library,
      quality: this.#qualityOfHLS,
    });
    const isCurrent = () => this.#connection === connection;
    connection.addEventListener("failed", ({ detail: { key } }) => isCurrent() && this.failed(key));
    connection.addEventListener("muted", () => {
      if (!isCurrent()) return;
      this.unmute.hidden = false;
    });
    connection.addEventListener("blocked", () => isCurrent() && this.#askForTap(true));
    this.use(connection);
    this.stage.container.append(connection.figure);
    connection.start();
  }

  #fallBack(reason) {
    find("quality").value = STEADY;
    this.notices.show("steady", FALLBACK[reason], { lasting: true });
    this.#watchOverHLS();
  }

  /** The menu was used: HLS or WebRTC, and how much of it. */
  #chooseWay() {
    const connection = this.#connection;
    this.notices.clear("steady");
    if (connection instanceof HLSConnection) {
      if (this.#mustBeHLS || find("quality").value === STEADY) connection.setQuality(this.#qualityOfHLS);
      else this.#watchOverWebRTC();
    } else if (connection && connection === this.#audience && find("quality").value === STEADY) {
      this.#watchOverHLS();
    }
  }

  get #qualityOfHLS() {
    const { value } = find("quality");
    return value === STEADY ? "auto" : value;
  }

  /** Show `connection` from now on and leave the one before. `withSelf`: our own pictures too. */
  use(connection, { withSelf = false } = {}) {
    const before = this.#connection;
    this.#stopFallback();
    this.#connection = connection;
    this.#isConnected = connection.isConnected;
    this.#askForTap(false);
    const isCurrent = () => this.#connection === connection;
    const follow = (room) => {
      this.#followSound(room);
      this.#followPicture(room);
      this.quality.apply(room);
      this.stage.follow(room, { withSelf });
    };
    connection.addEventListener("room", ({ detail: { room } }) => isCurrent() && follow(room));
    connection.addEventListener("connected", () => isCurrent() && this.#connected());
    connection.addEventListener("waiting", ({ detail: { key } }) => isCurrent() && this.#waiting(key));
    if (connection.isConnected) {
      follow(connection.room);
      this.#connected();
    } else if (connection instanceof HLSConnection) {
      this.stage.follow(null);
    }
    before?.stop();
    this.#drawSound();
    this.stage.draw();
  }

  /** Stop watching. */
  leave() {
    const leaving = this.#connection;
    this.#stopFallback();
    this.#connection = null;
    this.#isConnected = false;
    this.stage.follow(null);
    leaving?.stop();
    hideFailure(this.overlay);
    this.unmute.hidden = true;
    this.#askForTap(false);
  }

  /** Cover and mute the whole stage, or show it again; `words` say why. */
  hide(isHidden, words) {
    const changed = isHidden !== this.#isHidden;
    this.#isHidden = isHidden;
    find("away-words").textContent = words;
    this.#drawSound();
    if (changed) this.stage.draw();
  }

  #connected() {
    this.#isConnected = true;
    hideFailure(this.overlay);
    this.stage.draw();
  }

  #waiting(key) {
    this.#isConnected = false;
    find("away").hidden = true;
    find("connecting").hidden = true;
    showFailure(this.overlay, key, { act: () => window.dispatchEvent(new Event("online")) });
  }

  #drawn(tiles, hasScreen) {
    if (this.#isConnected && hasScreen !== this.#hadScreen) {
      this.announce(hasScreen ? gettext("A screen is being shared") : gettext("The screen is no longer shared"));
    }
    this.#hadScreen = hasScreen;
    const wasAway = !find("away").hidden;
    const isEmpty = tiles === 0 && !this.#overHLS;
    const isAway = this.#isConnected && (isEmpty || this.#isHidden);
    find("away").hidden = !isAway;
    find("connecting").hidden = this.#isConnected || this.#needsTap || !this.overlay.hidden;
    if (isAway && !wasAway) this.announce(gettext("We’ll be right back"));
    if (this.#isConnected && !isAway && wasAway) this.announce(gettext("The host is back"));
    this.changed();
  }

  #followSound(room) {
    const { RoomEvent } = window.LivekitClient;
    const draw = () => {
      if (room !== this.room) return;
      this.unmute.hidden = room.canPlaybackAudio || !hasSound();
      if (this.unmute.hidden) this.notices.clear("sound_blocked");
    };
    room.on(RoomEvent.AudioPlaybackStatusChanged, draw);
    room.on(RoomEvent.TrackSubscribed, draw);
  }

  #followPicture(room) {
    const { RoomEvent } = window.LivekitClient;
    room.on(RoomEvent.VideoPlaybackStatusChanged, () => room === this.room && this.#askForTap(!room.canPlaybackVideo));
  }

  /** One button for picture and sound, where the browser starts neither by itself. */
  #askForTap(isNeeded) {
    if (isNeeded === this.#needsTap) return;
    this.#needsTap = isNeeded;
    this.tap.hidden = !isNeeded;
    find("connecting").hidden = this.#isConnected || isNeeded || !this.overlay.hidden;
    if (isNeeded) this.announce(gettext("Press Play to watch"));
  }

  /** The person tapped: everything that is to be seen and heard must begin within this click. */
  #play() {
    this.#drawSound();
    this.unmute.hidden = true;
    this.#askForTap(false);
    this.#overHLS?.player.play();
    this.room?.startAudio().catch(() => {});
    this.room?.startVideo().catch(() => {});
  }

  #goOn() {
    this.#overHLS?.player.goOn();
    if (this.stage.isStopped) this.room?.startVideo().catch(() => {});
  }

  #turnSound() {
    this.#isSilent = !this.#isSilent;
    this.#drawSound();
    setToggle(find("sound"), !this.#isSilent, this.#isSilent ? gettext("Turn sound on") : gettext("Turn sound off"));
    if (!this.#isSilent) this.room?.startAudio();
  }

  #drawSound() {
    const isMuted = this.#isSilent || this.#isHidden;
    this.stage.setMuted(isMuted);
    this.#overHLS?.setMuted(isMuted);
  }

  #mountFullscreen() {
    const whole = find("stage-wrap");
    find("fullscreen").addEventListener("click", async () => {
      if (document.fullscreenElement) await document.exitFullscreen();
      else if (whole.requestFullscreen) await whole.requestFullscreen();
      // iPhones show only a video element on the whole screen.
      else whole.querySelector("video:not([hidden])")?.webkitEnterFullscreen?.();
    });
    document.addEventListener("fullscreenchange", () => {
      const isFull = Boolean(document.fullscreenElement);
      setToggle(find("fullscreen"), isFull, isFull ? gettext("Leave full screen") : gettext("Full screen"));
    });
  }
}
