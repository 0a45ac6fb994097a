// The state of a session on this page, in one place: what the page was made with, then what the socket and the API say.
import { apply } from "./apply.js";

export class SessionStore {
  /** @type {Published} as in welcome and reset; null until the socket was open once */
  state = null;
  #made;

  /** @param {Published} session as the page was made with it */
  constructor(session = {}) {
    this.#made = session;
  }

  /** The session as it is now, before the socket is open too. */
  get session() {
    return this.state?.session ?? this.#made;
  }

  /** @param {Published} state */
  replace(state) {
    this.state = state;
  }

  /** @param {{type: string, data: Published}} event */
  apply(event) {
    this.state = apply(this.state, event);
  }

  /**
   * Parts of the state that were asked for beside the socket: what comes next in a queue.
   * @param {Published} parts
   */
  merge(parts) {
    this.state = { ...this.state, ...parts };
  }

  /**
   * The session as the API answers a request of this page.
   * @param {Published} session
   */
  take(session) {
    if (this.state) this.merge({ session: { ...this.state.session, ...session } });
    else this.#made = { ...this.#made, ...session };
  }
}
