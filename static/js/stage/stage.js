// The picture: one tile for each camera and each shared screen in a LiveKit room, kept true by redrawing.
import { arrange } from "../shared/arrange.js";
import { make } from "../shared/elements.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { mountGrid, screenShape } from "./grid.js";
import { arrangement, speakerAfter } from "./layout.js";
import { mountShare } from "./shared_screen.js";

const redrawOn = ({ RoomEvent }) => [
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.Connected,
  RoomEvent.Reconnected,
];

const STILL_SOON = 3_000; // ms until it is worth fetching what looks for pictures that stand still

const initials = (name) =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join("");

/**
 * Mount in `container`: shared screens large, people in a grid or beside them.
 * `onDraw(count, hasScreen)` hears how many tiles there are. `withSelf` shows our own camera and screen too (studio, on stage);
 * whom `isSilent(identity)` names is seen, not heard; `showsAll` leaves nobody out of the picture.
 */
export class Stage {
  /**
   * @param {PageElement} container
   * @param {{withSelf?: boolean, onDraw?: (count: number, hasScreen: boolean) => void, isSilent?: (identity: string) => boolean,
   *   showsAll?: boolean}} options
   */
  constructor(container, { withSelf = false, onDraw = () => {}, isSilent = () => false, showsAll = false } = {}) {
    this.container = container;
    this.withSelf = withSelf;
    this.onDraw = onDraw;
    this.isSilent = isSilent;
    this.showsAll = showsAll;
    /** @type {Parameters<typeof arrangement>[0]} */
    this.wanted = { layout: "screen", spotlight_identity: null };
    /** @type {string | null} the identity of whoever spoke last */
    this.speaker = null;
    this.tiles = new Map();
    this.sounds = new Map();
    this.muted = false;
    /** Whether we do not want to see our own camera: others see it all the same. */
    this.isSelfHidden = false;
    this.unseen = 0; // pictures that are sent and only we do not see
    /** Whether we want the shared screen large, however the crew arranged the stage. */
    this.isShareLarge = false;
    this.looksForStill = false;
    /** @type {LivekitRoom | null} */
    this.room = null;
    /** @type {Record<string, HTMLElement>} */
    this.places = {};
    for (const kind of ["screen", "camera"]) {
      this.places[kind] = make("div", { className: `stage-${kind}s` });
      // A shared screen is the picture that matters: first in reading order too.
      container.append(this.places[kind]);
    }
    this.drawGrid = mountGrid(this.places.camera);
    this.drawShare = mountShare(container, this.places, (isLarge) => {
      this.isShareLarge = isLarge;
      this.draw();
    });
    new ResizeObserver(([{ contentRect: { width, height } }]) => {
      container.dataset.shape = screenShape(width, height);
      this.#reach();
    }).observe(container);
  }

  /** Follow `room` from now on; null takes every tile away. */
  follow(room, { withSelf = this.withSelf } = {}) {
    this.room = room;
    this.withSelf = withSelf;
    this.draw();
    if (!room) return;
    const draw = () => this.room === room && this.draw();
    for (const event of redrawOn(window.LivekitClient)) room.on(event, draw);
    room.on(window.LivekitClient.RoomEvent.ActiveSpeakersChanged, () => this.room === room && this.#drawSpeakers());
    this.#lookForStill();
  }

  /** The first picture does not wait for it. */
  #lookForStill() {
    if (this.looksForStill) return;
    this.looksForStill = true;
    setTimeout(async () => {
      try {
        const { watchFrames } = await import("./still.js");
        watchFrames(this);
      } catch {
        this.looksForStill = false; // the network failed: the next connection tries again
      }
    }, STILL_SOON);
  }

  /**
   * Arrange the pictures as the crew wants it, by the page's `state`.
   * @param {Published} state
   */
  arrange({ stage, session }) {
    if (stage.layout !== this.wanted.layout) this.isShareLarge = false;
    this.wanted = { layout: stage.layout, spotlight_identity: stage.spotlight_identity, host: session.room.host_id };
    this.draw();
  }

  /** Show our own camera to ourselves, or do not. */
  hideSelf(isHidden) {
    this.isSelfHidden = isHidden;
    this.draw();
  }

  /** Turn what others say on or off. */
  setMuted(muted) {
    this.muted = muted;
    for (const { element, silent } of this.sounds.values()) element.muted = muted || silent;
  }

  /** Whether the browser has stopped a picture that should move. */
  get isStopped() {
    return [...this.tiles.values()].some(({ track, video }) => track && video.paused);
  }

  /** Attach every picture anew, so that the size to receive is worked out again. */
  remeasure() {
    this.draw();
    for (const { track, video } of this.tiles.values()) {
      if (!track) continue;
      track.detach(video);
      track.attach(video);
    }
  }

  draw() {
    const wanted = this.#wantedTiles();
    for (const [key, tile] of this.tiles) {
      if (wanted.has(key)) continue;
      tile.track?.detach(tile.video);
      tile.figure.remove();
      this.tiles.delete(key);
    }
    for (const [key, want] of wanted) this.#drawTile(key, want);
    this.#drawSounds();
    const hasScreen = [...wanted.values()].some((want) => want.kind === "screen");
    this.#place(wanted);
    this.#drawSpeakers();
    this.onDraw(this.tiles.size + this.unseen, hasScreen);
  }

  /** Put each picture where the layout wants it. */
  #place(wanted) {
    const tiles = [...wanted].map(([key, { kind, identity }]) => ({ key, kind, identity }));
    const { shape, large, small, mayEnlarge } = arrangement(this.wanted, tiles, this.speaker, { isWhole: this.showsAll, isShareLarge: this.isShareLarge });
    if (!mayEnlarge) this.isShareLarge = false;
    const figures = (keys) => keys.map((key) => this.tiles.get(key).figure);
    arrange(this.places.screen, figures(large));
    arrange(this.places.camera, figures(small));
    Object.assign(this.container.dataset, { tiles: large.length + small.length, layout: shape });
    const isShare = large.some((key) => wanted.get(key).kind === "screen");
    this.drawShare({ hasLarge: shape === "screen", hasSmall: small.length > 0, isShare, mayEnlarge, isEnlarged: this.isShareLarge });
    this.drawGrid();
    this.#reach();
    // What was out of the picture stands still until it is told to go on.
    for (const key of [...large, ...small]) {
      const { video, track } = this.tiles.get(key);
      if (track && video.paused) video.play().catch(() => {});
    }
  }

  /** More pictures than there is room for are reached with the keyboard. */
  #reach() {
    const { camera: box } = this.places;
    const isLonger = box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
    if (isLonger) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }

  /** Frame whoever speaks, as the media server hears it; one person alone needs no frame. */
  #drawSpeakers() {
    const identities = (this.room?.activeSpeakers ?? []).map((person) => person.identity);
    const speaking = new Set(identities.map((identity) => `${identity}/camera`));
    const shown = [...this.tiles.keys()].map((key) => key.split("/")[0]);
    const speaker = speakerAfter(this.speaker, identities.filter((identity) => shown.includes(identity)));
    if (speaker !== this.speaker) {
      this.speaker = speaker;
      if (this.wanted.layout === "speaker") this.draw();
    }
    for (const [key, { figure, microphone }] of this.tiles) {
      figure.classList.toggle("is-speaking", speaking.has(key) && microphone.hidden);
    }
  }

  /** key → what should be seen: a tile for everyone who publishes, one more for each shared screen. */
  #wantedTiles() {
    const wanted = new Map();
    this.unseen = 0;
    if (!this.room) return wanted;
    const { Track } = window.LivekitClient;
    const { localParticipant, remoteParticipants } = this.room;
    const people = [...remoteParticipants.values(), ...(this.withSelf ? [localParticipant] : [])];
    for (const person of people) {
      const isSelf = person === localParticipant;
      const publication = (source) => person.getTrackPublication(source);
      const name = person.name || gettext("Host");
      const picture = (source) => {
        const found = publication(source);
        // `isDesired` is false when the viewer wants no picture (audio only).
        const isWanted = !(found && "isDesired" in found) || found.isDesired;
        return found && !found.isMuted && isWanted ? (found.track ?? null) : null;
      };
      const microphone = publication(Track.Source.Microphone);
      const isThere = Boolean(publication(Track.Source.Camera) || microphone);
      const isUnseen = isThere && isSelf && this.isSelfHidden;
      if (isUnseen) this.unseen += 1;
      if (isThere && !isUnseen) {
        wanted.set(`${person.identity}/camera`, {
          kind: "camera",
          identity: person.identity,
          name: isSelf ? `${name} (${gettext("you")})` : name,
          initials: initials(name),
          track: picture(Track.Source.Camera),
          micOff: !microphone || microphone.isMuted,
          mirrored: isSelf,
        });
      }
      if (publication(Track.Source.ScreenShare)) {
        wanted.set(`${person.identity}/screen`, {
          kind: "screen",
          identity: person.identity,
          name: interpolate(gettext("Screen of %(name)s"), { name }),
          initials: "",
          track: picture(Track.Source.ScreenShare),
          micOff: false,
          mirrored: false,
        });
      }
    }
    return wanted;
  }

  #drawTile(key, want) {
    let tile = this.tiles.get(key);
    if (!tile) {
      tile = this.#newTile(key, want.kind);
      this.tiles.set(key, tile);
    }
    if (tile.track !== want.track) {
      tile.track?.detach(tile.video);
      want.track?.attach(tile.video);
      tile.track = want.track;
      tile.isStill = false;
    }
    const isSeen = want.track && !tile.isStill;
    tile.figure.classList.toggle("is-mirrored", want.mirrored);
    tile.figure.dataset.picture = isSeen ? "on" : "off";
    // One that stands still is covered, not hidden: to a hidden one the media server would send nothing.
    tile.video.hidden = !want.track;
    tile.avatar.hidden = isSeen;
    tile.avatar.textContent = want.initials;
    tile.name.textContent = want.name;
    tile.microphone.hidden = !want.micOff;
    tile.video.setAttribute("aria-label", want.name);
  }

  #newTile(key, kind) {
    // The sound has its own elements; a muted picture may always play.
    const video = make("video", { autoplay: true, playsInline: true, muted: true });
    const avatar = make("div", { className: "tile-avatar", aria: { hidden: "true" } });
    const name = make("span", { className: "tile-name" });
    const microphone = make("span", { className: "tile-muted" }, make("span", { textContent: gettext("Microphone off") }));
    const caption = make("figcaption", { className: "tile-caption" }, name, microphone);
    const figure = make("figure", { className: "tile", dataset: { kind, key } }, video, avatar, caption);
    return { figure, video, avatar, name, microphone, track: null, isStill: false };
  }

  #drawSounds() {
    const present = new Set();
    for (const person of this.room?.remoteParticipants.values() ?? []) {
      for (const publication of person.trackPublications.values()) {
        const { track } = publication;
        if (track?.kind !== window.LivekitClient.Track.Kind.Audio) continue;
        present.add(publication.trackSid);
        if (this.sounds.get(publication.trackSid)?.track === track) continue;
        this.#dropSound(publication.trackSid);
        const element = track.attach();
        const silent = this.isSilent(person.identity);
        element.muted = this.muted || silent;
        element.dataset.sound = publication.source;
        element.hidden = true;
        document.body.append(element);
        this.sounds.set(publication.trackSid, { track, element, silent });
      }
    }
    for (const sid of [...this.sounds.keys()]) if (!present.has(sid)) this.#dropSound(sid);
  }

  #dropSound(sid) {
    const sound = this.sounds.get(sid);
    if (!sound) return;
    sound.track.detach(sound.element);
    sound.element.remove();
    this.sounds.delete(sid);
  }
}
