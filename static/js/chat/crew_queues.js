// What those who manage the chat have to decide: held messages and reports.
import { arrange } from "../shared/arrange.js";
import { author, withLinks } from "../shared/authorship.js";
import { timeOfDay } from "../shared/clock.js";
import { action, make } from "../shared/elements.js";
import { fill, plural } from "../shared/page.js";

/** Show the two queues in `box` and keep them; `post(path, method)` calls the API. Returns how many wait. */
export function drawQueues(box, { held, reports }, { me, texts, post }) {
  box.hidden = held.length + reports.length === 0;
  drawQueue(box.querySelector("[data-held]"), held, texts.heldTitle, (message) => heldItem(message, { me, texts, post }));
  drawQueue(box.querySelector("[data-reports]"), byMessage(reports), texts.reportsTitle, (group) => reportItem(group, { me, texts, post }));
  return held.length + reports.length;
}

function drawQueue(section, entries, title, item) {
  section.hidden = entries.length === 0;
  section.querySelector("summary").textContent = plural(title, entries.length);
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

function heldItem(message, { me, texts, post }) {
  const head = make("div", { className: "chat-head" }, ...author(message, { me, texts }));
  head.append(make("time", { dateTime: message.created_at, textContent: timeOfDay(message.created_at) }));
  const row = make(
    "div",
    { className: "chat-actions" },
    action(texts.approve, () => post(`chat/${message.id}/approve`), { className: "button small primary" }),
    action(texts.reject, () => post(`chat/${message.id}/reject`), { className: "button small" }),
  );
  return make("li", { className: "chat-message" }, head, make("p", { className: "chat-text", dir: "auto", dataset: { words: "cut" } }, ...withLinks(message.message)), row);
}

function reportItem(group, { me, texts, post }) {
  const item = make("li", { className: "chat-message" });
  item.append(make("div", { className: "chat-head" }, ...author(group, { me, texts })));
  const text = make("p", { className: "chat-text", dir: "auto", dataset: { words: "cut" } });
  text.append(...(group.is_direct ? [make("em", { textContent: texts.directReported })] : withLinks(group.message)));
  item.append(text);
  for (const report of group.reports) {
    const by = fill(report.reason ? texts.reportedFor : texts.reportedBy, { name: report.reported_by_username, reason: report.reason });
    item.append(make("p", { className: "chat-note", textContent: by, dataset: { words: "cut" } }));
  }
  item.append(
    make(
      "div",
      { className: "chat-actions" },
      action(texts.deleteIt, () => post(`chat/${group.message_id}`, "DELETE"), { className: "button small danger" }),
      action(texts.keepIt, () => post(`chat/${group.message_id}/close_reports`), { className: "button small" }),
    ),
  );
  return item;
}
