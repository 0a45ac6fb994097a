// The panel "stage", for those who manage it: who wants to come on, who is on and what they may send, bringing people on.
import { arrange } from "../shared/arrange.js";
import { everySecond } from "../shared/clock.js";
import { partsOf } from "../shared/elements.js";
import { gettext, interpolate, ngettext } from "../shared/gettext.js";
import { reasonOf } from "../shared/page.js";
import { leads } from "../state/roles.js";
import { Finder } from "./finder.js";
import { queueOf } from "./hand_queue.js";
import { mountLayoutChoice } from "./layout_choice.js";
import { PersonRow } from "./stage_row.js";

const SHOWN = 50; // requests of each kind that the state holds at most

/** Show it in `panel` and keep it true; both arguments as panels.js says. The state is there already. */
export function mountStagePanel(panel, context) {
  new StagePanel(panel, context);
}

class StagePanel {
  #rows = new Map(); // key → PersonRow
  /** @type {Set<string> | null} */
  #known = null; // ids of requests that were announced, null before the first state
  #loading = false;

  constructor(panel, { room, call, announce, notices, isStudio }) {
    this.panel = panel;
    this.isStudio = isStudio;
    this.room = room;
    this.call = call;
    this.announce = announce;
    this.notices = notices;
    this.find = partsOf(panel.element);
    this.finder = new Finder(panel.element, {
      load: () => this.#people(),
      add: (person) => this.#add(person),
    });
    this.find("stage-on").addEventListener("click", () => this.#act("settings", { method: "PATCH", body: { stage_enabled: true } }));
    this.find("stage-more").addEventListener("click", () => document.dispatchEvent(new CustomEvent("open-settings")));
    this.layout = mountLayoutChoice(panel.element, {
      room,
      act: (path, options) => this.#act(path, options),
      hosts: () => this.room.state.roles.filter(({ role, is_active: active }) => leads(role) && active),
    });
    room.on("open reset", () => this.draw());
    room.on("hand.raised join_request.created", () => this.draw());
    room.on("hand.lowered hand.approved hand.rejected", () => this.draw());
    room.on("join_request.withdrawn join_request.approved join_request.rejected", () => this.draw());
    room.on("stage.waiting", () => {
      this.draw();
      this.#loadNext();
    });
    room.on("stage.joined stage.left stage.permissions session.settings session.live", () => this.draw());
    room.on("stage.joined stage.left", (member, type) => {
      const news = type === "stage.joined" ? gettext("%(name)s is on stage.") : gettext("%(name)s left the stage.");
      if (this.mayManage) this.announce(interpolate(news, { name: member.participant_name }));
    });
    room.on("role.added role.removed person.renamed", () => this.draw());
    everySecond((now) => {
      for (const row of this.#rows.values()) row.tick(now);
    });
    this.draw();
  }

  get mayManage() {
    return Boolean(this.room.state?.me.may.manage_stage);
  }

  draw() {
    const { state } = this.room;
    this.panel.available(this.mayManage);
    if (!this.mayManage) {
      this.panel.unread(0);
      return;
    }
    const { hands, join_requests: requests, stage, session, roles } = state;
    const waiting = queueOf(hands, requests);
    const onStage = new Set(stage.participants.map((member) => member.participant_identity));
    const isFull = stage.participants.length >= session.effective_max_join_limit;
    const speakers = roles.filter(({ role, is_active: active, user_id: id }) => role === "speaker" && active && !onStage.has(id));
    const before = new Set(this.#rows.keys());
    const closed = isFull || !session.effective_stage_enabled;

    this.#list("queue", before, waiting, (one) => [`request-${one.user}`, one, this.#requestActions(one), { cannotCome: closed }]);
    this.#list("members", before, stage.participants, (member) => this.#member(member, session));
    this.#list("speakers", before, speakers, ({ user_id: id, username: name }) => [
      `speaker-${id}`,
      { name },
      { approve: () => this.#add({ id }) },
      { cannotCome: closed },
    ]);
    for (const gone of before) this.#rows.delete(gone);

    this.find("queue-empty").hidden = waiting.length > 0;
    const more = Math.max(0, state.people_waiting - waiting.length);
    this.find("queue-more").hidden = more === 0;
    const words = ngettext("%(count)s more person is waiting.", "%(count)s more people are waiting.", more);
    this.find("queue-more").textContent = more === 0 ? "" : interpolate(words, { count: more });
    this.find("members-empty").hidden = stage.participants.length > 0;
    this.find("speakers-section").hidden = speakers.length === 0;
    const numbers = { count: stage.participants.length, limit: session.effective_max_join_limit };
    this.find("members-count").textContent = interpolate(gettext("%(count)s of %(limit)s places are taken. Host and co-hosts need none."), numbers);
    const full = gettext("The stage is full. Take somebody off, or let the host raise the number of places in the settings.");
    const off = gettext("The stage is switched off: nobody can be brought on. Host and co-hosts switch it on in the settings.");
    this.find("stage-on").hidden = session.effective_stage_enabled || !state.me.may.change_settings;
    this.find("stage-more").hidden = !session.effective_stage_enabled || !isFull || !state.me.may.change_settings;
    if (!session.effective_stage_enabled) this.#notice(off);
    else this.#notice(isFull ? full : "");
    this.panel.unread(waiting.length + more);
    this.finder.draw({ onStage, closed });
    this.layout.draw();
    this.#announceNew(waiting);
  }

  #list(name, before, items, describe) {
    const list = this.find(name);
    const focused = list.contains(document.activeElement) ? document.activeElement?.closest("li") : null;
    const place = focused ? [...list.children].indexOf(focused) : -1;
    const rows = items.map((item) => {
      const [key, person, actions, options] = describe(item);
      before.delete(key);
      if (!this.#rows.has(key)) this.#rows.set(key, new PersonRow());
      const row = this.#rows.get(key);
      row.draw(person, actions, options);
      return row.element;
    });
    arrange(list, rows);
    if (focused && !focused.isConnected) this.#focusAfter(list, place, name);
  }

  /** The row with the focus is gone: the next one takes it, else the heading. */
  #focusAfter(list, place, name) {
    const next = list.children[Math.min(place, list.children.length - 1)];
    (next?.querySelector("button") ?? this.find(`${name}-title`)).focus();
  }

  /** Approving one request fulfils all of that person; declining means each. */
  #requestActions({ requests }) {
    return {
      approve: () => this.#act(`${requests[0].address}/approve`),
      reject: async () => {
        for (const { address } of requests) await this.#act(`${address}/reject`);
      },
    };
  }

  /** More people wait than the state says, and some of those it said are decided: the next ones take their places. */
  async #loadNext() {
    const { hands, join_requests: requests, people_waiting: waiting } = this.room.state;
    const isShort = hands.length < SHOWN && requests.length < SHOWN && queueOf(hands, requests).length < waiting;
    if (!this.mayManage || this.#loading || !isShort) return;
    this.#loading = true;
    try {
      const found = await Promise.all([
        this.call(`stage/hand_raises?limit=${SHOWN}`),
        this.call(`stage/join_requests?limit=${SHOWN}`),
      ]);
      this.room.store.merge({ hands: found[0].hand_raises, join_requests: found[1].join_requests });
      this.draw();
    } catch {
      // The line that says how many more there are stands; the next change tries again.
    } finally {
      this.#loading = false;
    }
  }

  #member(member, session) {
    const { participant_identity: identity, participant_name: name } = member;
    const permit = (field) => () =>
      this.#act(`stage/participants/${identity}/permissions`, { method: "PATCH", body: { [field]: !member[field] } });
    const { onstage_camera_enabled: camera, onstage_screen_share: screen } = session.preset;
    return [
      `member-${member.id}`,
      { name },
      { takeOff: () => this.#act("stage/participants/remove", { body: { participant_identity: identity } }) },
      {
        permissions: [
          { kind: "microphone", isAllowed: member.can_publish_audio, change: permit("can_publish_audio") },
          ...(camera || screen
            ? [{ kind: "camera", isAllowed: member.can_publish_video, change: permit("can_publish_video") }]
            : []),
        ],
      },
    ];
  }

  #notice(text) {
    const notice = this.find("stage-notice");
    notice.hidden = text === "";
    if (notice.textContent !== text) notice.textContent = text;
  }

  #announceNew(waiting) {
    const known = this.#known;
    const requests = waiting.flatMap(({ name, requests: theirs }) => theirs.map(({ kind, id }) => ({ name, kind, id })));
    this.#known = new Set(requests.map(({ id }) => id));
    // A notice says it (alerts/alerts.js), unless this panel is in view; to hosts in the studio alone.
    const hasNotices = this.isStudio || this.room.state.me.role !== "host";
    if (known === null || (hasNotices && !this.panel.isInView)) return;
    const news = requests
      .filter(({ id }) => !known.has(id))
      .map(({ kind, name }) => {
        const words = kind === "hand" ? gettext("%(name)s raised a hand.") : gettext("%(name)s asks to join the stage.");
        return interpolate(words, { name });
      });
    if (news.length > 0) this.announce(news.join(" "));
  }

  /** People who are here and may be brought on: `{id, name}`, each once. */
  async #people() {
    const { viewers } = await this.call("viewers");
    const found = new Map();
    for (const { user_id: id, username: name, role } of viewers) if (!leads(role)) found.set(id, { id, name });
    for (const { user_id: id, username: name, role } of this.room.state.roles) {
      if (leads(role)) found.delete(id);
      else found.set(id, { id, name });
    }
    return [...found.values()];
  }

  #add(/** @type {{id: string}} */ { id }) {
    return this.#act("stage/participants", { body: { participant_identity: id } });
  }

  async #act(path, { method = "POST", body = {} } = {}) {
    this.notices.clear("stage-panel");
    try {
      await this.call(path, { method, body });
    } catch (error) {
      this.notices.show("stage-panel", reasonOf(error), { tone: "error" });
      this.draw();
    }
  }
}
