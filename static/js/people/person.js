// One person in the list, with what the crew may do with them.
import { badgeOf } from "../shared/authorship.js";
import { action, drawing, make } from "../shared/elements.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { leads } from "../state/roles.js";

const ACTIONS = {
  rename: gettext("Change your name"),
  write: gettext("Write privately"),
  bringOn: gettext("Bring on stage"),
  takeOff: gettext("Take off stage"),
  mute: gettext("Mute"),
  unmute: gettext("Unmute"),
  makeSpeaker: gettext("Make speaker"),
  endSpeaker: gettext("Remove as speaker"),
  makeModerator: gettext("Make moderator"),
  endModerator: gettext("Remove as moderator"),
  makeCoHost: gettext("Make co-host"),
  endCoHost: gettext("Remove as co-host"),
  clear: gettext("Delete all messages"),
  kick: gettext("Remove from webinar"),
  ban: gettext("Ban"),
};

/** The row of `person`. `actions`: `[[label, act, isDangerous]]`; with some, a button shows and hides them.
 *  `isOpen` and `onToggle(isOpen)` keep that over redraws. */
export function personElement(person, { me, actions, isOpen, onToggle }) {
  const head = make("div", { className: "person-head" }, make("bdi", { className: "person-name", textContent: person.name, title: person.name }));
  if (person.id === me) head.append(make("span", { className: "person-note", textContent: gettext("you") }));
  head.append(...badgeOf(person.role));
  if (person.hasHandUp) head.append(make("span", { className: "person-hand" }, drawing("icon-hand", "icon"), make("span", { className: "visually-hidden", textContent: gettext("Wants to come on stage") })));
  if (person.isOnStage) head.append(make("span", { className: "badge accent", textContent: gettext("On stage") }));
  if (!person.isHere) head.append(make("span", { className: "person-note", textContent: gettext("not here") }));
  const row = make("li", { className: "person", dataset: { user: person.id } }, head);
  if (actions.length > 0) {
    const menu = make("div", { className: "person-actions", id: `person-${person.id}`, hidden: !isOpen, role: "group" });
    menu.setAttribute("aria-label", interpolate(gettext("Actions for %(name)s"), { name: person.name }));
    for (const [label, act, isDangerous] of actions) {
      const className = isDangerous ? "button small quiet danger" : "button small quiet";
      menu.append(action(label, act, { label: interpolate(gettext("%(action)s: %(name)s"), { action: label, name: person.name }), className }));
    }
    const more = make("button", {
      type: "button",
      className: "chat-more person-more",
      textContent: "⋯",
      aria: { expanded: String(Boolean(isOpen)), controls: menu.id, label: interpolate(gettext("Actions for %(name)s"), { name: person.name }) },
    });
    more.addEventListener("click", () => {
      menu.hidden = !menu.hidden;
      more.setAttribute("aria-expanded", String(!menu.hidden));
      onToggle(!menu.hidden);
    });
    head.append(more);
    row.append(menu);
  }
  return row;
}

/** What `me` (of the state) may do with `person`: `[[label, act, isDangerous]]`. `run` has one function an action. */
export function actionsOn(person, { me, may, isMuted, run }) {
  const isLeading = leads(person.role);
  const actions = [];
  const add = (is, name, isDangerous = false) => is && actions.push([ACTIONS[name], () => run[name](person), isDangerous]);
  if (person.id === me.user_id) {
    add(may.change_name, "rename");
    return actions;
  }
  add(may.chat && person.isHere && may.manage_chat, "write");
  add(may.manage_stage && !isLeading && !person.isOnStage && person.isHere, "bringOn");
  add(may.manage_stage && person.isOnStage && !isMuted, "mute");
  add(may.manage_stage && person.isOnStage && isMuted, "unmute");
  add(may.manage_stage && person.isOnStage, "takeOff");
  add(may.add_moderators && !isLeading && person.role !== "speaker", "makeSpeaker");
  add(may.add_moderators && person.role === "speaker", "endSpeaker");
  add(may.add_moderators && !isLeading && person.role !== "moderator", "makeModerator");
  add(may.add_moderators && person.role === "moderator", "endModerator");
  add(may.add_co_hosts && !isLeading, "makeCoHost");
  add(may.add_co_hosts && person.role === "co_host", "endCoHost");
  add(may.manage_chat, "clear", true);
  add(may.moderate && !isLeading && person.isHere, "kick", true);
  add(may.moderate && !isLeading, "ban", true);
  return actions;
}
