// New messages, read out to who uses a screen reader: a few words every few seconds, and only when wanted.
import { fill, plural } from "../shared/page.js";

const EVERY = 4000; // ms
const KEY = "chat.aloud";

export function aloud(box, texts, announce) {
  const waiting = [];
  let timer = null;
  box.checked = read() !== "no";
  box.addEventListener("change", () => {
    keep(box.checked ? "yes" : "no");
    if (!box.checked) waiting.length = 0;
  });

  const speak = () => {
    timer = null;
    if (waiting.length === 0) return;
    const { username, message } = waiting.at(-1);
    const last = fill(texts.said, { name: username, text: message });
    announce(waiting.length === 1 ? last : `${plural(texts.newMessages, waiting.length)}. ${last}`);
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

// Where storage is blocked the choice lasts as long as the page.
function read() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(value) {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // Then it is asked anew on the next page.
  }
}
