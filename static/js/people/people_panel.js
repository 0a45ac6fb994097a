// The panel "people": who is there, what the crew may do with them, who is banned, and the chat rules.
import { confirmIn } from "../shared/controls.js";
import { action, make, partsOf } from "../shared/elements.js";
import { gettext, interpolate, ngettext } from "../shared/gettext.js";
import { reasonOf } from "../shared/page.js";
import { mountLobbySection } from "./lobby_section.js";
import { actionsOn, personElement } from "./person.js";
import { Roster } from "./roster.js";

const SHOWN = 200;
const SEARCH_FROM = 8;

const TITLES = {
  coHost: gettext("Make %(name)s a co-host?"),
  clear: gettext("Delete all messages from %(name)s?"),
};
/** What is read out when something was done. */
const DONE = {
  broughtOn: gettext("%(name)s is invited on stage."),
  takenOff: gettext("%(name)s is off the stage."),
  muted: gettext("%(name)s is muted."),
  unmuted: gettext("%(name)s is unmuted."),
  speaker: gettext("%(name)s is now a speaker."),
  moderator: gettext("%(name)s is now a moderator."),
  coHost: gettext("%(name)s is now a co-host."),
  roleEnded: gettext("%(name)s is in the audience again."),
  cleared: gettext("All messages from %(name)s are deleted."),
  kick: gettext("%(name)s was removed and may come back."),
  banned: gettext("%(name)s is banned."),
  unbanned: gettext("%(name)s may come in again."),
};

/** Show it in `panel` and keep it true; both arguments as panels.js says. The state is there already. */
export function mountPeople(panel, context) {
  new PeoplePanel(panel, context);
}

class PeoplePanel {
  #open = new Set(); // ids of people whose actions are shown
  #drawing = false;
  #bans = [];

  constructor(panel, context) {
    const { room, announce, notices, call } = context;
    this.panel = panel;
    this.room = room;
    this.announce = announce;
    this.notices = notices;
    this.call = call;
    this.find = partsOf(panel.element);
    this.roster = new Roster((path) => call(path));
    this.run = Object.fromEntries(Object.entries(ACTIONS).map(([name, act]) => [name, (person) => act(this, person)]));
    mountLobbySection(this.find("lobby"), context);
    this.find("search").addEventListener("input", () => this.#drawNow());
    panel.onShow(() => this.#load());
    room.on("open reset", () => this.#follow());
    room.on("presence.joined", (viewer) => this.#changed(() => this.roster.came(viewer)));
    room.on("presence.left", (viewer) => this.#changed(() => this.roster.left(viewer)));
    room.on("hand.raised hand.lowered hand.approved hand.rejected", () => this.draw());
    room.on("join_request.created join_request.withdrawn join_request.approved join_request.rejected", () => this.draw());
    room.on("role.added role.removed person.renamed stage.joined stage.left stage.permissions", () => this.draw());
    this.#follow();
  }

  #follow() {
    const { may } = this.room.state.me;
    this.panel.available(may.see_people);
    if (may.see_people && this.panel.isShown) this.#load();
    this.draw();
  }

  #changed(change) {
    change();
    this.draw();
  }

  async #load() {
    if (!this.room.state?.me.may.see_people) return;
    try {
      await this.roster.load();
      if (this.room.state.me.may.moderate) this.#bans = (await this.call("bans?limit=100")).banned_participants;
    } catch (error) {
      if (!this.roster.isLoaded) this.find("note").textContent = reasonOf(error);
      return;
    }
    this.draw();
  }

  /** Soon, once for all that changes now. */
  draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    setTimeout(() => {
      this.#drawing = false;
      this.#drawNow();
    }, 100);
  }

  #drawNow() {
    if (!this.room.state || !this.roster.isLoaded) return;
    const { state } = this.room;
    const wanted = this.find("search").value.trim().toLocaleLowerCase();
    const people = this.roster.people(state);
    const found = people.filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
    const focus = focusIn(this.find("list"));
    this.find("list").replaceChildren(...found.slice(0, SHOWN).map((person) => this.#element(person)));
    focus(this.find("list"));
    const count = this.roster.total;
    const words = ngettext("%(count)s person is here", "%(count)s people are here", count);
    this.find("count").textContent = interpolate(words, { count });
    this.find("search-field").hidden = people.length < SEARCH_FROM && !wanted;
    this.find("note").textContent = this.#sentence(people.length, found.length);
    this.#drawBans(state.me.may.moderate);
  }

  #sentence(all, found) {
    const count = found - SHOWN;
    const more = ngettext("%(count)s more person. Find them by name.", "%(count)s more people. Find them by name.", count);
    if (count > 0) return interpolate(more, { count });
    if (found > 0) return "";
    return all > 0 ? gettext("Nobody here has this name.") : gettext("Nobody is here yet.");
  }

  #element(person) {
    const { me, stage } = this.room.state;
    const place = stage?.participants.find((row) => row.participant_identity === person.id);
    return personElement(person, {
      me: me.user_id,
      actions: actionsOn(person, {
        me,
        may: me.may,
        isMuted: place?.can_publish_audio === false,
        run: this.run,
      }),
      isOpen: this.#open.has(person.id),
      onToggle: (isOpen) => (isOpen ? this.#open.add(person.id) : this.#open.delete(person.id)),
    });
  }

  #drawBans(mayModerate) {
    const box = this.find("bans");
    box.hidden = !mayModerate || this.#bans.length === 0;
    if (box.hidden) return;
    const count = this.#bans.length;
    const words = ngettext("%(count)s person is banned", "%(count)s people are banned", count);
    box.querySelector("summary").textContent = interpolate(words, { count });
    box.querySelector("ul").replaceChildren(
      ...this.#bans.map(({ user, reason }) => {
        const name = make("bdi", { className: "person-name", textContent: user.username, title: user.username });
        const letIn = action(gettext("Let in again"), () => this.#unban(user), {
          label: interpolate(gettext("%(action)s: %(name)s"), { action: gettext("Let in again"), name: user.username }),
          className: "button small",
        });
        const row = make("li", { className: "person" }, make("div", { className: "person-head" }, name, letIn));
        if (reason) row.append(make("p", { className: "person-reason", textContent: reason }));
        return row;
      }),
    );
  }

  async #unban(user) {
    if (!(await this.send(`bans/${user.id}`, { method: "DELETE" }))) return;
    this.#bans = this.#bans.filter((ban) => ban.user.id !== user.id);
    this.say("unbanned", { name: user.username });
    this.#drawNow();
  }

  async ban(person) {
    const dialog = this.find("ban-dialog");
    dialog.querySelector("h2").textContent = interpolate(gettext("Ban %(name)s?"), { name: person.name });
    const field = dialog.querySelector("textarea");
    field.value = "";
    if (!(await confirmIn(dialog))) return;
    const ban = await this.send("bans", { body: { user_id: person.id, reason: field.value } });
    if (!ban) return;
    this.#bans = [ban, ...this.#bans.filter(({ id }) => id !== ban.id)];
    this.roster.left({ user_id: person.id });
    this.say("banned", { name: person.name });
    this.#drawNow();
  }

  /** Ask first; `name` says which dialog. */
  async sure(name, person) {
    const dialog = this.find({ coHost: "co-host-dialog", clear: "clear-dialog" }[name]);
    dialog.querySelector("h2").textContent = interpolate(TITLES[name], { name: person.name });
    return confirmIn(dialog);
  }

  /** Call the API; the data, or null after saying why it was refused. */
  async send(path, { method = "POST", body = {} } = {}) {
    try {
      return (await this.call(path, { method, body })) ?? {};
    } catch (error) {
      this.notices.show("people", reasonOf(error), { tone: "error" });
      return null;
    }
  }

  say(name, values) {
    this.announce(interpolate(DONE[name], values));
  }
}

const stagePath = ({ id }) => `stage/participants/${id}/permissions`;

async function sendAndSay(panel, person, said, path, options) {
  if (await panel.send(path, options)) panel.say(said, { name: person.name });
}

/** What each action does; the names are those of people/person.js. */
const ACTIONS = {
  rename: async (panel) => (await import("./rename.js")).openRename(panel),
  write: (_panel, { id, name }) =>
    document.dispatchEvent(new CustomEvent("direct-message", { detail: { userId: id, name } })),
  bringOn: (panel, person) =>
    sendAndSay(panel, person, "broughtOn", "stage/participants", { body: { participant_identity: person.id } }),
  takeOff: (panel, person) =>
    sendAndSay(panel, person, "takenOff", "stage/participants/remove", { body: { participant_identity: person.id } }),
  mute: (panel, person) =>
    sendAndSay(panel, person, "muted", stagePath(person), { method: "PATCH", body: { can_publish_audio: false } }),
  unmute: (panel, person) =>
    sendAndSay(panel, person, "unmuted", stagePath(person), { method: "PATCH", body: { can_publish_audio: true } }),
  makeSpeaker: (panel, person) => sendAndSay(panel, person, "speaker", "speakers", { body: { user_id: person.id } }),
  endSpeaker: (panel, person) => sendAndSay(panel, person, "roleEnded", `speakers/${person.id}`, { method: "DELETE" }),
  makeModerator: (panel, person) =>
    sendAndSay(panel, person, "moderator", "moderators", { body: { user_id: person.id } }),
  endModerator: (panel, person) =>
    sendAndSay(panel, person, "roleEnded", `moderators/${person.id}`, { method: "DELETE" }),
  makeCoHost: async (panel, person) => {
    if (await panel.sure("coHost", person)) {
      await sendAndSay(panel, person, "coHost", "co_hosts", { body: { user_id: person.id } });
    }
  },
  endCoHost: (panel, person) => sendAndSay(panel, person, "roleEnded", `co_hosts/${person.id}`, { method: "DELETE" }),
  clear: async (panel, person) => {
    if (await panel.sure("clear", person)) {
      await sendAndSay(panel, person, "cleared", `chat?user_id=${person.id}`, { method: "DELETE" });
    }
  },
  kick: (panel, person) => sendAndSay(panel, person, "kick", `people/${person.id}/remove`),
  ban: (panel, person) => panel.ban(person),
};

/** What has the focus in `list` by person and place; the result gives it back to the same in a list drawn anew. */
function focusIn(list) {
  const focused = list.contains(document.activeElement) ? /** @type {PageElement} */ (document.activeElement) : null;
  const user = focused?.closest("[data-user]")?.dataset.user;
  const place = focused ? [...focused.closest("[data-user]").querySelectorAll("button")].indexOf(focused) : -1;
  return (fresh) => {
    if (user) fresh.querySelector(`[data-user="${user}"]`)?.querySelectorAll("button")[place]?.focus();
  };
}
