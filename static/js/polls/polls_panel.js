// The panel "polls": voting with live results, and for those who run them preparing, launching, closing, showing.
import { arrange } from "../shared/arrange.js";
import { partsOf } from "../shared/elements.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { reasonOf } from "../shared/page.js";
import { leads } from "../state/roles.js";
import { PollCard } from "./poll_card.js";
import { PollForm } from "./poll_form.js";

const RANK = { open: 0, prepared: 1, closed: 2 };
const rankOf = (poll) => RANK[poll.is_launched ? (poll.status === "closed" ? "closed" : "open") : "prepared"];
const newestFirst = (one, other) =>
  rankOf(one) - rankOf(other) ||
  (other.launched_at ?? other.created_at).localeCompare(one.launched_at ?? one.created_at);

/** Show it in `panel` and keep it true; both arguments as panels.js says. */
export function mountPolls(panel, context) {
  new PollsPanel(panel, context);
}

class PollsPanel {
  #cards = new Map();
  #pending = new Map(); // poll → options chosen here and not yet confirmed
  #unseen = new Set();
  #hasBegun = false;

  constructor(panel, { room, call, announce, notices }) {
    this.panel = panel;
    this.room = room;
    this.announce = announce;
    this.notices = notices;
    this.call = call;
    const find = partsOf(panel.element);
    this.list = find("poll-list");
    this.empty = find("polls-empty");
    this.bar = find("polls-bar");
    this.exportLinks = find("polls-export");
    this.create = find("new-poll");
    this.form = new PollForm(find("poll-form"), {
      save: (poll, values) => this.#save(poll, values),
      closed: () => {
        this.draw();
        this.create.focus();
      },
    });
    this.create.addEventListener("click", () => {
      this.form.open();
      this.draw();
    });
    panel.available(false);
    panel.onShow(() => this.#seen());
    document.addEventListener("visibilitychange", () => panel.isShown && this.#seen());
    room.on("open reset", () => {
      this.#pending.clear();
      this.#caughtUp();
      this.draw();
    });
    room.on("poll.created", (poll) => {
      if (this.#isNews(poll)) this.#tell(poll);
      this.draw();
    });
    room.on("poll.closed", (poll) => {
      if (this.#knows(poll)) this.announce(interpolate(gettext("Voting is closed: %(question)s"), poll));
      this.draw();
    });
    room.on("person.renamed poll.updated poll.deleted poll.results", () => this.draw());
    room.on("poll.voted", ({ poll_id: id }) => {
      this.#pending.delete(id);
      this.draw();
    });
  }

  get may() {
    return this.room.state.me.may;
  }

  /** What this person chose, with what is on its way. */
  choices(poll) {
    return new Set([...(this.room.state.me.votes[poll.id] ?? []), ...(this.#pending.get(poll.id) ?? [])]);
  }

  draw() {
    const { polls } = this.room.state;
    const { may } = this;
    this.panel.available(may.see_polls || may.create_polls || may.vote);
    this.create.hidden = !may.create_polls;
    this.create.textContent = may.manage_polls ? gettext("New poll") : gettext("Ask everyone");
    this.form.allow({ prepare: may.manage_polls });
    if (!may.create_polls && this.form.isOpen) this.form.hide();
    this.bar.hidden = this.form.isOpen || !may.create_polls;
    this.exportLinks.hidden = !leads(this.room.state.me.role) || !polls.some((poll) => poll.is_launched);
    this.empty.hidden = polls.length > 0 || this.form.isOpen;
    this.empty.textContent = may.manage_polls
      ? gettext("No polls yet. Launch one now, or save some for later.")
      : gettext("No polls yet. They appear here as soon as somebody asks.");
    const sorted = [...polls].sort(newestFirst);
    const cards = sorted.map((poll) => this.#card(poll));
    const known = new Set(sorted.map((poll) => poll.id));
    for (const id of this.#cards.keys()) if (!known.has(id)) this.#cards.delete(id);
    arrange(this.list, cards);
    for (const id of this.#unseen) if (!known.has(id)) this.#unseen.delete(id);
    this.panel.unread(this.#unseen.size);
  }

  #card(poll) {
    if (!this.#cards.has(poll.id)) {
      const does = {
        vote: (...chosen) => this.#vote(...chosen),
        act: (one, what, options) => this.#act(one, what, options),
        edit: (each) => this.edit(each),
      };
      this.#cards.set(poll.id, new PollCard(does));
    }
    const card = this.#cards.get(poll.id);
    const voted = poll.id in this.room.state.me.votes || this.#pending.has(poll.id);
    card.draw(poll, { me: this.room.state.me, chosen: this.choices(poll), voted });
    return card.element;
  }

  #knows({ id }) {
    return this.room.state.polls.some((poll) => poll.id === id);
  }

  /** Open polls that came while the page was not connected are news; at the beginning they are only counted. */
  #caughtUp() {
    const { polls, me } = this.room.state;
    for (const poll of polls.filter((each) => this.#isNews(each))) {
      if (this.#hasBegun) this.#tell(poll);
      else if (!me.votes[poll.id] && !this.panel.isShown) this.#unseen.add(poll.id);
    }
    this.#hasBegun = true;
  }

  #isNews(poll) {
    return poll.is_launched && poll.status === "active" && !this.#cards.get(poll.id)?.isLaunched;
  }

  /** Said once: by the announcer to those who see the polls, else by a notice, which is read out too. */
  #tell(poll) {
    const sentence = interpolate(gettext("New poll: %(question)s"), poll);
    if (this.panel.isShown) {
      this.announce(sentence);
      return;
    }
    this.#unseen.add(poll.id);
    const open = { label: gettext("Show"), run: () => this.panel.show() };
    this.notices.show("poll", sentence, { action: open });
  }

  #seen() {
    this.#unseen.clear();
    this.panel.unread(0);
    this.notices.clear("poll");
  }

  /** Shown at once; taken back when the server refuses. */
  async #vote(poll, options) {
    this.#pending.set(poll.id, new Set(options.map(({ id }) => id)));
    this.draw();
    try {
      await this.room.command("poll.vote", { poll_id: poll.id, option_ids: options.map(({ id }) => id) });
      this.announce(interpolate(gettext("You voted for %(option)s"), { option: options.map(({ text }) => text).join(", ") }));
    } catch (error) {
      this.#pending.delete(poll.id);
      this.#failed(error);
      this.draw();
    }
  }

  /**
   * @param {Published} poll
   * @param {string} what is added to its address
   * @param {CallOptions} options
   */
  async #act(poll, what, { method = "POST", body } = {}) {
    try {
      await this.call(`../../polls/${poll.id}${what}`, { method, body });
    } catch (error) {
      this.#failed(error);
    }
  }

  /** `values` of the form, as a new poll or into `poll`; throws what the server says against them. */
  async #save(poll, { launch, ...values }) {
    if (!poll) {
      await this.call("polls", { method: "POST", body: { ...values, ...(this.may.manage_polls ? { launch } : {}) } });
      return;
    }
    await this.call(`../../polls/${poll.id}`, { method: "PATCH", body: values });
    if (launch) await this.call(`../../polls/${poll.id}/launch`, { method: "POST" });
  }

  edit(poll) {
    this.form.open(poll);
    this.draw();
  }

  #failed(error) {
    this.notices.show("poll-failed", reasonOf(error), { tone: "error" });
  }
}
