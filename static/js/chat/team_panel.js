// The panel "team": crew and speakers write to each other; the audience never reads it.
import { partsOf } from "../shared/elements.js";
import { gettext } from "../shared/gettext.js";
import { reasonOf } from "../shared/page.js";
import { leads } from "../state/roles.js";
import { Composer } from "./composer.js";
import { messageElement, pendingElement } from "./message.js";
import { MessageList } from "./message_list.js";
import { Sending, isPending, keyOf } from "./pending_messages.js";

const PAGE = 50;

/** Show it in `panel` and keep it true; both arguments as panels.js says. The state is there already. */
export function mountTeam(panel, context) {
  new TeamPanel(panel, context);
}

class TeamPanel {
  #messages = new Map(); // id → message; ids are in order of time
  #seen = "";
  #isComplete = false;
  #loading = false;

  constructor(panel, { room, call, notices }) {
    this.panel = panel;
    this.room = room;
    this.call = call;
    this.notices = notices;
    this.find = partsOf(panel.element);
    this.list = new MessageList(this.find("scroll"), this.find("list"), {
      keyOf,
      entryOf: (item) => (isPending(item) ? this.#pendingEntry(item) : this.#entry(item)),
      onTop: () => this.#older(),
      onEnd: () => this.#caughtUp(),
    });
    this.sending = new Sending(room, {
      draw: () => this.draw(),
      refused: ({ text }, sentence) => this.composer.restore(text, null, sentence),
      send: (body) => call("team_chat", { method: "POST", body }),
    });
    this.composer = new Composer(this.find("composer"), {
      send: (written) => {
        this.sending.add(written);
        this.list.toEnd();
      },
      lastOwn: () => -Infinity, // no slow mode among the team
      closed: () => null,
    });
    panel.onShow(() => this.draw());
    document.addEventListener("visibilitychange", () => panel.isShown && this.draw());
    room.on("open reset", () => this.#follow());
    room.on("team.message", (message) => {
      this.#messages.set(message.id, message);
      this.draw();
    });
    room.on("team.deleted", ({ id }) => {
      this.#messages.delete(id);
      this.sending.forget(id);
      this.draw();
    });
    this.#take(room.state.team.messages);
    this.#seen = this.#sorted.at(-1)?.id ?? "";
    this.#follow();
  }

  #follow() {
    const { state } = this.room;
    this.#take(state.team?.messages ?? []);
    this.panel.available(Boolean(state.team));
    this.composer.follow(state);
    this.draw();
  }

  get #sorted() {
    return [...this.#messages.values()].sort((one, other) => one.id.localeCompare(other.id));
  }

  #take(messages) {
    this.#messages = new Map(messages.map((message) => [message.id, message]));
    this.#isComplete = messages.length < PAGE;
  }

  draw() {
    if (!this.room.state?.team) return;
    const messages = this.#sorted;
    this.sending.arrived(messages);
    this.list.draw([...messages, ...this.sending.pending]);
    this.find("empty").hidden = messages.length + this.sending.pending.length > 0;
    this.composer.draw();
    this.#caughtUp();
  }

  #entry(message) {
    const { me } = this.room.state;
    const mayDelete = message.user_id === me.user_id || leads(me.role);
    /** @type {Array<[string, () => void]>} */
    const actions = mayDelete ? [[gettext("Delete"), () => this.#delete(message)]] : [];
    return {
      key: message.id,
      version: String(mayDelete),
      moment: message.created_at,
      make: () => messageElement(message, { me: me.user_id, actions }),
    };
  }

  #pendingEntry(pending) {
    if (pending.sent) return this.#entry(pending.sent);
    const make = () => pendingElement(pending, { retry: () => this.sending.retry(pending), discard: () => this.sending.discard(pending) });
    return { key: pending.clientId, version: pending.failed, make };
  }

  async #delete({ id }) {
    try {
      await this.call(`team_chat/${id}`, { method: "DELETE", body: {} });
    } catch (error) {
      this.notices.show("team", reasonOf(error), { tone: "error" });
    }
  }

  async #older() {
    const [first] = this.#sorted;
    if (!first || this.#isComplete || this.#loading) return;
    this.#loading = true;
    try {
      const { messages } = await this.call(`team_chat?limit=${PAGE}&before=${first.id}`);
      for (const message of messages) this.#messages.set(message.id, message);
      this.#isComplete = messages.length < PAGE;
      this.draw();
    } catch (error) {
      this.notices.show("team", reasonOf(error), { tone: "error" });
    } finally {
      this.#loading = false;
    }
  }

  /** What stands before the reader's eyes counts as read. */
  #caughtUp() {
    const messages = this.#sorted;
    if (this.panel.isShown && this.list.isAtEnd) this.#seen = messages.at(-1)?.id ?? this.#seen;
    const { user_id: me } = this.room.state.me;
    this.panel.unread(messages.filter(({ id, user_id: by }) => by !== me && id > this.#seen).length);
  }
}
