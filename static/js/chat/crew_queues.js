// What those who manage the chat have to decide: held messages and reports.
import { arrange } from "../shared/arrange.js";
import { author, withLinks } from "../shared/authorship.js";
import { timeOfDay } from "../shared/clock.js";
import { action, make } from "../shared/elements.js";
import { gettext, interpolate, ngettext } from "../shared/gettext.js";

/** Show the two queues in `box` and keep them; `post(path, method)` calls the API. Returns how many wait. */
export function drawQueues(box, { held, reports }, { me, post }) {
  const reported = byMessage(reports);
  box.hidden = held.length + reports.length === 0;
  drawQueue(box.querySelector("[data-held]"), held, heldTitle(held.length), (message) => heldItem(message, { me, post }));
  drawQueue(box.querySelector("[data-reports]"), reported, reportsTitle(reported.length), (group) => reportItem(group, { me, post }));
  return held.length + reports.length;
}

const heldTitle = (count) =>
  interpolate(ngettext("%(count)s message is waiting for approval", "%(count)s messages are waiting for approval", count), { count });
const reportsTitle = (count) =>
  interpolate(ngettext("%(count)s message was reported", "%(count)s messages were reported", count), { count });

function drawQueue(section, entries, title, item) {
  section.hidden = entries.length === 0;
  section.querySelector("summary").textContent = title;
  // The same entries stay untouched: focus stays where it is.
  const list = section.querySelector("ul");
  const known = new Map([...list.children].map((element) => [element.dataset.key, element]));
  const elements = entries.map((entry) => known.get(keyOf(entry)) ?? item(entry));
  entries.forEach((entry, index) => {
    elements[index].dataset.key = keyOf(entry);
  });
  arrange(list, elements);
}

const keyOf = (entry) => (entry.reports ? entry.reports.map(({ id }) => id).join(" ") : entry.id);

function byMessage(reports) {
  const groups = new Map();
  for (const report of reports) {
    const group = groups.get(report.message_id) ?? { ...report, reports: [] };
    group.reports.push(report);
    groups.set(report.message_id, group);
  }
  return [...groups.values()];
}

function heldItem(message, { me, post }) {
  const head = make("div", { className: "chat-head" }, ...author(message, me));
  head.append(make("time", { dateTime: message.created_at, textContent: timeOfDay(message.created_at) }));
  const row = make(
    "div",
    { className: "chat-actions" },
    action(gettext("Approve"), () => post(`chat/${message.id}/approve`), { className: "button small primary" }),
    action(gettext("Reject"), () => post(`chat/${message.id}/reject`), { className: "button small" }),
  );
  return make("li", { className: "chat-message" }, head, make("p", { className: "chat-text", dir: "auto", dataset: { words: "cut" } }, ...withLinks(message.message)), row);
}

function reportItem(group, { me, post }) {
  const item = make("li", { className: "chat-message" });
  item.append(make("div", { className: "chat-head" }, ...author(group, me)));
  const text = make("p", { className: "chat-text", dir: "auto", dataset: { words: "cut" } });
  const covered = gettext("A direct message. You can delete it; its text is not shown to you.");
  text.append(...(group.is_direct ? [make("em", { textContent: covered })] : withLinks(group.message)));
  item.append(text);
  for (const report of group.reports) {
    const { reported_by_username: name, reason } = report;
    const words = reason ? gettext("Reported by %(name)s: %(reason)s") : gettext("Reported by %(name)s");
    const by = interpolate(words, { name, reason });
    item.append(make("p", { className: "chat-note", textContent: by, dataset: { words: "cut" } }));
  }
  item.append(
    make(
      "div",
      { className: "chat-actions" },
      action(gettext("Delete the message"), () => post(`chat/${group.message_id}`, "DELETE"), { className: "button small danger" }),
      action(gettext("Keep the message"), () => post(`chat/${group.message_id}/close_reports`), { className: "button small" }),
    ),
  );
  return item;
}
