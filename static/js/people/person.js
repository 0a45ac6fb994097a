// One person in the list, with what the crew may do with them.
import { action, make } from "../shared/elements.js";
import { fill } from "../shared/page.js";
import { leads } from "../state/roles.js";

/** The row of `person`. `actions`: `[[label, act, isDangerous]]`; with some, a button shows and hides them.
 *  `isOpen` and `onToggle(isOpen)` keep that over redraws. */
export function personElement(person, { me, texts, actions, isOpen, onToggle }) {
  const head = make("div", { className: "person-head" }, make("bdi", { className: "person-name", textContent: person.name, title: person.name }));
  if (person.id === me) head.append(make("span", { className: "person-note", textContent: texts.you }));
  const role = texts.roles[person.role];
  if (role) head.append(make("span", { className: "chat-badge", dataset: { role: person.role }, textContent: role }));
  if (person.isOnStage) head.append(make("span", { className: "badge accent", textContent: texts.onStage }));
  if (!person.isHere) head.append(make("span", { className: "person-note", textContent: texts.away }));
  const row = make("li", { className: "person", dataset: { user: person.id } }, head);
  if (actions.length > 0) {
    const menu = make("div", { className: "person-actions", id: `person-${person.id}`, hidden: !isOpen, role: "group" });
    menu.setAttribute("aria-label", fill(texts.more, { name: person.name }));
    for (const [label, act, isDangerous] of actions) {
      const className = isDangerous ? "button small quiet danger" : "button small quiet";
      menu.append(action(label, act, { label: fill(texts.about, { action: label, name: person.name }), className }));
    }
    const more = make("button", {
      type: "button",
      className: "chat-more person-more",
      textContent: "⋯",
      aria: { expanded: String(Boolean(isOpen)), controls: menu.id, label: fill(texts.more, { name: person.name }) },
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
export function actionsOn(person, { me, may, texts, isMuted, run }) {
  if (person.id === me.user_id) return [];
  const isLeading = leads(person.role);
  const actions = [];
  const add = (is, name, isDangerous = false) => is && actions.push([texts.actions[name], () => run[name](person), isDangerous]);
  add(may.chat && person.isHere && may.manage_chat, "write");
  add(may.manage_stage && !isLeading && !person.isOnStage && person.isHere, "bringOn");
  add(may.manage_stage && person.isOnStage && !isMuted, "mute");
  add(may.manage_stage && person.isOnStage && isMuted, "unmute");
  add(may.manage_stage && person.isOnStage, "takeOff");
  add(may.add_moderators && !isLeading && person.role !== "moderator", "makeModerator");
  add(may.add_moderators && person.role === "moderator", "endModerator");
  add(may.add_co_hosts && !isLeading, "makeCoHost");
  add(may.add_co_hosts && person.role === "co_host", "endCoHost");
  add(may.manage_chat, "clear", true);
  add(may.moderate && !isLeading && person.isHere, "kick", true);
  add(may.moderate && !isLeading, "ban", true);
  return actions;
}
