// New messages, read out to who uses a screen reader: a few words every few seconds, and only when wanted.
import { gettext, interpolate, ngettext } from "../shared/gettext.js";
import { store, stored } from "../shared/storage.js";

const EVERY = 4000; // ms
const KEY = "chat.aloud";

export function aloud(box, announce) {
  /** @type {Published[]} */
  const waiting = [];
  /** @type {Timer} */
  let timer;
  box.checked = stored(KEY) !== "no";
  box.addEventListener("change", () => {
    store(KEY, box.checked ? "yes" : "no");
    if (!box.checked) waiting.length = 0;
  });

  const speak = () => {
    timer = undefined;
    if (waiting.length === 0) return;
    const { username, message } = waiting[waiting.length - 1];
    const last = interpolate(gettext("%(name)s: %(text)s"), { name: username, text: message });
    const count = waiting.length;
    const number = interpolate(ngettext("%(count)s new message", "%(count)s new messages", count), { count });
    announce(count === 1 ? last : `${number}. ${last}`);
    waiting.length = 0;
    timer = setTimeout(speak, EVERY);
  };

  /** Read `message` out, together with what comes in the next seconds. */
  return (message) => {
    if (!box.checked) return;
    waiting.push(message);
    timer ??= setTimeout(speak, 500);
  };
}
