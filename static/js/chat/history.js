// All messages that this page knows: those of the state, and older ones that were fetched.
import { byPlace, isCleared } from "../state/chat_events.js";

const WINDOW = 50; // messages that the state holds of each kind
const PAGE = 50;
const LONGEST = 500;

export class History {
  /** @type {Map<string, Published>} id → message, public and direct */
  #known = new Map();
  #fetched = false;
  /** @type {Promise<boolean> | null} */
  #loading = null;
  hasOlder = false;

  /** `call` is the page's way to the API. */
  constructor(call) {
    this.call = call;
  }

  /** Oldest first. */
  get messages() {
    return [...this.#known.values()].sort(byPlace);
  }

  /** The state is the truth for all it covers: what it no longer holds is gone. */
  take(state) {
    for (const [list, isDirect] of [[state.chat.messages, false], [state.me.direct, true]]) {
      const oldest = list.length < WINDOW ? null : list[0];
      for (const message of this.messages) {
        if (message.is_direct === isDirect && (!oldest || byPlace(message, oldest) >= 0)) this.#known.delete(message.id);
      }
      for (const message of list) this.#known.set(message.id, message);
    }
    if (state.chat.messages.length < WINDOW) {
      this.hasOlder = false;
      this.#fetched = false;
    } else if (!this.#fetched) {
      this.hasOlder = true;
    }
  }

  add(message) {
    if (message.status === "visible") this.#known.set(message.id, message);
    if (this.#known.size <= LONGEST) return;
    // The oldest go; they can be fetched again.
    for (const { id } of this.messages.slice(0, this.#known.size - LONGEST)) this.#known.delete(id);
    this.hasOlder = true;
  }

  remove(id) {
    this.#known.delete(id);
  }

  clear(data) {
    for (const message of this.messages.filter(isCleared(data))) this.#known.delete(message.id);
  }

  /** Fetch the page before what is known; resolves to whether anything came. One request at a time. */
  async older() {
    if (!this.hasOlder) return false;
    this.#loading ??= this.#fetchBefore(this.messages.find((message) => !message.is_direct)).finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  /** After an interruption: what was fetched may have been deleted meanwhile; fetch as much again. */
  async refresh(state) {
    if (!this.#fetched) return;
    const [oldest] = state.chat.messages;
    const stale = this.messages.filter((message) => byPlace(message, oldest) < 0);
    for (const { id } of stale) this.#known.delete(id);
    let left = stale.length;
    this.hasOlder = true;
    while (left > 0 && (await this.older())) left -= PAGE;
  }

  async #fetchBefore(oldest) {
    const before = oldest ? `&before=${oldest.id}` : "";
    const { messages } = await this.call(`chat?limit=${PAGE}${before}`);
    for (const message of messages) this.#known.set(message.id, message);
    this.#fetched = true;
    this.hasOlder = messages.length === PAGE;
    return messages.length > 0;
  }
}
