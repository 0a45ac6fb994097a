/**
 * The page's view of a session: its state now, and what happens to it. The socket of docs/contract.md §4.
 *
 *     const room = connectRealtime({ ticketUrl: "/v1/webinar/sessions/…/realtime/ticket", csrfToken });
 *     room.on("open reset session.live presence.count", () => draw(room.state));
 *     room.on("host.video", (data, type) => …);
 *     room.on("lost", ({ wait }) => …);        // comes back by itself
 *     room.on("closed", ({ code }) => …);      // never: 4510 session over, 4503 not allowed, or a refused ticket's status
 */
import { whileBusy } from "../shared/again.js";
import { callApi, readServerClock } from "../shared/page.js";
import { onWake } from "../shared/wake.js";
import { SessionStore } from "../state/store.js";
import { connectCentrifugo, operationOf } from "./centrifugo.js";

const [NO_TICKET, FINAL] = [4401, new Set([4503, 4510])]; // close codes
const FINAL_STATUS = new Set([401, 403, 404, 409, 410]); // of the request for a ticket
const [FIRST_WAIT, LONGEST_WAIT] = [500, 20_000]; // ms
const REPLY_WITHIN = 15_000;
/** Of a socket that is asked because the page may have slept: a phone's own way to the server takes less. */
const LIVES_WITHIN = 2_000;
const TICKET_WITHIN = 60_000; // a crowd waits its turn there: who gave up would only come again
/** Events after which rights, topics or state may be others for everybody; the socket's own server sends a reset by itself. */
const CHANGING = new Set([
  "session.live", "session.expired", "session.settings", "session.rescheduled", "session.moderation", "state.stale",
]);
const OVER = { "session.ended": 4510, "session.cancelled": 4510 };

/** A refused command: `code` is for programs, `message` for people (empty for code "lost": no connection);
 *  `retryAfter` in seconds, null where waiting does not help. */
export class CommandError extends Error {
  constructor({ code, message, retryAfter = null }) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

const SLEPT = "slept"; // why an attempt to connect was given up

const lost = () => new CommandError({ code: "lost", message: "" });

/**
 * Follow a session and stay with it. `room.state` is null until the first "open".
 * @typedef {{ticketUrl: string, csrfToken: string, store?: SessionStore}} RealtimeOptions `store`: the page's, where it has one already
 * @param {RealtimeOptions} options
 */
export function connectRealtime(options) {
  const room = new Realtime(options);
  room.start();
  return room;
}

export class Realtime {
  #listeners = new Map();
  #options;
  /** @type {WebSocket | null} */
  #socket = null;
  #topics = {};
  #resume = null;
  #pending = new Map();
  #nextId = 1;
  #failures = 0;
  /** @type {Timer} until the next try */
  #timer;
  /** What connects, or did so last: since when (by our own clock), and how it is given up. */
  #attempt = { began: 0, giveUp: new AbortController() };
  /** @type {Timer} */
  #heartbeat;
  #stopping = new AbortController();
  /** @type {Awaited<ReturnType<typeof connectCentrifugo>> | null} */
  #centrifugo = null;

  /** @param {RealtimeOptions} options */
  constructor(options) {
    this.#options = options;
    this.store = options.store ?? new SessionStore();
  }

  get state() {
    return this.store.state;
  }

  get isOpen() {
    return this.#heartbeat !== undefined;
  }

  /**
   * Call `handler(data, type)` for each of these types, separated by spaces: events, "open", "lost", "reset", "closed".
   * @param {string} types
   * @param {(data: Published, type: string) => unknown} handler
   */
  on(types, handler) {
    for (const type of types.split(" ")) {
      this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), handler]);
    }
    return this;
  }

  start() {
    const { signal } = this.#stopping;
    onWake(() => this.#wake(), signal);
    addEventListener("pagehide", () => this.#leave(), { signal });
    this.#connect();
  }

  /** Leave for good. */
  close() {
    this.#end(null);
  }

  /** The reply's data; rejects with CommandError, also when the connection is lost before the reply. */
  command(name, data = {}) {
    return whileBusy(() => this.#command(name, data));
  }

  #command(name, data) {
    if (!this.isOpen) return Promise.reject(lost());
    if (this.#centrifugo) return this.#operate(name, data);
    return new Promise((resolve, reject) => {
      this.#ask({ do: name, data }, resolve, reject);
    });
  }

  #emit(type, detail) {
    for (const handler of this.#listeners.get(type) ?? []) handler(detail, type);
  }

  /** `silent` is called when no reply has come in time (ms). */
  #ask(frame, resolve, reject, { within = REPLY_WITHIN, silent = () => this.#drop() } = {}) {
    const id = this.#nextId++;
    const timer = setTimeout(silent, within);
    this.#pending.set(id, { resolve, reject, timer });
    this.#socket?.send(JSON.stringify({ id, ...frame }));
  }

  async #connect() {
    this.#timer = undefined;
    const giveUp = new AbortController();
    this.#attempt = { began: Date.now(), giveUp };
    try {
      const ticket = this.#resume ? null : await this.#ticket(giveUp);
      if (this.#stopping.signal.aborted || giveUp.signal.aborted) return;
      if (ticket?.transport === "centrifugo") {
        await this.#connectCentrifugo(ticket);
        return;
      }
      if (ticket) this.url = ticket.url;
      const socket = new WebSocket(this.url);
      this.#socket = socket;
      socket.onopen = () => {
        const proof = ticket ? { ticket: ticket.ticket } : { resume: this.#resume };
        this.#ask({ do: "connect", ...proof, since: this.#topics }, (welcome) => this.#welcome(welcome), () => socket.close());
      };
      socket.onmessage = ({ data }) => socket === this.#socket && this.#read(JSON.parse(data));
      socket.onclose = ({ code }) => socket === this.#socket && this.#lost(code);
    } catch (error) {
      if (giveUp.signal.reason === SLEPT) return; // another attempt is under way
      if (FINAL_STATUS.has(error.status)) this.#end(error.status);
      else this.#again(error.retryAfter);
    }
  }

  async #connectCentrifugo(ticket) {
    this.#centrifugo = await connectCentrifugo({
      library: document.querySelector('meta[name="centrifugo"]').content,
      ticket,
      renew: () => this.#ticket(),
      onWelcome: (welcome) => this.#welcome(welcome, () => this.#signOfLife()),
      onEvent: (event) => this.#heard(event),
      onLost: () => {
        this.#disconnected();
        this.#emit("lost", { wait: FIRST_WAIT });
      },
      onClosed: (code) => this.#end(code),
    });
    if (this.#stopping.signal.aborted) this.#centrifugo.close();
  }

  #heard(event) {
    this.#happened(event);
    if (event.type in OVER) this.#end(OVER[event.type]);
    else if (CHANGING.has(event.type)) this.#centrifugo?.refresh();
  }

  #signOfLife() {
    const { csrfToken } = this.#options;
    callApi(`${this.#api}/heartbeat`, { method: "POST", csrfToken, keepalive: true }).catch(() => {});
  }

  async #operate(name, data) {
    const [method, path, body] = operationOf(name, data);
    try {
      return await callApi(`${this.#api}/${path}`, { method, body, csrfToken: this.#options.csrfToken });
    } catch (error) {
      throw error.status ? new CommandError(error) : lost();
    }
  }

  /** The address of the session's operations. */
  get #api() {
    return this.#options.ticketUrl.replace(/\/realtime\/ticket$/, "");
  }

  async #ticket(giveUp = new AbortController()) {
    const asked = Date.now();
    const tooLong = setTimeout(() => giveUp.abort(), TICKET_WITHIN);
    const reply = await fetch(this.#options.ticketUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.#options.csrfToken },
      body: "{}",
      signal: giveUp.signal,
    }).finally(() => clearTimeout(tooLong));
    if (!reply.ok) {
      const retryAfter = Number(reply.headers.get("Retry-After")) * 1000 || undefined;
      throw Object.assign(new Error("No ticket"), { status: reply.status, retryAfter });
    }
    const { data, timestamp } = await reply.json();
    readServerClock(timestamp, asked);
    return data;
  }

  /** `beat` is the sign of life, by default a ping of the socket. */
  #welcome({ state, topics, resume, heartbeat }, beat = () => this.#ping()) {
    clearInterval(this.#heartbeat);
    this.#failures = 0;
    this.#resume = resume;
    this.#topics = topics;
    this.store.replace(state);
    this.#heartbeat = setInterval(beat, heartbeat * 1000);
    if (this.#centrifugo) beat();
    this.#emit("open", state);
  }

  #ping(patience = {}) {
    this.#ask({ do: "ping" }, (pong) => (this.#resume = pong.resume), () => {}, patience);
  }

  #read(frame) {
    if (frame.events) {
      frame.events.forEach((event) => this.#happened(event));
    } else if (frame.reset) {
      this.#topics = frame.reset.topics;
      this.store.replace(frame.reset.state);
      this.#emit("reset", this.state);
    } else if (this.#pending.has(frame.id)) {
      const { resolve, reject, timer } = this.#pending.get(frame.id);
      this.#pending.delete(frame.id);
      clearTimeout(timer);
      if (frame.ok) resolve(frame.data);
      else reject(new CommandError({ ...frame.error, retryAfter: frame.error.retry_after }));
    }
  }

  #happened(event) {
    const position = this.#topics[event.topic];
    if (event.offset !== undefined && position && event.offset > position[1]) position[1] = event.offset;
    this.store.apply(event);
    this.#emit(event.type, event.data);
  }

  #lost(code) {
    this.#disconnected();
    if (code === NO_TICKET) this.#resume = null;
    if (FINAL.has(code)) this.#end(code);
    else this.#again();
  }

  #disconnected() {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    this.#socket = null;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(lost());
    }
    this.#pending.clear();
  }

  /** Try later: twice as late each time, and not all at the same moment. A resume that keeps failing becomes a new ticket. */
  #again(least = FIRST_WAIT) {
    if (this.#stopping.signal.aborted) return;
    this.#failures += 1;
    if (this.#failures % 4 === 0) this.#resume = null;
    const wait = Math.max(least, Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures)) * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => this.#connect(), wait);
    this.#emit("lost", { wait });
  }

  /** The page may have slept: what still lives goes on, what does not begins anew at once. */
  #wake() {
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#connect();
    } else if (this.#centrifugo) {
      this.#centrifugo.wake(LIVES_WITHIN);
    } else if (this.isOpen) {
      this.#ping({ within: LIVES_WITHIN, silent: () => this.#anew() });
    } else if (Math.abs(Date.now() - this.#attempt.began) > LIVES_WITHIN) {
      this.#anew();
    }
  }

  /** Connect at once, whatever became of what there was. */
  #anew() {
    this.#attempt.giveUp.abort(SLEPT);
    this.#drop();
    clearTimeout(this.#timer);
    this.#connect();
  }

  /** Give the socket up without waiting for its end, which a dead network does not tell. */
  #drop() {
    const socket = this.#socket;
    this.#lost(0);
    socket?.close();
  }

  /** A page kept for the back button must not keep its socket; it comes back with the page. */
  #leave() {
    if (this.#socket) this.#drop();
  }

  #end(code) {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    clearTimeout(this.#timer);
    this.#centrifugo?.close();
    this.#socket?.close(1000);
    this.#disconnected();
    this.#emit("closed", { code });
  }
}
