// A connection to the session's media room that comes back by itself, each time with a new token.
import { Emitter } from "../shared/emitter.js";
import { isFinal, keyOfError } from "../shared/failures.js";
import { loadLivekit } from "../shared/libraries.js";
import { pause } from "../shared/page.js";
import { quietLivekit } from "./livekit_log.js";

// The library's own reconnecting keeps what is on screen; after this we ask the product for a new token instead.
const quickRetries = [0, 400, 1200, 2500];
const retryPolicy = { nextRetryDelayInMs: ({ retryCount }) => quickRetries[retryCount] ?? null };

/**
 * Events: "room" {room} when a new Room object begins (attach listeners now), "connected" {room, reply},
 * "waiting" {key} while trying again, "failed" {key} when that is of no use.
 * "declined" {reply} when `takes(reply)` says that this is not the way to connect, or this browser cannot run livekit-client, which is
 * fetched only after that.
 * `join` asks the product for {livekit_url, livekit_token, …} and may reject with ApiError. `judge` may turn LiveKit's
 * DisconnectReason into a row of the failure table.
 */
export class MediaConnection extends Emitter {
  /**
   * @param {object} how
   * @param {() => Promise<Published>} how.join
   * @param {() => LivekitOptions} how.roomOptions asked once livekit-client is there
   * @param {(reason: LivekitDisconnectReason | undefined) => string | null} [how.judge]
   * @param {(reply: Published) => boolean} [how.takes]
   */
  constructor({ join, roomOptions, judge = () => null, takes = () => true }) {
    super();
    this.takes = takes;
    this.join = join;
    this.judge = judge;
    this.roomOptions = roomOptions;
    /** @type {LivekitRoom | null} */
    this.room = null;
    /** @type {AbortController | null} */
    this.stopping = null;
  }

  get isConnected() {
    return this.room !== null && this.room.state === window.LivekitClient.ConnectionState.Connected;
  }

  /** Connect and stay connected until stop() or a final failure. Calling it while running does nothing. */
  start() {
    if (this.stopping) return;
    this.stopping = new AbortController();
    this.#run(this.stopping.signal);
  }

  /** Leave; the local tracks stay usable. */
  async stop() {
    this.stopping?.abort();
    this.stopping = null;
    const room = this.room;
    this.room = null;
    await room?.disconnect(false);
  }

  async #run(stopped) {
    for (let attempt = 0; !stopped.aborted; attempt += 1) {
      let key;
      let waitFor;
      try {
        const reply = await this.join();
        if (stopped.aborted) return;
        const isTaken = this.takes(reply) && (await loadLivekit());
        if (stopped.aborted) return;
        if (!isTaken) {
          this.stopping = null;
          this.emit("declined", { reply });
          return;
        }
        const { DisconnectReason, Room, RoomEvent } = window.LivekitClient;
        quietLivekit();
        const room = new Room({ ...this.roomOptions(), reconnectPolicy: retryPolicy, disconnectOnPageLeave: true });
        this.room = room;
        const left = new Promise((resolve) => {
          room.once(RoomEvent.Disconnected, resolve);
        });
        room.on(RoomEvent.Reconnecting, () => this.emit("waiting", { key: navigator.onLine ? "connection_lost" : "offline" }));
        room.on(RoomEvent.Reconnected, () => this.emit("connected", { room, reply: null }));
        this.emit("room", { room });
        await room.connect(reply.livekit_url, reply.livekit_token);
        if (stopped.aborted) {
          await room.disconnect(false);
          return;
        }
        attempt = 0;
        this.emit("connected", { room, reply });
        const reason = await left;
        key = reason === DisconnectReason.DUPLICATE_IDENTITY ? "continued_elsewhere" : "connection_lost";
        key = this.judge(reason) ?? key;
        // A first quick look tells the reason: the session ended, we were removed, or only the room broke.
        waitFor = 300;
      } catch (error) {
        key = keyOfError(error);
        if (error.code === "session_not_live") key = "connection_lost";
        waitFor = error.retryAfter ? Math.min(error.retryAfter, 15) * 1000 : null;
      }
      if (stopped.aborted) return;
      if (isFinal(key)) {
        this.stopping = null;
        this.emit("failed", { key });
        return;
      }
      this.emit("waiting", { key: navigator.onLine ? key : "offline" });
      const backOff = Math.min(8000, 500 * 2 ** Math.min(attempt, 5));
      await pause((waitFor ?? backOff) * (0.75 + Math.random() / 2), stopped);
    }
  }
}
