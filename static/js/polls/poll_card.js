// One poll as people see it: its options with bars, and what may be done with it.
import { author } from "../shared/authorship.js";
import { action, make } from "../shared/elements.js";
import { language, plural } from "../shared/page.js";

const percent = (part) => new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: 0 }).format(part);

export class PollCard {
  #rows = new Map();
  /** @type {Published} null until the first draw */
  #poll = null;
  /** @type {HTMLElement | null} the button that asks once more */
  #surely = null;

  /** @param {{vote: Function, act: Function, edit: Function}} does what its buttons do */
  constructor(texts, does) {
    this.texts = texts;
    this.does = does;
    this.badge = make("span", { className: "poll-kind" });
    this.question = make("h2", { className: "poll-question", dir: "auto", tabIndex: -1, dataset: { words: "cut" } });
    this.hint = make("p", { className: "poll-hint" });
    this.options = make("ul", { className: "poll-options" });
    this.total = make("p", { className: "poll-total" });
    this.buttons = make("div", { className: "poll-buttons" });
    this.by = make("span", { className: "poll-by" });
    const head = make("p", { className: "poll-head" }, this.badge, this.by);
    this.element = make("li", { className: "poll" }, head, this.question, this.hint, this.options, this.total, this.buttons);
  }

  get isLaunched() {
    return this.#poll?.is_launched ?? false;
  }

  /** Show `poll` to `me` (of the state), who has `chosen` these options. */
  draw(poll, { me, chosen }) {
    const { may } = me;
    const isClosed = poll.status === "closed";
    const kind = poll.is_launched ? (isClosed ? "closed" : "open") : "prepared";
    this.#poll = poll;
    this.element.dataset.poll = poll.id;
    this.element.dataset.kind = kind;
    this.badge.textContent = this.texts.kinds[kind];
    this.by.replaceChildren(...author(poll, { me: me.user_id, texts: this.texts }));
    this.question.textContent = poll.question;
    const isOpenToMe = kind === "open" && may.vote;
    this.hint.textContent = isOpenToMe ? this.#hint(poll, chosen) : "";
    this.hint.hidden = !isOpenToMe;
    this.#drawOptions(poll, chosen, isOpenToMe);
    this.#drawTotal(poll, kind);
    this.#drawButtons(poll, kind, may);
  }

  #hint(poll, chosen) {
    if (poll.allow_multiple_votes) return `${this.texts.chooseSeveral} ${this.texts.notSecret}`;
    return chosen.size > 0 ? this.texts.thanks : `${this.texts.chooseOne} ${this.texts.notSecret}`;
  }

  #drawOptions(poll, chosen, isOpenToMe) {
    const known = new Set(poll.options.map((option) => option.id));
    for (const [id, row] of this.#rows) {
      if (known.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    const isDone = !poll.allow_multiple_votes && chosen.size > 0;
    for (const option of poll.options) {
      if (!this.#rows.has(option.id)) this.#rows.set(option.id, new OptionRow(this.texts));
      const row = this.#rows.get(option.id);
      this.options.append(row.element);
      row.draw(option, {
        isChosen: chosen.has(option.id),
        isButton: isOpenToMe,
        isFree: isOpenToMe && !isDone && !chosen.has(option.id),
        share: poll.total_voters ? option.vote_count / poll.total_voters : 0,
        choose: () => this.does.vote(this.#poll, option),
      });
    }
  }

  #drawTotal(poll, kind) {
    this.total.hidden = kind === "prepared" && !poll.results_hidden;
    const parts = [];
    if (kind !== "prepared") {
      parts.push(poll.total_voters === null ? this.texts.hidden : plural(this.texts.voters, poll.total_voters));
    }
    if (poll.results_hidden && poll.total_voters !== null) parts.push(this.texts.hiddenCrew);
    this.total.textContent = parts.join(" ");
  }

  #drawButtons(poll, kind, may) {
    const wanted = may.manage_polls ? this.#wanted(poll, kind) : [];
    const key = wanted.map(([name]) => name).join();
    if (this.buttons.dataset.key === key) return;
    const hadFocus = this.buttons.contains(document.activeElement);
    this.buttons.dataset.key = key;
    this.buttons.hidden = wanted.length === 0;
    this.buttons.replaceChildren(...wanted.map(([name, act, className]) => this.#button(name, act, className)));
    if (hadFocus) this.question.focus();
  }

  #wanted(poll, kind) {
    const show = ["show", () => this.does.act(this.#poll, "/show_results"), "button"];
    const remove = ["delete", (button) => this.#remove(button), "button quiet danger"];
    if (kind === "prepared") {
      return [
        ["launch", () => this.does.act(this.#poll, "/launch"), "button primary"],
        ["edit", () => this.does.edit(this.#poll), "button"],
        remove,
      ];
    }
    const close = ["close", () => this.does.act(this.#poll, "/close"), "button"];
    return [...(kind === "open" ? [close] : []), ...(poll.results_hidden ? [show] : []), remove];
  }

  #button(name, act, className) {
    const button = action(this.texts.does[name], () => act(button), {
      className,
      label: `${this.texts.does[name]}: ${this.#poll.question}`,
    });
    button.dataset.does = name;
    return button;
  }

  /** A poll is deleted, for good, by the second press, which says what goes. */
  #remove(button) {
    if (this.#surely !== button) {
      const words = this.#poll.is_launched ? this.texts.surely : this.texts.surelyPrepared;
      this.#surely = button;
      button.textContent = words;
      button.setAttribute("aria-label", `${words}: ${this.#poll.question}`);
      button.addEventListener("blur", () => {
        this.#surely = null;
        button.textContent = this.texts.does.delete;
        button.setAttribute("aria-label", `${this.texts.does.delete}: ${this.#poll.question}`);
      }, { once: true });
      return;
    }
    this.does.act(this.#poll, "", { method: "DELETE" });
  }
}

class OptionRow {
  /** @type {HTMLElement | null} */
  #inner = null;

  constructor(texts) {
    this.texts = texts;
    this.element = make("li", { className: "poll-option" });
    this.text = make("span", { className: "poll-option-text", dir: "auto", dataset: { words: "cut" } });
    this.mark = make("span", { className: "poll-option-mark" });
    this.count = make("span", { className: "poll-option-count" });
    this.filled = make("span");
    this.bar = make("span", { className: "poll-bar", aria: { hidden: "true" } }, this.filled);
  }

  draw(option, { isChosen, isButton, isFree, share, choose }) {
    const tag = isButton ? "button" : "div";
    const inner =
      this.#inner?.localName === tag ? this.#inner : make(tag, { className: "poll-choice" }, this.text, this.mark, this.count, this.bar);
    if (inner !== this.#inner) this.element.replaceChildren(inner);
    this.#inner = inner;
    this.text.textContent = option.text;
    this.mark.textContent = isChosen ? this.texts.yours : "";
    this.mark.hidden = !isChosen;
    this.element.dataset.chosen = String(isChosen);
    const isShown = option.vote_count !== null;
    this.count.hidden = this.bar.hidden = !isShown;
    this.count.textContent = isShown ? `${plural(this.texts.votes, option.vote_count)} · ${percent(share)}` : "";
    this.filled.style.inlineSize = `${Math.round(share * 1000) / 10}%`;
    if (inner instanceof HTMLButtonElement) {
      inner.type = "button";
      inner.setAttribute("aria-pressed", String(isChosen));
      inner.setAttribute("aria-disabled", String(!isFree));
      inner.onclick = isFree ? choose : null;
    }
  }
}
