// The scrolling list of messages: it stays where the reader is, and at the end when they are there.
import { dayInWords } from "../shared/clock.js";
import { dayElement } from "./message.js";

const NEAR = 48; // pixels from an edge that count as being there

export class MessageList {
  #elements = new Map(); // key → {version, element}
  #wasAtEnd = true;

  /** `onTop` is called when the reader comes near the beginning, `onEnd` when they are at the end. */
  constructor(scroller, list, { onTop, onEnd }) {
    this.scroller = scroller;
    this.list = list;
    scroller.addEventListener("scroll", () => {
      this.#wasAtEnd = this.isAtEnd;
      if (scroller.scrollTop < NEAR) onTop();
      if (this.#wasAtEnd) onEnd();
    }, { passive: true });
    // A panel that was hidden, a keyboard that opens: who was at the end stays there.
    new ResizeObserver(() => this.#wasAtEnd && this.toEnd()).observe(scroller);
  }

  get isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#wasAtEnd = true;
  }

  /** Show `entries`: {key, version, moment, make}; an element is made again only when its version is another. */
  draw(entries) {
    const anchor = this.#wasAtEnd ? null : this.#anchor();
    const shown = [];
    const keys = new Set();
    let day = null;
    for (const { key, version, moment, make } of entries) {
      const itsDay = moment && dayInWords(moment);
      if (itsDay && itsDay !== day) {
        shown.push(this.#keep(`day ${itsDay}`, itsDay, () => dayElement(moment), keys));
        day = itsDay;
      }
      shown.push(this.#keep(key, version, make, keys));
    }
    for (const key of this.#elements.keys()) if (!keys.has(key)) this.#elements.delete(key);
    this.#place(shown);
    if (anchor) this.scroller.scrollTop += anchor.element.offsetTop - anchor.top;
    else this.toEnd();
  }

  #keep(key, version, make, keys) {
    keys.add(key);
    const kept = this.#elements.get(key);
    if (kept?.version === version) return kept.element;
    const element = make();
    this.#elements.set(key, { version, element });
    return element;
  }

  /** Only what changed is moved: focus and an open menu stay. */
  #place(shown) {
    const wanted = new Set(shown);
    for (const child of [...this.list.children]) if (!wanted.has(child)) child.remove();
    shown.forEach((element, index) => {
      const present = this.list.children[index];
      if (present !== element) this.list.insertBefore(element, present ?? null);
    });
  }

  /** The first message in view, by which the reader's place is found again. */
  #anchor() {
    const top = this.scroller.scrollTop;
    const element = [...this.list.children].find((each) => each.offsetTop + each.offsetHeight > top && !each.classList.contains("chat-day"));
    return element && { element, top: element.offsetTop };
  }
}
