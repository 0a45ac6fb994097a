// All messages that this page knows: those of the state, and older ones that were fetched.
import { byPlace, isCleared } from "../state/chat_events.js";

const WINDOW = 50; // messages that the state holds of each kind
const PAGE = 50;
const LONGEST = 10_000;
const AGAIN = 500; // messages that are fetched again after an interruption, at most; the reader scrolls to the rest

export class History {
  #known = new Set(); // their ids
  /** @type {Published[]} public and direct, oldest first */
  #messages = [];
  #fetched = false;
  /** @type {Promise<boolean> | null} */
  #loading = null;
  hasOlder = false;

  /** `call` is the page's way to the API. */
  constructor(call) {
    this.call = call;
  }

  /** Oldest first; not to be changed. */
  get messages() {
    return this.#messages;
  }

  has(id) {
    return this.#known.has(id);
  }

  /** Those that came after `message`, which need not be among them. */
  after(message) {
    return this.#messages.slice(this.#placeOf(message, 1));
  }

  /** The state is the truth for all it covers: what it no longer holds is gone. */
  take(state) {
    for (const [list, isDirect] of [[state.chat.messages, false], [state.me.direct, true]]) {
      const from = list.length < WINDOW ? 0 : this.#placeOf(list[0]);
      this.#drop((message, index) => index >= from && message.is_direct === isDirect);
      for (const message of list) this.#put(message);
    }
    if (state.chat.messages.length < WINDOW) {
      this.hasOlder = false;
      this.#fetched = false;
    } else if (!this.#fetched) {
      this.hasOlder = true;
    }
  }

  add(message) {
    if (message.status === "visible") this.#put(message);
    const tooMany = this.#messages.length - LONGEST;
    if (tooMany <= 0) return;
    // The oldest go; they can be fetched again.
    this.#drop((_message, index) => index < tooMany);
    this.hasOlder = true;
  }

  remove(id) {
    if (this.has(id)) this.#drop((message) => message.id === id);
  }

  clear(data) {
    this.#drop(isCleared(data));
  }

  /** Fetch the page before what is known; resolves to whether anything came. One request at a time. */
  async older() {
    if (!this.hasOlder) return false;
    this.#loading ??= this.#fetchBefore(this.#messages.find((message) => !message.is_direct)).finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  /** After an interruption: what was fetched may have been deleted meanwhile; fetch as much again. */
  async refresh(state) {
    if (!this.#fetched) return;
    const stale = this.#placeOf(state.chat.messages[0]);
    this.#drop((_message, index) => index < stale);
    let left = Math.min(stale, AGAIN);
    this.hasOlder = true;
    while (left > 0 && (await this.older())) left -= PAGE;
  }

  async #fetchBefore(oldest) {
    const before = oldest ? `&before=${oldest.id}` : "";
    const { messages } = await this.call(`chat?limit=${PAGE}${before}`);
    for (const message of messages) this.#put(message);
    this.#fetched = true;
    this.hasOlder = messages.length === PAGE;
    return messages.length > 0;
  }

  /** Where `message` stands or would stand; `after` 1: behind one in the same place. */
  #placeOf(message, after = 0) {
    let [low, high] = [0, this.#messages.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (byPlace(this.#messages[middle], message) < after) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Known messages are replaced: they may stand elsewhere now. */
  #put(message) {
    this.remove(message.id);
    this.#messages.splice(this.#placeOf(message), 0, message);
    this.#known.add(message.id);
  }

  #drop(isGone) {
    this.#messages = this.#messages.filter((message, index) => {
      const goes = isGone(message, index);
      if (goes) this.#known.delete(message.id);
      return !goes;
    });
  }
}
