// One poll as people see it: its options with bars, and what may be done with it.
import { author } from "../shared/authorship.js";
import { action, make } from "../shared/elements.js";
import { gettext, interpolate, language, ngettext, pgettext } from "../shared/gettext.js";

const percent = (part) => new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: 0 }).format(part);

const KINDS = {
  open: pgettext("of a poll", "Open"),
  prepared: pgettext("of a poll", "Prepared"),
  closed: pgettext("of a poll", "Closed"),
};
const ACTIONS = {
  launch: gettext("Launch"),
  edit: gettext("Edit"),
  close: gettext("Close voting"),
  show: gettext("Show results"),
  delete: gettext("Delete"),
};

export class PollCard {
  #rows = new Map();
  /** @type {Published} null until the first draw */
  #poll = null;
  /** @type {HTMLElement | null} the button that asks once more */
  #surely = null;

  /** @param {{vote: Function, act: Function, edit: Function}} does what its buttons do */
  constructor(does) {
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
    this.badge.textContent = KINDS[kind];
    this.by.replaceChildren(...author(poll, me.user_id));
    this.question.textContent = poll.question;
    const isOpenToMe = kind === "open" && may.vote;
    this.hint.textContent = isOpenToMe ? this.#hint(poll, chosen) : "";
    this.hint.hidden = !isOpenToMe;
    this.#drawOptions(poll, chosen, isOpenToMe);
    this.#drawTotal(poll, kind);
    this.#drawButtons(poll, kind, may);
  }

  #hint(poll, chosen) {
    if (poll.allow_multiple_votes) return `${gettext("Choose as many options as you like.")} ${gettext("The hosts can see who voted for what.")}`;
    return chosen.size > 0 ? gettext("Your vote counts.") : `${gettext("Choose one option.")} ${gettext("The hosts can see who voted for what.")}`;
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
      if (!this.#rows.has(option.id)) this.#rows.set(option.id, new OptionRow());
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
      const count = poll.total_voters ?? 0;
      const voted = interpolate(ngettext("%(count)s person voted.", "%(count)s people voted.", count), { count });
      parts.push(poll.total_voters === null ? gettext("The hosts show the results later.") : voted);
    }
    if (poll.results_hidden && poll.total_voters !== null) parts.push(gettext("Only the crew sees the results."));
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
    const button = action(ACTIONS[name], () => act(button), {
      className,
      label: `${ACTIONS[name]}: ${this.#poll.question}`,
    });
    button.dataset.does = name;
    return button;
  }

  /** A poll is deleted, for good, by the second press, which says what goes. */
  #remove(button) {
    if (this.#surely !== button) {
      const words = this.#poll.is_launched ? gettext("Delete for good, with all votes") : gettext("Delete for good");
      this.#surely = button;
      button.textContent = words;
      button.setAttribute("aria-label", `${words}: ${this.#poll.question}`);
      button.addEventListener("blur", () => {
        this.#surely = null;
        button.textContent = ACTIONS.delete;
        button.setAttribute("aria-label", `${ACTIONS.delete}: ${this.#poll.question}`);
      }, { once: true });
      return;
    }
    this.does.act(this.#poll, "", { method: "DELETE" });
  }
}

class OptionRow {
  /** @type {HTMLElement | null} */
  #inner = null;

  constructor() {
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
    this.mark.textContent = isChosen ? gettext("Your choice") : "";
    this.mark.hidden = !isChosen;
    this.element.dataset.chosen = String(isChosen);
    const isShown = option.vote_count !== null;
    this.count.hidden = this.bar.hidden = !isShown;
    const count = option.vote_count ?? 0;
    const votes = interpolate(ngettext("%(count)s vote", "%(count)s votes", count), { count });
    this.count.textContent = isShown ? `${votes} · ${percent(share)}` : "";
    this.filled.style.inlineSize = `${Math.round(share * 1000) / 10}%`;
    if (inner instanceof HTMLButtonElement) {
      inner.type = "button";
      inner.setAttribute("aria-pressed", String(isChosen));
      inner.setAttribute("aria-disabled", String(!isFree));
      inner.onclick = isFree ? choose : null;
    }
  }
}
