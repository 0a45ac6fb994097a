// Where a message is written: to everybody or to one person, with the reason when nothing can be written now.
import { partsOf } from "../shared/elements.js";
import { gettext, interpolate, ngettext } from "../shared/gettext.js";
import { isEnter, isEscape } from "../shared/keys.js";
import { serverNow } from "../shared/page.js";

/** The reason why the person may not write now, or null. */
function closedBecause({ session, me, moderation }) {
  if (!session.effective_chat_enabled) return gettext("The chat is switched off.");
  if (me.may.chat) return null;
  if (moderation?.chat_from === "crew") return gettext("Only the team can write at the moment.");
  if (moderation?.chat_from === "registered") return gettext("Only the team and people with an account can write at the moment.");
  return gettext("You can read here, but not write.");
}

export class Composer {
  /** @type {{id: string, name: string} | null} */
  #recipient = null;
  /** @type {Timer} */
  #timer;
  /** @type {Published} */
  #state = null;

  /** `send({text, recipient})` is called with what was written. `lastOwn()` is when the person wrote last (ms), `closed(state)` why nobody
   *  can write now, or null. */
  constructor(form, { send, lastOwn, closed = closedBecause }) {
    this.form = form;
    this.send = send;
    this.lastOwn = lastOwn;
    this.closed = closed;
    this.find = partsOf(form);
    this.field = form.querySelector("textarea");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.field.addEventListener("input", () => this.#grow());
    this.field.addEventListener("keydown", (event) => {
      if (isEscape(event) && this.#recipient) this.to(null);
      if (!isEnter(event)) return;
      event.preventDefault();
      this.#submit();
    });
    this.find("everybody")?.addEventListener("click", () => this.to(null));
    this.#grow();
  }

  /** Write to `person` ({id, name}) alone, or to everybody (null). */
  to(person) {
    this.#recipient = person;
    this.form.classList.toggle("direct", Boolean(person));
    this.find("direct").hidden = !person;
    this.find("to").textContent = person ? interpolate(gettext("Only %(name)s will see this"), { name: person.name }) : "";
    this.field.focus();
  }

  /** Give the text back that could not be sent; false when something else was begun meanwhile. */
  restore(text, recipient, reason) {
    this.say(reason);
    if (this.field.value.trim()) return false;
    this.field.value = text;
    if (recipient) this.to(recipient);
    this.#grow();
    return true;
  }

  /** A sentence below the field; without one, why nothing can be written now. */
  say(sentence) {
    const line = this.find("state");
    line.textContent = sentence;
    line.hidden = !sentence;
  }

  /** Follow the state: whether, and to whom, the person may write. */
  follow(state) {
    this.#state = state;
    this.say("");
    this.draw();
  }

  draw() {
    clearTimeout(this.#timer);
    const reason = this.#state ? this.closed(this.#state) : gettext("Connecting…");
    const wait = reason ? 0 : this.#slowFor();
    this.field.disabled = Boolean(reason);
    this.find("send").disabled = Boolean(reason) || wait > 0;
    if (reason) this.say(reason);
    else if (wait > 0) {
      const words = ngettext(
        "Slow mode: you can write again in %(count)s second.",
        "Slow mode: you can write again in %(count)s seconds.",
        wait,
      );
      this.say(interpolate(words, { count: wait }));
      this.#timer = setTimeout(() => this.draw(), 1000);
    } else if (this.find("state").dataset.slow === "true") this.say("");
    this.find("state").dataset.slow = String(wait > 0);
  }

  /** Seconds until slow mode lets the person write again. */
  #slowFor() {
    const { me, moderation } = this.#state;
    const pause = moderation?.slow_mode ?? 0;
    if (!pause || !["audience", "speaker"].includes(me.role)) return 0;
    return Math.max(0, Math.ceil((this.lastOwn() + pause * 1000 - serverNow()) / 1000));
  }

  #submit() {
    const text = this.field.value.trim();
    if (!text || this.find("send").disabled) return;
    this.field.value = "";
    this.say("");
    this.#grow();
    this.send({ text, recipient: this.#recipient });
    this.field.focus();
  }

  /** As high as what is in it; the number of characters left shows when it matters. */
  #grow() {
    this.field.style.blockSize = "auto";
    this.field.style.blockSize = `${Math.min(this.field.scrollHeight + 2, 140)}px`;
    const left = this.field.maxLength - this.field.value.length;
    const counter = this.find("counter");
    counter.hidden = left > 100;
    counter.textContent = interpolate(ngettext("%(count)s character left", "%(count)s characters left", left), { count: left });
  }
}
