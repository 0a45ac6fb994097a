// The page where the crew types captions: a line, Enter, and everybody reads it.
import { connectRealtime } from "../room/realtime.js";
import { mountSessionWords } from "../room/session_words.js";
import { find } from "../shared/elements.js";
import { gettext } from "../shared/gettext.js";
import { isEnter } from "../shared/keys.js";
import { callApi, readJson } from "../shared/page.js";
import { store, stored } from "../shared/storage.js";
import { drawLines } from "./stage_captions.js";

const { api, csrfToken, ticketUrl } = readJson("config");
const [form, line, language, problem] = ["form", "line", "language", "line-error"].map(find);
const KEEP = "captioning-language";
const REMOVED = gettext("You may no longer write captions here. Ask the host.");
const OVER = gettext("The webinar is over. Thank you for writing.");
const FINAL = { 4503: REMOVED, 403: REMOVED, 401: REMOVED, 4510: OVER, 409: OVER };
const RECONNECTING = gettext("The connection was lost. Trying again…");
const room = connectRealtime({ ticketUrl, csrfToken });
let sending = Promise.resolve();

language.value = stored(KEEP) || language.value;

function say(text) {
  if (find("state").textContent !== text) find("state").textContent = text;
}

function drawState() {
  const { status } = room.state.session;
  find("captioning").dataset.status = status;
  const words = { live: gettext("The webinar is live: what you send is shown at once."), ended: OVER };
  say(words[status] ?? gettext("The webinar is not live yet. You can write as soon as it is."));
}

function draw() {
  const lines = room.state.captions.slice(-2);
  drawLines(find("seen"), lines);
  find("seen").hidden = lines.length === 0;
  find("seen-empty").hidden = lines.length > 0;
  find("seen-empty").textContent = gettext("Captions appear here as soon as somebody speaks.");
}

function fail(text) {
  problem.textContent = text;
  problem.hidden = text === "";
}

/** Lines go out in the order in which they were sent; one that fails comes back into the field. */
function send() {
  const text = line.value.trim();
  if (text === "") return;
  const tag = language.value.trim();
  const body = { text, ...(tag ? { language: tag } : {}) };
  line.value = "";
  fail("");
  sending = sending.then(async () => {
    try {
      await callApi(`${api}/captions`, { method: "POST", body, csrfToken });
    } catch (error) {
      line.value = [text, line.value].filter(Boolean).join(" ");
      const lost = gettext("This line did not get through. Check your connection, then press Enter again.");
      fail(error.code === "invalid" ? gettext("Enter a language code, such as en, de or pt-BR.") : error.message || lost);
    }
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
line.addEventListener("keydown", (event) => {
  if (!isEnter(event)) return;
  event.preventDefault();
  send();
});
language.addEventListener("change", () => store(KEEP, language.value.trim()));

room.on("open reset session.live session.ended session.rescheduled session.expired", drawState);
room.on("open reset caption.line", draw);
mountSessionWords(room);
room.on("lost", () => say(RECONNECTING));
room.on("closed", ({ code }) => {
  say(FINAL[code] ?? RECONNECTING);
  for (const field of form.querySelectorAll("input, textarea, select, button")) field.disabled = true;
});
line.focus();
