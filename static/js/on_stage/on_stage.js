// An attendee's time on stage: invited, getting ready, on the air, back among the audience.
import { mountDeviceControls } from "../devices/device_controls.js";
import { LocalMedia, publishInto, studioRoomOptions } from "../devices/local_media.js";
import { recordedSentence } from "../recordings/recorded.js";
import { MediaConnection } from "../room/media_connection.js";
import { reopen, SHARE_AGAIN, stateOf } from "../room/returning.js";
import { find } from "../shared/elements.js";
import { noticeFailure } from "../shared/failures.js";
import { gettext } from "../shared/gettext.js";
import { mountSelfView } from "../stage/self_view.js";
import { mountPreview } from "./preview.js";

const kinds = ["microphone", "camera"];
const ELSEWHERE = gettext("You are on stage in another window or on another device.");
const HIDDEN = gettext("The team has paused the stage: nobody sees or hears you. Stay here: it continues by itself.");
const ALLOWED_AGAIN = {
  microphone: gettext("You may turn your microphone on again."),
  camera: gettext("You may turn your camera on again."),
};
const NO_LONGER = {
  microphone: gettext("The host turned your microphone off. You cannot turn it on for now."),
  camera: gettext("The host turned your camera off. You cannot turn it on for now."),
};

/**
 * Follow `room.state.me.stage`. A place on stage is only offered: nothing is sent before the person presses the button, and
 * what is sent then goes through a connection of its own, which takes the place of the audience's in `theatre`.
 *
 * phase: "off" no place · "offered" a place, not in use here · "going" connecting · "on" on the air.
 */
export class OnStage {
  phase = "off";
  /** @type {MediaConnection | null} */
  #connection = null;
  #stopPublishing = () => {};
  #isPostponed = false;
  #isAsked = false;
  #isLeaving = false;
  /** @type {Record<string, boolean> | null} */
  #rights = null;
  #wasHidden = false;
  /** @type {Sent | null} */
  #former = null;
  #isGoingOn = false;

  constructor({ room, theatre, call, notices, announceNow, announce, failed, changed, me, memory }) {
    this.room = room;
    this.theatre = theatre;
    this.call = call;
    this.notices = notices;
    this.announceNow = announceNow;
    this.failed = failed;
    this.changed = changed;
    this.me = me;
    this.memory = memory;
    this.media = new LocalMedia();
    this.#former = memory.former;
    const rights = () => this.rights;
    mountSelfView(theatre.stage);
    this.controls = mountDeviceControls({
      media: this.media,
      notices,
      announce,
      rights,
      isSending: () => this.phase === "on",
      isGuest: true,
      offersScreen: () => Boolean(navigator.mediaDevices?.getDisplayMedia) && this.rights.screen,
      room: () => this.#connection?.room ?? null,
      keys: { KeyH: find("hand") },
    });
    this.preview = mountPreview({
      media: this.media,
      rights,
      go: () => this.#go(),
      decline: () => this.leave(),
      postpone: () => this.#postpone(),
    });
    this.media.addEventListener("changed", () => this.phase === "on" && theatre.stage.draw());
    for (const event of ["opened", "changed", "screen"]) this.media.addEventListener(event, () => this.#note());
    find("leave-stage").addEventListener("click", () => this.leave());
    window.addEventListener("beforeunload", (event) => this.phase === "on" && event.preventDefault());
    const events = "open reset you.on_stage you.off_stage stage.joined stage.left stage.permissions stage.hidden";
    room.on(`${events} session.settings session.live session.ended`, () => this.follow());
  }

  get place() {
    return this.room.state?.me.stage ?? null;
  }

  get isHidden() {
    return this.room.state?.stage?.hidden ?? false;
  }

  /** What may be published now, as the crew and the preset allow; a hidden stage takes nothing away. */
  get rights() {
    const { place } = this;
    const preset = this.room.state?.session.preset;
    const video = Boolean(place?.can_publish_video);
    return {
      camera: video && preset.onstage_camera_enabled,
      microphone: Boolean(place?.can_publish_audio),
      screen: video && preset.onstage_screen_share,
    };
  }

  /** Whether the same person is on stage in another window or on another device: their exclusive connection is there. */
  get isElsewhere() {
    return this.phase !== "on" && Boolean(this.theatre.room?.remoteParticipants.has(this.me));
  }

  /** Bring the page to what the state says. */
  follow() {
    const isLive = this.room.state?.session.status === "live";
    if (!this.place || !isLive) {
      if (this.phase !== "off") this.#off(isLive ? this.#takenOff : null);
      this.#isLeaving = false;
    } else if (!this.#isLeaving) {
      if (this.phase === "off") this.phase = "offered";
      this.#followRights();
      if (this.#former) this.#goOn();
    }
    this.#followHidden();
    this.draw();
  }

  draw() {
    document.documentElement.dataset.stage = this.phase;
    find("stage-bar").hidden = this.phase !== "on";
    this.controls.draw();
    // Choosing a device would turn it on.
    for (const chooser of ["own-camera", "live-camera"]) find(chooser).closest("[data-field]").hidden = !this.rights.camera;
    this.changed();
    if (this.phase === "offered") this.#drawOffer();
    if (this.phase !== "offered") this.notices.clear("offer");
    find("on-air").hidden = this.isHidden;
    find("off-air").hidden = !this.isHidden;
  }

  /** Leave the stage, or say no to it: off the air first, then told. */
  async leave() {
    if (this.phase === "off") return;
    this.#isLeaving = true;
    const left = gettext("You left the stage. Camera and microphone are off.");
    const declined = gettext("You stay in the audience. You can raise your hand again at any time.");
    const words = this.phase === "on" ? left : declined;
    this.#off(words);
    this.draw();
    try {
      await this.call("stage/leave", { method: "POST" });
    } catch (error) {
      // The place is kept by the server: offer it again, so that leaving can be tried again.
      this.#isLeaving = false;
      this.#isPostponed = true;
      const lost = gettext("Nobody sees or hears you any more, but the server was not told that you left the stage. Try again.");
      this.notices.show("stage", error.message || lost, { tone: "error", lasting: true });
      this.follow();
    }
  }

  /** Everything off, without a word: the session is over, or the page shows something else. */
  stop() {
    if (this.phase === "off") return;
    this.#silence();
    this.phase = "off";
    this.draw();
  }

  get #takenOff() {
    return this.phase === "on"
      ? gettext("The host took you off the stage. Camera and microphone are off.")
      : gettext("You are no longer invited on stage.");
  }

  #words() {
    const recorded = recordedSentence(this.room.state);
    const go = gettext("Go on stage");
    if (this.isElsewhere) {
      return {
        title: gettext("Continue on stage here?"),
        lead: gettext("You are on stage in another window or on another device. If you move here, the other one stops sending."),
        recorded,
        go: gettext("Move here"),
      };
    }
    if (this.memory.last) {
      return {
        title: gettext("Come back on stage?"),
        lead: gettext("You were on stage in this window. Nobody sees or hears you now; on stage, everyone does."),
        recorded,
        go,
      };
    }
    return {
      title: gettext("Come on stage"),
      lead: gettext("You may come on stage. Nobody sees or hears you yet; on stage, everyone in the webinar does."),
      recorded,
      go,
    };
  }

  #drawOffer() {
    if (this.#isGoingOn) return;
    const isShown = this.#isAsked || !(this.#isPostponed || this.isElsewhere);
    if (isShown) {
      this.notices.clear("offer");
      this.preview.open(this.#words());
      return;
    }
    this.preview.close();
    this.media.close();
    const offer = this.isElsewhere ? ELSEWHERE : gettext("You may come on stage. Nobody sees or hears you yet.");
    const label = this.isElsewhere ? gettext("Move here") : gettext("Get ready");
    if (find("notices").querySelector('[data-notice="offer"]')?.dataset.offer === offer) return;
    this.notices.show("offer", offer, { lasting: true, action: { label, run: () => this.#ask() } });
    find("notices").querySelector('[data-notice="offer"]').dataset.offer = offer;
  }

  /** This tab was on stage a moment ago: it goes on with the same devices, as they were. */
  async #goOn() {
    const former = this.#former;
    this.#former = null;
    if (!former || this.phase !== "offered") return;
    this.#isGoingOn = true;
    const allowed = Object.fromEntries(kinds.map((kind) => [kind, this.rights[kind] ? former.devices[kind] : ""]));
    const on = Object.fromEntries(kinds.map((kind) => [kind, former.on[kind] && this.rights[kind]]));
    await reopen(this.media, { devices: allowed, on }, () => noticeFailure(this.notices, "device_failed"));
    if (this.phase === "offered") this.#go();
    if (former.isSharing) this.notices.show("share-again", SHARE_AGAIN, { tone: "warning", lasting: true });
  }

  #note() {
    if (this.phase === "on") this.memory.keep(() => stateOf(this.media, this.#connection?.room));
  }

  #ask() {
    this.#isAsked = true;
    this.draw();
  }

  #postpone() {
    if (this.phase === "going") this.#disconnect();
    this.phase = "offered";
    this.#isAsked = false;
    this.#isPostponed = true;
    this.draw();
  }

  #go() {
    if (this.phase !== "offered") return;
    this.phase = "going";
    this.preview.busy(true);
    const connection = new MediaConnection({
      join: () => this.call("stage/token", { method: "POST" }),
      roomOptions: () => ({ ...studioRoomOptions(), adaptiveStream: this.theatre.quality.adaptive }),
    });
    this.#connection = connection;
    const isMine = () => this.#connection === connection;
    connection.addEventListener("connected", ({ detail: { room, reply } }) => isMine() && this.#connected(room, reply));
    connection.addEventListener("waiting", ({ detail: { key } }) => {
      if (isMine() && this.phase === "going") this.preview.fail(key);
    });
    connection.addEventListener("failed", ({ detail: { key } }) => isMine() && this.#failed(key));
    connection.start();
  }

  #connected(room, reply) {
    if (reply) {
      this.#stopPublishing();
      this.#stopPublishing = publishInto(room, this.media, { onError: () => noticeFailure(this.notices, "server_error") });
      room.startAudio().catch(() => {});
    }
    if (this.phase === "on") return;
    this.phase = "on";
    this.#isAsked = false;
    this.#isPostponed = false;
    this.#isGoingOn = false;
    this.#note();
    this.preview.close();
    this.notices.clear("stage");
    this.theatre.use(this.#connection, { withSelf: true });
    this.controls.talking.watch();
    this.announceNow(gettext("You are on stage. Everyone sees and hears you."));
    this.draw();
    find("microphone").focus();
  }

  #failed(key) {
    if (key === "continued_elsewhere") {
      this.#silence();
      this.phase = "offered";
      this.#isPostponed = true;
      this.notices.clear("stage");
      this.announceNow(ELSEWHERE);
      this.theatre.enter();
      this.draw();
    } else if (key === "not_allowed") {
      this.#off(this.#takenOff);
      this.draw();
    } else {
      this.stop();
      this.failed(key);
    }
  }

  /** The crew gives and takes permissions: say so, and turn off what may no longer be sent. */
  #followRights() {
    const { rights } = this;
    const before = this.#rights;
    this.#rights = rights;
    if (!before) return;
    const changed = kinds.filter((kind) => before[kind] !== rights[kind]);
    if (changed.length > 0 && this.phase === "offered") this.preview.redraw();
    for (const kind of changed) {
      if (!rights[kind]) this.media[kind]?.mute();
      const words = rights[kind] ? ALLOWED_AGAIN[kind] : NO_LONGER[kind];
      this.notices.show(`right-${kind}`, words, { tone: "warning", lasting: !rights[kind] });
    }
    if (!rights.screen && this.media.screen.length > 0) this.media.stopScreen();
  }

  /** Cover the stage for everybody while the crew hides it; whoever is on stage is told why. */
  #followHidden() {
    const { isHidden } = this;
    const isOn = this.phase === "on";
    const words = isOn ? HIDDEN : gettext("The stage takes a short break. Stay here: it continues by itself.");
    this.theatre.hide(isHidden, isHidden ? words : gettext("The host is not on air at the moment. Stay here: it continues by itself."));
    const shown = gettext("The stage is back. Everyone sees and hears you.");
    if (isOn && isHidden !== this.#wasHidden) this.announceNow(isHidden ? HIDDEN : shown);
    this.#wasHidden = isHidden;
  }

  #disconnect() {
    this.#stopPublishing();
    this.#stopPublishing = () => {};
    const leaving = this.#connection;
    this.#connection = null;
    leaving?.stop();
  }

  /** Off the air: nothing is sent, the lights go off. */
  #silence() {
    this.#isGoingOn = false;
    this.memory.clear();
    this.media.close();
    this.controls.talking.stop();
    const wasOn = this.phase === "on";
    if (wasOn) this.theatre.leave();
    this.#disconnect();
    this.preview.close();
    if (find("devices-dialog").open) find("devices-dialog").close();
    for (const kind of kinds) this.notices.clear(`right-${kind}`);
    for (const key of ["talking", "offer", "device_unplugged"]) this.notices.clear(key);
  }

  /** Back among the audience. */
  #off(words) {
    const wasOn = this.phase === "on";
    this.#silence();
    this.phase = "off";
    this.#rights = null;
    this.#isAsked = false;
    this.#isPostponed = false;
    if (wasOn && this.room.state?.session.status === "live") this.theatre.enter();
    if (words) this.notices.show("stage", words);
  }
}
