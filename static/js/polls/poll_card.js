// One poll as people see it: its options with bars, and what may be done with it.
import { author } from "../shared/authorship.js";
import { action, make } from "../shared/elements.js";
import { gettext, interpolate, language, ngettext, pgettext } from "../shared/gettext.js";
import { percentages } from "./percentages.js";

const percent = (part) => new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: 0 }).format(part / 100);

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
  again: gettext("Ask again"),
  copy: gettext("Copy"),
  delete: gettext("Delete"),
};

export class PollCard {
  #rows = new Map();
  /** @type {Published} null until the first draw */
  #poll = null;
  #picked = new Set(); // options, before the vote is sent
  #redraw = () => {};
  /** @type {HTMLElement | null} the button that asks once more */
  #surely = null;

  /** @param {{vote: Function, act: Function, edit: Function}} does what its buttons do */
  constructor(does) {
    this.does = does;
    this.badge = make("span", { className: "poll-kind" });
    this.question = make("h2", { className: "poll-question", dir: "auto", tabIndex: -1, dataset: { words: "cut" } });
    this.hint = make("p", { className: "poll-hint" });
    this.options = make("ul", { className: "poll-options" });
    this.send = action(gettext("Vote"), () => this.#send(), { className: "button primary poll-send" });
    this.total = make("p", { className: "poll-total" });
    this.buttons = make("div", { className: "poll-buttons" });
    this.by = make("span", { className: "poll-by" });
    const head = make("p", { className: "poll-head" }, this.badge, this.by);
    this.element = make("li", { className: "poll" }, head, this.question, this.hint, this.options, this.send, this.total, this.buttons);
  }

  get isLaunched() {
    return this.#poll?.is_launched ?? false;
  }

  /** Show `poll` to `me` (of the state), who has `chosen` these options; of an anonymous one only whether they `voted` is known. */
  draw(poll, { me, chosen, voted = chosen.size > 0 }) {
    const { may } = me;
    const isClosed = poll.status === "closed";
    const kind = poll.is_launched ? (isClosed ? "closed" : "open") : "prepared";
    this.#poll = poll;
    this.#redraw = () => this.draw(this.#poll, { me, chosen, voted });
    this.element.dataset.poll = poll.id;
    this.element.dataset.kind = kind;
    this.badge.textContent = KINDS[kind];
    this.by.replaceChildren(...author(poll, me.user_id));
    this.question.textContent = poll.question;
    const isOpenToMe = kind === "open" && may.vote;
    this.hint.textContent = isOpenToMe ? this.#hint(poll, voted) : "";
    this.hint.hidden = !isOpenToMe;
    this.isSeen = poll.results !== "after_vote" || voted || !isOpenToMe || may.manage_polls;
    this.#drawOptions(poll, chosen, { isOpenToMe, voted });
    this.#drawSend(isOpenToMe && poll.allow_multiple_votes && !voted);
    this.#drawTotal(poll, kind);
    this.#drawButtons(poll, kind, may);
  }

  #hint(poll, voted) {
    if (voted) return gettext("Your vote counts.");
    const choose = poll.allow_multiple_votes ? gettext("Choose as many options as you like, then vote.") : gettext("Choose one option.");
    return `${choose} ${poll.is_anonymous ? gettext("Anonymous: nobody sees who voted for what.") : gettext("The team can see who voted for what.")}`;
  }

  #drawOptions(poll, chosen, { isOpenToMe, voted }) {
    const known = new Set(poll.options.map((option) => option.id));
    for (const [id, row] of this.#rows) {
      if (known.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    for (const id of this.#picked) if (voted || !known.has(id)) this.#picked.delete(id);
    const several = poll.allow_multiple_votes;
    const counts = poll.options.map((option) => option.vote_count ?? 0);
    const percents = percentages(counts, { people: poll.total_voters ?? 0, isSingle: !several });
    poll.options.forEach((option, place) => {
      if (!this.#rows.has(option.id)) this.#rows.set(option.id, new OptionRow());
      const row = this.#rows.get(option.id);
      this.options.append(row.element);
      row.draw(option, {
        isChosen: chosen.has(option.id) || this.#picked.has(option.id),
        isButton: isOpenToMe,
        isFree: isOpenToMe && !voted,
        isSeen: this.isSeen,
        percents: percents[place],
        choose: () => (several ? this.#pick(option) : this.does.vote(this.#poll, [option])),
      });
    });
  }

  /** Where several may be chosen they are picked first, and one button sends the vote. */
  #pick({ id }) {
    if (!this.#picked.delete(id)) this.#picked.add(id);
    this.#redraw();
  }

  #send() {
    const options = this.#poll.options.filter(({ id }) => this.#picked.has(id));
    if (options.length > 0) this.does.vote(this.#poll, options);
  }

  #drawSend(isOffered) {
    this.send.hidden = !isOffered;
    this.send.setAttribute("aria-disabled", String(this.#picked.size === 0));
    this.send.setAttribute("aria-label", `${gettext("Vote")}: ${this.#poll.question}`);
  }

  #drawTotal(poll, kind) {
    this.total.hidden = kind === "prepared" && !poll.results_hidden;
    const parts = [];
    if (kind !== "prepared") {
      const count = poll.total_voters ?? 0;
      const voted = interpolate(ngettext("%(count)s person voted.", "%(count)s people voted.", count), { count });
      parts.push(poll.total_voters === null ? gettext("The team shows the results later.") : voted);
      if (!this.isSeen) parts.push(gettext("You see the results after your vote."));
    }
    if (poll.results_hidden && poll.total_voters !== null) parts.push(gettext("Only the team sees the results."));
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
    const again = ["again", () => this.does.act(this.#poll, "/copy", { body: { launch: true } }), "button"];
    const copy = ["copy", () => this.does.act(this.#poll, "/copy", { body: {} }), "button quiet"];
    const shows = poll.results_hidden ? [show] : [];
    return kind === "open" ? [close, ...shows, remove] : [...shows, again, copy, remove];
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

  draw(option, { isChosen, isButton, isFree, isSeen, percents, choose }) {
    const tag = isButton ? "button" : "div";
    const inner =
      this.#inner?.localName === tag ? this.#inner : make(tag, { className: "poll-choice" }, this.text, this.mark, this.count, this.bar);
    if (inner !== this.#inner) this.element.replaceChildren(inner);
    this.#inner = inner;
    this.text.textContent = option.text;
    this.mark.textContent = isChosen ? gettext("Your choice") : "";
    this.mark.hidden = !isChosen;
    this.element.dataset.chosen = String(isChosen);
    const isShown = isSeen && option.vote_count !== null;
    this.count.hidden = this.bar.hidden = !isShown;
    const count = option.vote_count ?? 0;
    const votes = interpolate(ngettext("%(count)s vote", "%(count)s votes", count), { count });
    this.count.textContent = isShown ? `${votes} · ${percent(percents)}` : "";
    this.filled.style.inlineSize = `${percents}%`;
    if (inner instanceof HTMLButtonElement) {
      inner.type = "button";
      inner.setAttribute("aria-pressed", String(isChosen));
      inner.setAttribute("aria-disabled", String(!isFree));
      inner.onclick = isFree ? choose : null;
    }
  }
}
