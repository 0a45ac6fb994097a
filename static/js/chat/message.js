// One message of the chat: who, when, what, and what can be done with it.
import { author, withLinks } from "../shared/authorship.js";
import { dayInWords, timeOfDay } from "../shared/clock.js";
import { action, make } from "../shared/elements.js";
import { gettext, interpolate } from "../shared/gettext.js";

/** The line between two days. */
export function dayElement(iso) {
  return make("li", { className: "chat-day", textContent: dayInWords(iso) });
}

/**
 * The element of `message`. `actions` ([label, run] of each) open below it.
 * @param {Published} message the REST object
 * @param {{me: string, actions: Array<[string, () => void]>}} options
 */
export function messageElement(message, { me, actions }) {
  const isOwn = message.user_id === me;
  const item = make("li", { className: "chat-message", dataset: { id: message.id } });
  item.classList.toggle("own", isOwn);
  item.classList.toggle("direct", message.is_direct);
  const head = make("div", { className: "chat-head" }, ...author(message, me));
  const moment = message.published_at ?? message.created_at;
  head.append(make("time", { dateTime: moment, textContent: timeOfDay(moment) }));
  if (actions.length) head.append(menuButton(item, message, actions));
  item.append(head);
  const note = noteOf(message, isOwn);
  if (note) item.append(make("p", { className: "chat-note", textContent: note }));
  item.append(make("p", { className: "chat-text", dir: "auto", dataset: { words: "cut" } }, ...withLinks(message.message)));
  return item;
}

function noteOf(message, isOwn) {
  if (message.status === "held") return gettext("Waiting for the team’s approval. Only you can see it so far.");
  if (!message.is_direct) return "";
  return isOwn ? interpolate(gettext("Privately to %(name)s"), { name: message.recipient_username }) : gettext("Privately to you");
}

function menuButton(item, message, actions) {
  const button = action("⋯", toggle, {
    label: interpolate(gettext("Actions for the message from %(name)s"), { name: message.username }),
    className: "chat-more",
  });
  button.setAttribute("aria-expanded", "false");

  function toggle() {
    const isOpen = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!isOpen));
    if (isOpen) {
      item.querySelector(".chat-actions").remove();
      return;
    }
    const row = make("div", { className: "chat-actions" });
    for (const [label, run] of actions) {
      row.append(
        action(label, () => {
          toggle();
          button.focus();
          run();
        }),
      );
    }
    row.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      toggle();
      button.focus();
    });
    item.append(row);
    row.querySelector("button").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  return button;
}

/** A message that is on its way, or that did not get there. */
export function pendingElement(pending, { retry, discard }) {
  const item = make("li", { className: "chat-message own pending", dataset: { client: pending.clientId } });
  item.classList.toggle("direct", Boolean(pending.recipient));
  item.append(make("div", { className: "chat-head" }, make("bdi", { className: "chat-name", textContent: gettext("You") })));
  if (pending.recipient) {
    item.append(make("p", { className: "chat-note", textContent: interpolate(gettext("Privately to %(name)s"), { name: pending.recipient.name }) }));
  }
  item.append(make("p", { className: "chat-text", dir: "auto", dataset: { words: "cut" } }, ...withLinks(pending.text)));
  if (pending.failed) {
    const row = make("div", { className: "chat-actions" }, action(gettext("Try again"), retry), action(gettext("Discard"), discard));
    item.append(make("p", { className: "chat-note failed", textContent: pending.failed }), row);
  } else {
    item.append(make("p", { className: "chat-note", textContent: gettext("Sending…") }));
  }
  return item;
}
