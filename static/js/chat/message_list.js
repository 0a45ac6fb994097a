// The scrolling list of messages: it stays where the reader is, and at the end when they are there.
import { dayInWords } from "../shared/clock.js";
import { dayElement } from "./message.js";

const NEAR = 48; // pixels from an edge that count as being there
// However long the chat is, only so many messages around the reader are in the document: they scroll, and new ones arrive, at the
// same cost. Whoever comes so many pixels close to the end of what is drawn gets some more there, and loses some at the other end.
const [FEW, MOST, STEP, CLOSE] = [100, 200, 50, 600];

export class MessageList {
  #elements = new Map(); // key → {version, element}, of what is drawn
  #wasAtEnd = true;
  #items = [];
  #from = 0; // items from here on are drawn …
  #to = 0; // … up to here
  #first = null; // key of the item that is drawn first

  /**
   * `keyOf(item)` tells items apart, `entryOf(item)` is {key, version, moment, make}. `onTop` is called when the reader comes near the
   * beginning, `onEnd` when they are at the end.
   */
  constructor(scroller, list, { keyOf, entryOf, onTop, onEnd }) {
    this.scroller = scroller;
    this.list = list;
    this.keyOf = keyOf;
    this.entryOf = entryOf;
    scroller.addEventListener("scroll", () => {
      this.#wasAtEnd = this.isAtEnd;
      this.#drawMore();
      if (this.#from === 0 && scroller.scrollTop < NEAR) onTop();
      if (this.#wasAtEnd) onEnd();
    }, { passive: true });
    // A panel that was hidden, a keyboard that opens: who was at the end stays there.
    new ResizeObserver(() => this.#wasAtEnd && this.toEnd()).observe(scroller);
  }

  get isAtEnd() {
    return this.#to === this.#items.length && this.#below < NEAR;
  }

  toEnd() {
    this.#wasAtEnd = true;
    const { length } = this.#items;
    if (this.#to < length) this.#show(length - FEW, length);
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Show `items`, oldest first; the element of one is made again only when the version of its entry is another. */
  draw(items) {
    const hadAll = this.#to === this.#items.length;
    const size = this.#to - this.#from;
    this.#items = items;
    if (this.#wasAtEnd) {
      this.#show(items.length - FEW, items.length);
      this.toEnd();
      return;
    }
    const found = items.findIndex((item) => this.keyOf(item) === this.#first);
    const from = found < 0 ? this.#from : found;
    this.#show(from, from + (hadAll ? MOST : size));
    this.#drawMore();
  }

  get #below() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  /** Draw what comes next in the direction in which the reader is close to the end of what is drawn. */
  #drawMore() {
    if (this.scroller.clientHeight === 0) return; // hidden
    if (this.#from > 0 && this.scroller.scrollTop < CLOSE) {
      const from = Math.max(0, this.#from - STEP);
      this.#show(from, Math.min(this.#to, from + MOST));
    } else if (this.#to < this.#items.length && this.#below < CLOSE) {
      const to = this.#to + STEP;
      this.#show(Math.max(this.#from, to - MOST), to);
    }
  }

  /** Draw the items from `from` to `to`, as far as there are such, and keep what the reader sees in its place. */
  #show(from, to) {
    const anchor = this.#wasAtEnd ? null : this.#anchor();
    this.#to = Math.min(to, this.#items.length);
    this.#from = Math.max(0, Math.min(from, this.#to));
    const drawn = this.#items.slice(this.#from, this.#to);
    this.#first = drawn.length > 0 ? this.keyOf(drawn[0]) : null;
    this.#render(drawn.map(this.entryOf));
    if (anchor) this.scroller.scrollTop += anchor.element.offsetTop - anchor.top;
  }

  #render(entries) {
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
  }

  #keep(key, version, make, keys) {
    keys.add(key);
    const kept = this.#elements.get(key);
    if (kept?.version === version) return kept.element;
    const element = make();
    this.#elements.set(key, { version, element });
    return element;
  }

  /** Only what changed is moved: focus and an open menu stay; focus that was in a message that goes stays in the list. */
  #place(shown) {
    const wanted = new Set(shown);
    const hadFocus = this.list.contains(document.activeElement);
    for (const child of [...this.list.children]) if (!wanted.has(child)) child.remove();
    shown.forEach((element, index) => {
      const present = this.list.children[index];
      if (present !== element) this.list.insertBefore(element, present ?? null);
    });
    if (hadFocus && !this.list.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
  }

  /** The first message in view, by which the reader's place is found again. */
  #anchor() {
    const top = this.scroller.scrollTop;
    const element = [...this.list.children].find((each) => each.offsetTop + each.offsetHeight > top && !each.classList.contains("chat-day"));
    return element && { element, top: element.offsetTop };
  }
}
