// The panel "chat": reading, writing, what the crew does with messages, and reactions.
import { author, withLinks } from "../shared/authorship.js";
import { confirmIn } from "../shared/controls.js";
import { partsOf } from "../shared/elements.js";
import { gettext, interpolate, ngettext } from "../shared/gettext.js";
import { reasonOf } from "../shared/page.js";
import { isCrew, leads } from "../state/roles.js";
import { aloud } from "./aloud.js";
import { Composer } from "./composer.js";
import { drawQueues } from "./crew_queues.js";
import { History } from "./history.js";
import { messageElement, pendingElement } from "./message.js";
import { MessageList } from "./message_list.js";
import { Sending, isPending, keyOf } from "./pending_messages.js";
import { mountReactions } from "./reactions.js";

const FEW = 10; // entries of a queue, when there are more than the state holds


/** Show it in `panel` and keep it true; both arguments as panels.js says. Another panel writes to somebody alone with
 *  the event `direct-message` ({userId, name}) on the document. */
export function mountChat(panel, context) {
  new ChatPanel(panel, context);
}

class ChatPanel {
  /** @type {Published} the newest message that the reader has had before their eyes */
  #seen = null;
  #drawing = false;
  #fetching = new Set(); // queues whose next entries are on their way

  constructor(panel, context) {
    const { room, announce, notices } = context;
    this.panel = panel;
    this.room = room;
    this.notices = notices;
    this.call = context.call;
    this.find = partsOf(panel.element);
    this.history = new History((path) => this.call(path));
    this.list = new MessageList(this.find("scroll"), this.find("list"), {
      keyOf,
      entryOf: (item) => (isPending(item) ? this.#pendingEntry(item) : this.#entry(item)),
      onTop: () => this.#older(),
      onEnd: () => this.#caughtUp(),
    });
    this.sending = new Sending(room, {
      draw: () => this.draw(),
      refused: ({ text, recipient }, sentence) => this.composer.restore(text, recipient, sentence),
    });
    this.composer = new Composer(this.find("composer"), {
      send: (written) => {
        this.sending.add(written);
        this.list.toEnd();
      },
      lastOwn: () => this.#lastOwn(),
    });
    this.read = aloud(this.find("aloud"), announce);
    mountReactions(this.find("reactions"), document.getElementById("stage-wrap"), {
      room,
      emojis: context.emojis,
      onError: (error) => this.#failed(error),
    });
    this.find("new").addEventListener("click", () => {
      this.list.toEnd();
      this.#caughtUp();
    });
    this.find("switch-on").addEventListener("click", () => this.#switchOn());
    this.find("unpin").addEventListener("click", () => this.#post("chat/pin", "DELETE"));
    document.addEventListener("direct-message", ({ detail }) => {
      panel.show();
      this.composer.to({ id: detail.userId, name: detail.name });
    });
    panel.onShow(() => this.#shown());
    document.addEventListener("visibilitychange", () => panel.isShown && this.#shown());
    panel.available(false);
    this.#listen();
  }

  get me() {
    return this.room.state.me;
  }

  #listen() {
    const { room, history } = this;
    let isFirst = true;
    room.on("open reset", (state, type) => {
      history.take(state);
      if (isFirst) this.#seen = history.messages.at(-1) ?? null;
      else if (type === "open") history.refresh(state).then(() => this.draw(), () => {});
      isFirst = false;
      this.#followRights();
      this.draw();
    });
    room.on("chat.message", (message) => {
      const isNew = !history.has(message.id);
      history.add(message);
      if (isNew && message.user_id !== this.me.user_id && message.status === "visible") this.read(message);
      this.draw();
    });
    room.on("chat.deleted", ({ id }) => {
      history.remove(id);
      this.sending.forget(id);
      this.draw();
    });
    room.on("chat.cleared", (data) => {
      history.clear(data);
      this.draw();
    });
    room.on("chat.held chat.decided chat.pinned chat.reported chat.reports_closed", () => this.draw());
    room.on("session.settings session.moderation", () => this.#followRights());
  }

  #followRights() {
    const { may } = this.me;
    this.find("switch-on").hidden = !may.change_settings || this.room.state.session.effective_chat_enabled;
    this.panel.available(may.read_chat || may.chat || may.react);
    this.find("reactions").hidden = !may.react;
    this.composer.follow(this.room.state);
  }

  /** Soon, once for all that changes now. */
  draw() {
    if (this.#drawing || !this.room.state) return;
    this.#drawing = true;
    setTimeout(() => {
      this.#drawing = false;
      this.#drawNow();
    });
  }

  #drawNow() {
    const { state } = this.room;
    const messages = this.history.messages;
    this.sending.arrived([...messages, ...state.me.held]);
    this.list.draw([...messages, ...state.me.held, ...this.sending.pending]);
    const isEmpty = messages.length + state.me.held.length + this.sending.pending.length === 0;
    this.find("empty").hidden = !isEmpty;
    this.find("export").hidden = isEmpty || !leads(this.me.role);
    this.find("empty").textContent = state.me.may.read_chat ? gettext("No messages yet. Say hello.") : gettext("The host has hidden the chat.");
    this.#drawPinned(state.chat.pinned);
    this.#fillQueues(state.chat_crew);
    this.waiting = drawQueues(this.find("crew"), state.chat_crew ?? { held: [], reports: [] }, {
      me: state.me.user_id,
      post: (path, method) => this.#post(path, method),
    });
    this.composer.draw();
    this.#caughtUp();
  }

  /** The state holds the first of what waits for the crew; when few of those are left, the next ones are fetched. */
  async #fillQueues(crew) {
    for (const [name, list] of [["held", "messages"], ["reports", "reports"]]) {
      if (!crew?.more?.[name] || crew[name].length > FEW || this.#fetching.has(name)) continue;
      this.#fetching.add(name);
      try {
        const reply = await this.call(`chat/${name}`);
        const { state } = this.room;
        if (!state?.chat_crew) return;
        const more = { ...state.chat_crew.more, [name]: reply.total > reply[list].length };
        this.room.store.merge({ chat_crew: { ...state.chat_crew, [name]: reply[list], more } });
        this.draw();
      } catch {
        // Tried again at the next change.
      } finally {
        this.#fetching.delete(name);
      }
    }
  }

  #entry(message) {
    const pinned = this.room.state.chat.pinned?.id === message.id;
    const { may } = this.me;
    return {
      key: message.id,
      version: [message.status, pinned, may.manage_chat, may.chat, may.read_chat].join(),
      moment: message.published_at ?? message.created_at,
      make: () =>
        messageElement(message, { me: this.me.user_id, actions: this.#actions(message, pinned) }),
    };
  }

  #pendingEntry(pending) {
    if (pending.sent) return this.#entry(pending.sent);
    return {
      key: pending.clientId,
      version: pending.failed,
      make: () =>
        pendingElement(pending, {
          retry: () => this.sending.retry(pending),
          discard: () => this.sending.discard(pending),
        }),
    };
  }

  #actions(message, pinned) {
    const { may } = this.me;
    const isOwn = message.user_id === this.me.user_id;
    const isPublic = !message.is_direct && message.status === "visible";
    const values = { name: message.username };
    const actions = [];
    if (!isOwn && may.chat && this.#mayWriteTo(message)) {
      const write = () => this.composer.to({ id: message.user_id, name: message.username });
      actions.push([interpolate(gettext("Write to %(name)s privately"), values), write]);
    }
    if (may.manage_chat && isPublic) {
      actions.push(
        pinned
          ? [gettext("Unpin"), () => this.#post("chat/pin", "DELETE")]
          : [gettext("Pin"), () => this.#post(`chat/${message.id}/pin`)],
      );
    }
    if (isOwn || may.manage_chat) actions.push([gettext("Delete"), () => this.#post(`chat/${message.id}`, "DELETE")]);
    if (may.manage_chat && !isOwn) actions.push([interpolate(gettext("Delete all from %(name)s"), values), () => this.#deleteAll(message)]);
    if (!isOwn && may.read_chat && !may.manage_chat) actions.push([gettext("Report"), () => this.#report(message)]);
    return actions;
  }

  #mayWriteTo(message) {
    const limited = this.room.state.moderation?.direct_to_crew_only && this.me.role === "audience";
    return !limited || isCrew(message.role);
  }

  #drawPinned(message) {
    const box = this.find("pinned");
    box.hidden = !message;
    this.find("unpin").hidden = !this.me.may.manage_chat;
    if (!message || box.dataset.id === message.id) return;
    box.dataset.id = message.id;
    this.find("pinned-by").replaceChildren(...author(message, this.me.user_id));
    this.find("pinned-text").replaceChildren(...withLinks(message.message));
  }

  async #older() {
    try {
      if (await this.history.older()) this.#drawNow();
    } catch (error) {
      this.#failed(error);
    }
  }

  #shown() {
    if (this.room.state) this.#drawNow();
  }

  /** What stands before the reader's eyes counts as read. */
  #caughtUp() {
    if (!this.room.state) return;
    const { messages } = this.history;
    if (this.panel.isShown && this.list.isAtEnd) this.#seen = messages.at(-1) ?? this.#seen;
    const since = this.#seen ? this.history.after(this.#seen) : messages;
    const unread = since.filter((message) => message.user_id !== this.me.user_id).length;
    const isAway = this.panel.isShown && !this.list.isAtEnd;
    this.find("new").hidden = !(isAway && unread > 0);
    this.find("new").textContent = interpolate(ngettext("%(count)s new message", "%(count)s new messages", unread), { count: unread });
    this.panel.unread(unread + (this.waiting ?? 0));
  }

  #lastOwn() {
    const { me } = this;
    const own = [...this.history.messages, ...me.held].filter((message) => message.user_id === me.user_id);
    return Math.max(0, ...own.map((message) => Date.parse(message.created_at)));
  }

  async #switchOn() {
    if (await this.#post("settings", "PATCH", { chat_enabled: true })) this.composer.field.focus();
  }

  async #deleteAll(message) {
    const dialog = this.find("clear-dialog");
    dialog.querySelector("h2").textContent = interpolate(gettext("Delete all messages from %(name)s?"), { name: message.username });
    if (await confirmIn(dialog)) await this.#post(`chat?user_id=${message.user_id}`, "DELETE");
  }

  async #report(message) {
    const dialog = this.find("report-dialog");
    const field = dialog.querySelector("textarea");
    field.value = "";
    if (!(await confirmIn(dialog))) return;
    const done = await this.#post(`chat/${message.id}/report`, "POST", { reason: field.value });
    if (done) this.notices.show("chat", gettext("Thank you. The team will look at it."), { tone: "success" });
  }

  async #post(path, method = "POST", body = {}) {
    try {
      await this.call(path, { method, body });
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  #failed(error) {
    this.notices.show("chat", reasonOf(error), { tone: "error" });
  }
}
