// The panel "questions": asking, voting, and for the crew answering, pinning, dismissing.
import { arrange } from "../shared/arrange.js";
import { partsOf } from "../shared/elements.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { isEnter } from "../shared/keys.js";
import { reasonOf } from "../shared/page.js";
import { leads } from "../state/roles.js";
import { QuestionItem } from "./question_item.js";

const foremostFirst = (one, other) =>
  other.is_pinned - one.is_pinned || other.vote_count - one.vote_count || (one.id < other.id ? -1 : 1);
const latestAnswerFirst = (one, other) => other.answered_at.localeCompare(one.answered_at);

/** Show it in `panel` and keep it true; both arguments as panels.js says. */
export function mountQuestions(panel, context) {
  new QuestionsPanel(panel, context);
}

class QuestionsPanel {
  #items = new Map();
  #voting = new Map(); // question → whether a vote is on its way in or out
  #unseen = new Set();
  #hasBegun = false;

  constructor(panel, { room, call, announce, notices }) {
    this.panel = panel;
    this.room = room;
    this.call = call;
    this.announce = announce;
    this.notices = notices;
    this.find = partsOf(panel.element);
    this.form = this.find("ask");
    this.field = this.find("question-text");
    this.lists = { held: this.find("held"), open: this.find("open"), answered: this.find("answered"), dismissed: this.find("dismissed") };
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask();
    });
    this.field.addEventListener("keydown", (event) => {
      if (!isEnter(event)) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    for (const type of ["pointerleave", "focusout"]) this.lists.open.addEventListener(type, () => requestAnimationFrame(() => this.draw()));
    panel.available(false);
    panel.onShow(() => this.#seen());
    document.addEventListener("visibilitychange", () => panel.isShown && this.#seen());
    room.on("open reset", (state) => {
      this.#voting.clear();
      if (this.#hasBegun) for (const question of state.questions) this.#count(question);
      this.draw();
      this.#hasBegun = true;
    });
    room.on("question.asked question.held", (question) => {
      this.#count(question);
      this.draw();
    });
    room.on("question.updated", (question) => {
      this.#answered(question);
      this.draw();
    });
    room.on("question.voted", ({ id }) => {
      this.#voting.delete(id);
      this.draw();
    });
    room.on("person.renamed question.dismissed question.deleted question.votes", () => this.draw());
  }

  get me() {
    return this.room.state.me;
  }

  draw() {
    const { state } = this.room;
    if (!state) return;
    const { me, questions } = state;
    this.panel.available(me.may.vote_on_questions || questions.length > 0);
    this.#drawForm(me, state.moderation);
    const own = [...me.held_questions, ...me.dismissed_questions].filter(({ id }) => !questions.some((question) => question.id === id));
    const all = [...questions, ...own];
    for (const id of this.#items.keys()) if (!all.some((question) => question.id === id)) this.#items.delete(id);
    for (const id of this.#unseen) if (!questions.some((question) => question.id === id)) this.#unseen.delete(id);
    const of = (status) => all.filter((question) => question.status === status);
    this.#drawList("held", of("held"));
    this.#drawList("open", this.#inPlace(of("open").sort(foremostFirst)));
    this.#drawList("answered", of("answered").sort(latestAnswerFirst));
    this.#drawList("dismissed", of("dismissed"));
    this.find("empty").hidden = all.length > 0;
    this.find("export").hidden = !leads(me.role) || questions.length === 0;
    this.panel.unread(this.#unseen.size);
  }

  #drawForm({ may }, { chat_from: from }) {
    this.form.hidden = !may.ask;
    const closed = this.find("closed");
    closed.hidden = may.ask || !may.vote_on_questions;
    closed.textContent =
      from === "registered"
        ? gettext("Only the team and people with an account can ask at the moment.")
        : gettext("Only the team can ask at the moment.");
  }

  /** Nothing moves from under a pointer or away from the keyboard: votes change places only when nobody is there. */
  #inPlace(sorted) {
    const list = this.lists.open;
    const isBusy = list.matches(":focus-within") || (matchMedia("(hover: hover)").matches && list.matches(":hover"));
    if (!isBusy) return sorted;
    const place = new Map([...list.querySelectorAll("[data-question]")].map((element, index) => [element.dataset.question, index]));
    return [...sorted].sort((one, other) => (place.get(one.id) ?? Infinity) - (place.get(other.id) ?? Infinity) || 0);
  }

  #drawList(status, questions) {
    const list = this.lists[status];
    arrange(list, questions.map((question) => this.#item(question)));
    const section = list.closest("details");
    if (!section) return;
    section.hidden = questions.length === 0;
    section.querySelector("[data-count]").textContent = String(questions.length);
  }

  #item(question) {
    if (!this.#items.has(question.id)) {
      this.#items.set(question.id, new QuestionItem({
        vote: (...what) => this.#vote(...what),
        act: (one, what, options) => this.#act(one, what, options),
      }));
    }
    const item = this.#items.get(question.id);
    const voted = this.#voting.get(question.id) ?? this.me.question_votes.includes(question.id);
    item.draw(question, { me: this.me, voted });
    return item.element;
  }

  #count({ id, user_id: by, status }) {
    if (this.#items.has(id) || by === this.me.user_id || !["open", "held"].includes(status) || this.panel.isShown) return;
    this.#unseen.add(id);
  }

  #seen() {
    this.#unseen.clear();
    this.panel.unread(0);
    this.notices.clear("question-answered");
  }

  #answered(question) {
    if (question.user_id !== this.me.user_id || question.status !== "answered") return;
    if (this.#items.get(question.id)?.status === "answered") return;
    const words = question.answer ? gettext("Your question was answered: %(answer)s") : gettext("Your question was answered live.");
    const sentence = interpolate(words, question);
    if (this.panel.isShown) {
      this.announce(sentence);
      return;
    }
    const show = { label: gettext("Show"), run: () => this.panel.show() };
    this.notices.show("question-answered", sentence, { action: show });
  }

  async #ask() {
    const text = this.field.value.trim();
    if (!text || this.form.dataset.sending) return;
    this.form.dataset.sending = "yes";
    this.#say("");
    try {
      const { status } = await this.room.command("question.ask", { text });
      this.field.value = "";
      this.announce(status === "held" ? gettext("Waiting for the team’s approval. Only you can see it so far.") : gettext("Your question was sent."));
    } catch (error) {
      this.#say(reasonOf(error));
    }
    delete this.form.dataset.sending;
    this.field.focus();
  }

  #say(sentence) {
    const fault = this.find("ask-fault");
    fault.textContent = sentence;
    fault.hidden = !sentence;
  }

  /** Shown at once; taken back when the server refuses. */
  async #vote(question, voted) {
    this.#voting.set(question.id, voted);
    this.draw();
    try {
      await this.room.command("question.vote", { question_id: question.id, voted });
    } catch (error) {
      this.#voting.delete(question.id);
      this.#failed(error);
      this.draw();
    }
  }

  /**
   * @param {Published} question
   * @param {string} what is added to its address
   * @param {CallOptions} options
   */
  async #act(question, what, { method = "POST", body } = {}) {
    try {
      await this.call(`../../questions/${question.id}${what}`, { method, body });
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  #failed(error) {
    this.notices.show("question-failed", reasonOf(error), { tone: "error" });
  }
}
