// One question: who asks, how many want to know, the answer, and what may be done with it.
import { author, withLinks } from "../shared/authorship.js";
import { action, make } from "../shared/elements.js";
import { gettext, interpolate, ngettext, pgettext } from "../shared/gettext.js";
import { isEscape } from "../shared/keys.js";

const ACTIONS = {
  approve: gettext("Approve"),
  answer: pgettext("verb", "Answer"),
  live: gettext("Answered live"),
  pin: gettext("Pin"),
  unpin: gettext("Unpin"),
  dismiss: gettext("Dismiss"),
  restore: gettext("Restore"),
  withdraw: gettext("Withdraw"),
};

/** What those who asked read below a question that not everybody sees. */
const OWN = {
  held: gettext("Waiting for the team’s approval. Only you can see it so far."),
  dismissed: gettext("The team dismissed this question. Only you and the team see it."),
};

export class QuestionItem {
  /** @type {Published} null until the first draw */
  #question = null;
  #voted = false;
  /** @type {HTMLFormElement | null} */
  #answering = null;

  /** @param {{vote: Function, act: Function}} does what its buttons do */
  constructor(does) {
    this.does = does;
    this.votes = make("span", { className: "question-votes" });
    this.button = action("", () => this.does.vote(this.#question, !this.#voted), { className: "question-vote" });
    this.button.append(make("span", { textContent: "▲", aria: { hidden: "true" } }), this.votes);
    this.by = make("span", { className: "question-by" });
    this.badge = make("span", { className: "question-pinned", textContent: gettext("Pinned") });
    this.text = make("p", { className: "question-text", dir: "auto", tabIndex: -1, dataset: { words: "cut" } });
    this.answer = make("div", { className: "question-answer" });
    this.buttons = make("div", { className: "question-buttons" });
    const head = make("p", { className: "question-head" }, this.by, this.badge);
    this.body = make("div", { className: "question-body" }, head, this.text, this.answer, this.buttons);
    this.element = make("li", { className: "question" }, this.button, this.body);
  }

  get status() {
    return this.#question?.status;
  }

  draw(question, { me, voted }) {
    const isMine = question.user_id === me.user_id;
    const isOpen = question.status === "open";
    this.#question = question;
    this.#voted = voted;
    this.element.dataset.question = question.id;
    this.element.dataset.pinned = String(question.is_pinned);
    this.by.replaceChildren(...author(question, me.user_id));
    this.badge.hidden = !question.is_pinned;
    this.text.replaceChildren(...withLinks(question.text));
    this.votes.textContent = String(question.vote_count);
    this.button.disabled = !isOpen || !me.may.vote_on_questions;
    this.button.setAttribute("aria-pressed", String(voted));
    const count = question.vote_count;
    const votes = interpolate(ngettext("%(count)s vote.", "%(count)s votes.", count), { count });
    const wish = interpolate(gettext("I want to know this too: %(text)s"), question);
    this.button.setAttribute("aria-label", `${votes} ${wish}`);
    this.#drawAnswer(question, isMine && !me.may.manage_questions);
    this.#drawButtons(question, { isMine, manages: me.may.manage_questions, isHere: me.may.vote_on_questions });
  }

  #drawAnswer(question, isMineAlone) {
    const nodes = [];
    if (question.status === "answered") {
      const words = question.answer ? gettext("Answered by %(name)s") : gettext("Answered live");
      const by = interpolate(words, { name: question.answered_by ?? "" });
      nodes.push(make("p", { className: "question-answered" }, by));
      if (question.answer) nodes.push(make("p", { className: "question-answer-text", dir: "auto", dataset: { words: "cut" } }, ...withLinks(question.answer)));
    }
    const own = isMineAlone && OWN[question.status];
    if (own) nodes.push(make("p", { className: "question-answered", textContent: own }));
    this.answer.hidden = nodes.length === 0;
    this.answer.replaceChildren(...nodes);
  }

  #drawButtons(question, { isMine, manages, isHere }) {
    if (this.#answering) return; // somebody writes
    const wanted = [...(manages ? this.#crews(question) : []), ...(isMine && isHere && question.status !== "answered" ? ["withdraw"] : [])];
    const key = wanted.join();
    if (this.buttons.dataset.key === key) return;
    const hadFocus = this.buttons.contains(document.activeElement);
    this.buttons.dataset.key = key;
    this.buttons.hidden = wanted.length === 0;
    this.buttons.replaceChildren(...wanted.map((name) => this.#button(name)));
    if (hadFocus) this.text.focus();
  }

  #crews({ status, is_pinned: isPinned }) {
    if (status === "dismissed") return ["restore"];
    if (status === "held") return ["approve", "dismiss"];
    return ["answer", ...(status === "open" ? ["live"] : []), isPinned ? "unpin" : "pin", "dismiss"];
  }

  #button(name) {
    const run = {
      answer: () => this.#write(),
      live: () => this.does.act(this.#question, "/answer"),
      withdraw: () => this.does.act(this.#question, "", { method: "DELETE" }),
    };
    const act = run[name] ?? (() => this.does.act(this.#question, `/${name}`));
    const button = action(ACTIONS[name], act, { label: `${ACTIONS[name]}: ${this.#question.text}` });
    button.dataset.does = name;
    return button;
  }

  /** A field for the answer, in place of the buttons. */
  #write() {
    const field = make("textarea", { rows: 3, maxLength: 2000, value: this.#question.answer ?? "", dir: "auto" });
    field.setAttribute("aria-label", interpolate(gettext("Answer to: %(text)s"), this.#question));
    const send = make("button", { type: "submit", className: "button primary", textContent: gettext("Send answer") });
    const cancel = action(gettext("Cancel"), () => this.#stop());
    const form = make("form", { className: "question-answer-form" }, field, make("div", { className: "question-buttons" }, send, cancel));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = field.value.trim();
      if (!answer) return field.focus();
      send.disabled = true;
      const done = await this.does.act(this.#question, "/answer", { body: { answer } });
      send.disabled = false;
      if (done) this.#stop();
      return undefined;
    });
    form.addEventListener("keydown", (event) => isEscape(event) && this.#stop());
    this.#answering = form;
    this.buttons.hidden = true;
    this.buttons.after(form);
    field.focus();
  }

  #stop() {
    this.#answering?.remove();
    this.#answering = null;
    this.buttons.hidden = this.buttons.childElementCount === 0;
    (this.buttons.querySelector("[data-does=answer]") ?? this.text).focus();
  }
}
