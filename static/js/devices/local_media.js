// Our own camera, microphone and screen: opened, switched, muted, and replaced when unplugged.
import { Emitter } from "../shared/emitter.js";
import { loadLivekit } from "../shared/libraries.js";
import { rememberedDevice } from "../shared/storage.js";
import { devicesOf, rememberDevice } from "./devices.js";

/** How the studio publishes: three layers of the camera, sent only while somebody looks; the screen at most 1080p. */
export const studioRoomOptions = ({ ScreenSharePresets, VideoPresets } = window.LivekitClient) => ({
  adaptiveStream: true,
  dynacast: true,
  stopLocalTrackOnUnpublish: false,
  publishDefaults: {
    simulcast: true,
    videoEncoding: VideoPresets.h720.encoding,
    videoSimulcastLayers: [VideoPresets.h180, VideoPresets.h360],
    screenShareEncoding: ScreenSharePresets.h1080fps15.encoding,
    screenShareSimulcastLayers: [ScreenSharePresets.h360fps15],
    red: true,
    dtx: true,
    stopMicTrackOnMute: false,
  },
});

const make = {
  camera: (deviceId, { createLocalVideoTrack, VideoPresets }) =>
    createLocalVideoTrack({ deviceId, resolution: VideoPresets.h720.resolution }),
  microphone: (deviceId, { createLocalAudioTrack }) =>
    createLocalAudioTrack({ deviceId, echoCancellation: true, noiseSuppression: true, autoGainControl: true }),
};

/**
 * `media.camera`, `media.microphone` (LocalTrack or null) and `media.screen` (array of LocalTracks, empty when not sharing).
 * Events: "opened" {kind, track}, "changed" {kind}, "replaced" {kind, label}, "lost" {kind}, "screen".
 */
export class LocalMedia extends Emitter {
  constructor() {
    super();
    /** @type {LivekitLocalVideo | null} */
    this.camera = null;
    /** @type {LivekitLocalAudio | null} */
    this.microphone = null;
    /** @type {LivekitLocalTrack[]} */
    this.screen = [];
    /** @type {Record<string, {id: string, label: string}>} */
    this.labels = {};
    this.mutedByLoss = new Set();
    this.replacing = Promise.resolve();
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#lookAfterDevices());
  }

  /** Begin to use a camera or microphone. Rejects with getUserMedia's error. */
  async open(kind, deviceId = rememberedDevice(kind)) {
    await loadLivekit();
    const track = await make[kind](deviceId || undefined, window.LivekitClient);
    const { TrackEvent } = window.LivekitClient;
    this[kind]?.stop();
    this[kind] = track;
    this.#remember(kind);
    track.on(TrackEvent.Ended, () => this[kind] === track && this.#replace(kind, true));
    for (const event of [TrackEvent.Muted, TrackEvent.Unmuted, TrackEvent.Restarted]) {
      track.on(event, () => this.emit("changed", { kind }));
    }
    this.emit("opened", { kind, track });
    return track;
  }

  /**
   * Open what is not open yet of `kinds`, one question at a time: a browser asked for both at once refuses both when one is missing.
   * @param {string[]} kinds
   * @param {{failed: (kind: string, error: Error) => void, isOver?: () => boolean}} options `isOver`: nobody waits for it any more
   */
  async openInTurn(kinds, { failed, isOver = () => false }) {
    for (const kind of kinds) {
      if (this[kind]) continue;
      try {
        await this.open(kind);
      } catch (error) {
        if (!isOver()) failed(kind, error);
      }
      if (isOver()) return;
    }
  }

  /** Use another device, also while live. Rejects with getUserMedia's error; the old one then goes on. */
  async choose(kind, deviceId) {
    const track = this[kind];
    if (!track) {
      await this.open(kind, deviceId);
    } else {
      // Exact: a preference alone may be answered with another device.
      await track.setDeviceId({ exact: deviceId });
      // A muted camera is started again only when it is turned on.
      this.#remember(kind);
    }
    rememberDevice(kind, deviceId);
    this.emit("changed", { kind });
  }

  isOn(kind) {
    return Boolean(this[kind]) && !this[kind].isMuted;
  }

  /** Turn a camera or microphone on or off; opens it when it was not. Resolves to whether it is on now. */
  async toggle(kind) {
    const track = this[kind];
    if (!track) await this.open(kind);
    else if (track.isMuted) await track.unmute();
    else await track.mute();
    this.mutedByLoss.delete(kind);
    this.emit("changed", { kind });
    return this.isOn(kind);
  }

  /** Ask for a screen, window or tab, with its sound where the browser gives it. Rejects when the person says no. */
  async shareScreen() {
    const { createLocalScreenTracks, ScreenSharePresets, Track, TrackEvent } = window.LivekitClient;
    const tracks = await createLocalScreenTracks({
      audio: true,
      resolution: ScreenSharePresets.h1080fps15.resolution,
      contentHint: "detail",
      surfaceSwitching: "include",
      systemAudio: "include",
    });
    this.screen = tracks;
    for (const track of tracks) {
      if (track.source === Track.Source.ScreenShare) track.on(TrackEvent.Ended, () => this.stopScreen());
    }
    this.emit("screen");
  }

  stopScreen() {
    const tracks = this.screen;
    this.screen = [];
    for (const track of tracks) track.stop();
    this.emit("screen");
  }

  /** Let go of everything: the lights go off. */
  close() {
    for (const track of [this.camera, this.microphone, ...this.screen]) track?.stop();
    this.camera = null;
    this.microphone = null;
    this.screen = [];
  }

  /** The device id in use, "" when none is. */
  deviceId(kind) {
    return this[kind]?.mediaStreamTrack.getSettings().deviceId ?? "";
  }

  /** The name of the device in use, "" when none is. */
  label(kind) {
    return this[kind]?.mediaStreamTrack.label ?? "";
  }

  /**
   * Use the device of this name instead, if there is one: some browsers give devices other ids on each page.
   * @param {string} kind
   * @param {string} [label]
   */
  async useLabelled(kind, label) {
    if (!label || label === this.label(kind)) return;
    const same = (await devicesOf(kind)).find((device) => device.label === label);
    if (!same) return;
    await this[kind].setDeviceId({ exact: same.deviceId });
    this.#remember(kind);
    this.emit("changed", { kind });
  }

  #remember(kind) {
    this.labels[kind] = { id: this.deviceId(kind), label: this[kind].mediaStreamTrack.label };
  }

  #lookAfterDevices() {
    for (const kind of ["camera", "microphone"]) if (this[kind]) this.#replace(kind, false);
    this.emit("changed", { kind: "list" });
  }

  /** If the device in use is gone, take the next one; `ended` says that its track has ended already. */
  #replace(kind, ended) {
    this.replacing = this.replacing.then(async () => {
      const track = this[kind];
      const devices = await devicesOf(kind);
      const known = this.labels[kind];
      const stillThere = devices.some((device) => device.deviceId === known.id);
      if (!track || (stillThere && !ended && !this.mutedByLoss.has(kind))) return;
      if (devices.length === 0) {
        if (this.mutedByLoss.has(kind)) return;
        const wasOn = !track.isMuted;
        if (wasOn) this.mutedByLoss.add(kind);
        await track.mute();
        this.emit("lost", { kind });
        return;
      }
      const next = devices.find((device) => device.deviceId === known.id) ?? devices[0];
      try {
        await track.setDeviceId({ exact: next.deviceId });
        if (this.mutedByLoss.delete(kind)) await track.unmute();
        else if (!track.isMuted && track.mediaStreamTrack.readyState === "ended") await track.restartTrack();
      } catch {
        this.emit("lost", { kind });
        return;
      }
      this.labels[kind] = { id: next.deviceId, label: next.label };
      this.emit("replaced", { kind, label: next.label });
      this.emit("changed", { kind });
    });
    return this.replacing;
  }
}

// LiveKit's numbers for sources, as they stand in the permissions of a participant.
const sourceNumber = { camera: 1, microphone: 2, screen_share: 3, screen_share_audio: 4 };

/**
 * Whether the grant of `participant` lets it publish `source` now.
 * @param {LivekitRoom["localParticipant"]} participant
 * @param {string} source
 */
export function mayPublish(participant, source) {
  const { canPublish, canPublishSources: sources = [] } = participant.permissions ?? {};
  return Boolean(canPublish) && (sources.length === 0 || sources.includes(sourceNumber[source]));
}

/**
 * Publish whatever `media` has and the grant allows into `room`, and keep it so while either changes: what was taken down
 * because the grant was narrowed comes back with it. Returns a function that stops following.
 * @param {LivekitRoom} room
 * @param {LocalMedia} media
 * @param {{onError: (error: Error) => void}} options
 */
export function publishInto(room, media, { onError }) {
  const { ConnectionState, RoomEvent } = window.LivekitClient;
  const { localParticipant } = room;
  const published = () => new Set([...localParticipant.trackPublications.values()].map((item) => item.track));
  let turn = Promise.resolve();
  const wanted = () => [media.microphone, media.camera, ...media.screen].filter((track) => track !== null);
  // Where the connection closed, or a right was taken, while a track was on its way, that is told elsewhere.
  const isFault = () => room.state === ConnectionState.Connected && wanted().every((track) => mayPublish(localParticipant, track.source));
  const converge = () => {
    turn = turn
      .then(async () => {
        const allowed = wanted().filter((track) => mayPublish(localParticipant, track.source));
        for (const track of published()) if (track && !allowed.includes(track)) await localParticipant.unpublishTrack(track, false);
        for (const track of allowed) {
          const canStart = track.isMuted || track.mediaStreamTrack.readyState === "live";
          if (canStart && !published().has(track)) await localParticipant.publishTrack(track, { source: track.source });
        }
      })
      .catch((error) => {
        if (isFault()) onError(error);
      });
    return turn;
  };
  // The server takes tracks down after it narrows a grant; the grant may be back before we hear of it.
  const onGrant = () => room.state === ConnectionState.Connected && converge();
  media.addEventListener("opened", converge);
  media.addEventListener("screen", converge);
  for (const event of [RoomEvent.ParticipantPermissionsChanged, RoomEvent.LocalTrackUnpublished]) room.on(event, onGrant);
  converge();
  return () => {
    for (const event of [RoomEvent.ParticipantPermissionsChanged, RoomEvent.LocalTrackUnpublished]) room.off(event, onGrant);
    media.removeEventListener("opened", converge);
    media.removeEventListener("screen", converge);
  };
}
